package receive

import (
	"stormglass/internal/telemetry"
)

// Lose notes that datagrams of a listener were lost before they were taken in, between one time and another: coverage must not call that
// time silent. The next fold commits it, whatever else came.
func (p *Pipeline) Lose(listener string, datagrams uint64, from, to telemetry.Instant) {
	if datagrams > 0 {
		p.miss(p.cfg.Kinds[formatOf(listener)].Gives, from, to, p.recordsOf(listener, datagrams))
	}
}

// Missed notes that nothing could be received of some listeners between one time and another.
func (p *Pipeline) Missed(listeners []string, from, to telemetry.Instant) {
	var kinds [telemetry.NumKinds]bool
	for _, l := range listeners {
		for _, k := range p.cfg.Kinds[formatOf(l)].Gives {
			kinds[k] = true
		}
	}
	var list []telemetry.Kind
	for k, is := range kinds {
		if is {
			list = append(list, telemetry.Kind(k))
		}
	}
	p.miss(list, from, to, 0)
}

func (p *Pipeline) miss(kinds []telemetry.Kind, from, to telemetry.Instant, records uint64) {
	if len(kinds) == 0 || !to.Known() {
		return
	}
	p.world.RLock()
	defer p.world.RUnlock()
	for _, k := range kinds {
		p.intake.Lost(k, from, to, records)
	}
	p.missing.Store(true)
}

// recordsOf is about how many records datagrams of a listener hold.
func (p *Pipeline) recordsOf(listener string, datagrams uint64) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.counts[listener]
	if c == nil || c.Datagrams == 0 {
		return datagrams
	}
	return datagrams * max(1, c.Records/c.Datagrams)
}

// lose tells coverage of what the log lost: of any kind, since nobody knows what it was.
func (p *Pipeline) lose(from, to telemetry.Instant) {
	var all []string
	for name := range p.cfg.Kinds {
		all = append(all, name)
	}
	p.Missed(all, from, to)
}
