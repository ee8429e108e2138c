package sflow

import (
	"strconv"

	"stormglass/internal/telemetry"
)

// sample is one flow sample, or one discarded packet, being read.
type sample struct {
	*datagram
	rate    uint32
	in, out port
	source  dataSource
	length  uint64 // of the packet: its IP length, or the frame's
	ip      bool   // an IP header was found
	batch   *telemetry.Batch
	mark    telemetry.Mark
	index   int
}

// dataSource is where an agent samples: an interface, mostly.
type dataSource struct{ class, index uint32 }

func compactSource(v uint32) dataSource { return dataSource{v >> 24, v & 0xffffff} }

// flowSample reads a flow sample and adds its record.
func (g *datagram) flowSample(body []byte, expanded bool) {
	x := xdr{rest: body}
	sequence := x.u32()
	sm := sample{datagram: g}
	if expanded {
		sm.source = dataSource{x.u32(), x.u32()}
	} else {
		sm.source = compactSource(x.u32())
	}
	sm.rate = x.u32()
	pool, drops := x.u32(), x.u32()
	if expanded {
		sm.in, sm.out = port{x.u32(), x.u32()}, port{x.u32(), x.u32()}
	} else {
		sm.in, sm.out = compactPort(x.u32()), compactPort(x.u32())
	}
	records := x.u32()
	if x.short {
		g.cutSample("sFlow sample is cut off", sampleFlow)
		return
	}
	g.counts.Samples++
	missing := g.counts.LostSamples + g.counts.Drops
	before, changed := g.counts.sampled(sm.source, sequence, sm.rate, pool, drops)
	g.missed(g.counts.LostSamples + g.counts.Drops - missing)
	if changed {
		g.samplingChanged(sm.source, before, sm.rate)
	}
	sm.record(x, records)
}

// missed tells of samples that the agent took, or could not take, and that did not come.
func (g *datagram) missed(n uint64) {
	if n > 0 {
		g.set.Miss(telemetry.Missed{Kind: telemetry.KindFlow, Exporter: g.agent, Domain: g.domain, From: g.before, To: g.dg.At, Records: int64(min(n, 1<<40))})
	}
}

func (g *datagram) cutSample(reason string, form uint32) {
	g.counts.Malformed++
	if form != sampleCounters {
		g.set.Lines++
	}
	g.lose(reason, formText(form))
}

// record adds the flow of a sample and fills it from its structures.
func (sm *sample) record(x xdr, n uint32) {
	s := sm.set
	sm.batch, sm.index = s.Batch(telemetry.KindFlow), 0
	sm.mark = sm.batch.Mark()
	f := sm.add()
	sm.structures(&x, n)
	if !sm.ip {
		sm.batch.Undo(sm.mark)
		s.Ordinal--
		sm.counts.NoIP++
		sm.pass("sFlow samples of frames without IP")
		return
	}
	s.Lines++
	s.Read++
	if !f.Occurred.Known() {
		s.Undated++
	}
	sm.finish(f)
}

// add appends the record with what the sample and its datagram state.
func (sm *sample) add() *telemetry.Flow {
	_, i := sm.set.Append(telemetry.KindFlow)
	sm.index = i
	f := &sm.batch.Flow[i]
	f.Occurred, f.Received = sm.dg.At, sm.dg.At
	f.OneWay = true
	f.Exporter, f.Domain, f.Sampling = sm.agent, sm.domain, sm.rate
	f.InIf, f.OutIf = sm.in.number(), sm.out.number()
	if text := sm.in.text(); text != "" {
		sm.pair(fieldInput, text)
	}
	if text := sm.out.text(); text != "" {
		sm.pair(fieldOutput, text)
	}
	switch sm.source {
	case dataSource{0, f.InIf}:
		f.Direction = telemetry.Ingress
	case dataSource{0, f.OutIf}:
		f.Direction = telemetry.Egress
	}
	return f
}

// finish multiplies by the sampling rate. A rate of 0 is one that the agent does not know.
func (sm *sample) finish(f *telemetry.Flow) {
	rate := uint64(max(sm.rate, 1))
	f.SrcPackets = rate
	if sm.length != 0 {
		f.SrcBytes = sm.length * rate
	}
}

// flow gives the record.
func (sm *sample) flow() *telemetry.Flow { return &sm.batch.Flow[sm.index] }

// pair adds a pair to the record; the text is of the datagram, or a constant.
func (sm *sample) pair(id telemetry.FieldID, text string) {
	if text != "" {
		sm.batch.AddPair(&sm.batch.Flow[sm.index].Extra, id, text)
	}
}

// made adds a pair whose text is in the decoder's buffer.
func (sm *sample) made(id telemetry.FieldID) { sm.pair(id, sm.batch.Copy(sm.text)) }

// samplingChanged tells of a new rate, once for each datagram; all of them are counted.
func (g *datagram) samplingChanged(source dataSource, before, now uint32) {
	if g.changed {
		return
	}
	g.changed = true
	b, i := g.set.Append(telemetry.KindEvent)
	g.set.Lines++
	g.set.Read++
	e := &b.Event[i]
	e.Occurred, e.Received = g.dg.At, g.dg.At
	if !e.Occurred.Known() {
		g.set.Undated++
	}
	e.Dataset = "sflow.sampling"
	e.Host = g.agent.String()
	number := func(v uint32) string { return strconv.FormatUint(uint64(v), 10) }
	b.AddPair(&e.Pairs, fieldSubAgent, number(g.domain))
	b.AddPair(&e.Pairs, fieldSource, number(source.class)+":"+number(source.index))
	b.AddPair(&e.Pairs, fieldRateBefore, number(before))
	b.AddPair(&e.Pairs, fieldRate, number(now))
	e.Raw = "the sampling rate of agent " + e.Host + " went from 1 in " + number(before) + " to 1 in " + number(now)
}
