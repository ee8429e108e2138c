package sflow

// counterSample counts what a device tells of itself by type. The values are of no use to a hunt.
func (g *datagram) counterSample(body []byte, expanded bool) {
	x := xdr{rest: body}
	sequence := x.u32()
	var source dataSource
	if expanded {
		source = dataSource{x.u32(), x.u32()}
	} else {
		source = compactSource(x.u32())
	}
	n := x.u32()
	if x.short {
		g.cutSample("sFlow counter sample is cut off", sampleCounters)
		return
	}
	g.counts.CounterSamples++
	g.counts.countersOf(source, sequence)
	for range n {
		if len(x.rest) == 0 {
			break
		}
		form := x.u32()
		x.opaque()
		if x.short {
			g.cutSample("sFlow counter sample is cut off", sampleCounters)
			return
		}
		g.counts.counter(form)
	}
	g.pass("sFlow counter samples: not kept")
}
