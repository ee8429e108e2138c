package longpair

import (
	"net/netip"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// minShare is in which share of the hours a pair is active for it to be told of.
const minShare = 0.8

// Judge implements analyse.Analyser.
func (Analyser) Judge(w *analyse.Window) error {
	held := w.Held()
	if len(held) < Days {
		w.Warming(w.Day + telemetry.Day(Days-len(held)))
		return nil
	}
	var best pair
	err := w.Each(func(key []byte, rows []analyse.Row) error {
		if len(key) != 36 {
			return nil
		}
		var p pair
		copy(p.key[:], key)
		for _, r := range rows {
			p.add(int(r.Day-w.Day)+Days-1, r.Value)
		}
		if p.key != best.key {
			if err := best.tell(w); err != nil {
				return err
			}
			best = p
		} else if p.active.count() > best.active.count() { // another sensor saw more
			best = p
		}
		return nil
	})
	if err != nil {
		return err
	}
	return best.tell(w)
}

// pair is a week of a pair, as one sensor saw it.
type pair struct {
	key                [32]byte // theirs, ours
	active             hours
	connections, bytes uint64
	regular, days      float64 // sum, and of how many days
	interval           uint64  // the longest of days
	called             calls   // of each day what was called most, as often as there were conversations
	ways               byte
}

// add adds the row of a day, of which the week has so many before it.
func (p *pair) add(day int, value []byte) {
	r, ok := rowOf(value)
	if !ok {
		return
	}
	for n := range Days * 24 {
		if r.active.has(n) {
			p.active.set(int64(day*24 + n))
		}
	}
	p.connections += r.connections
	p.bytes += r.bytes
	if r.regular != noRegular {
		p.regular += float64(r.regular) / 1000
		p.days++
		p.interval = max(p.interval, r.interval)
	}
	if p.called == nil {
		p.called = calls{}
	}
	p.called[service{r.port, r.ways & overTCP}] += r.connections
	p.ways |= r.ways
}

func (p *pair) tell(w *analyse.Window) error {
	share := float64(p.active.count()) / (Days * 24)
	if share < minShare || p.ways&(sentOut|sentIn) != sentOut|sentIn {
		return nil
	}
	first, last := p.active.span()
	if last < (Days-1)*24 { // it ended before this day, and the day before told of it
		return nil
	}
	start := telemetry.Instant(int64(w.Day)-Days+1) * 24 * hour * 1e9
	end := min(start+telemetry.Instant(last+1)*hour*1e9-1, w.Span(w.Day).Last)
	r := &analyse.Record{At: end}
	r.Ends = telemetry.Ends{
		Src: netip.AddrFrom16([16]byte(p.key[16:])).Unmap(), Dst: netip.AddrFrom16([16]byte(p.key[:16])).Unmap(),
		SrcLocal: telemetry.LocalYes, DstLocal: telemetry.LocalNo,
	}
	called := p.called.most()
	r.Ends.DstPort = called.port
	if called.tcp != 0 {
		r.Ends.Proto = tcp
	}
	r.Number("stormglass.longpair.hours", share)
	r.Number("stormglass.longpair.regularity", p.regularity())
	r.Int("stormglass.longpair.connections", int64(p.connections))
	r.Int("stormglass.longpair.bytes", int64(p.bytes))
	r.Int("stormglass.longpair.bytes_per_hour", int64(p.bytes)/int64(p.active.count()))
	if p.interval > 0 {
		r.Int("stormglass.longpair.interval", int64(p.interval))
	}
	r.Text("stormglass.longpair.we_opened", map[bool]string{true: "true", false: "false"}[p.ways&weOpened != 0])
	r.Time("event.start", start+telemetry.Instant(first)*hour*1e9)
	r.Time("event.end", end)
	return w.Emit(r)
}

// regularity is the mean of the days; of a pair whose few conversations last it is 1, as they have no gaps.
func (p *pair) regularity() float64 {
	if p.days == 0 {
		return 1
	}
	return p.regular / p.days
}
