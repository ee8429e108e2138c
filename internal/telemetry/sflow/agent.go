package sflow

import (
	"sync"

	"stormglass/internal/telemetry"
)

// farOff is a step of a sequence number that is no loss but a new beginning.
const farOff = 1 << 16

// agent is an Agent being counted.
type agent struct {
	Agent
	mu       sync.Mutex // held while a datagram of it is read
	stats    *Stats
	heard    uint64 // guarded by the mutex of stats
	gone     bool   // dropped from stats: its sources are counted no more
	sequence sequence
	uptime   uint32
	tenure   telemetry.Tenure
	sources  map[dataSource]*sourceState
	counters forms
	unknowns forms
}

// sourceState is what is followed of one data source.
type sourceState struct {
	samples, counters, discards sequence
	pool, drops, rate           uint32
	missed                      uint32 // of discarded packets: what the agent states not to have told
	pooled, discarding          bool
}

// forms counts structures by form.
type forms struct {
	by   map[uint32]uint64
	more uint64 // of forms beyond maxForms
}

func (f *forms) add(form uint32) {
	if f.by == nil {
		f.by = map[uint32]uint64{}
	}
	if _, ok := f.by[form]; !ok && len(f.by) >= maxForms {
		f.more++
		return
	}
	f.by[form]++
}

func (f *forms) texts() map[string]uint64 {
	m := make(map[string]uint64, len(f.by)+1)
	for form, n := range f.by {
		m[formText(form)] = n
	}
	if f.more > 0 {
		m["others"] = f.more
	}
	return m
}

// sequence follows a number that grows by one.
type sequence struct {
	last  uint32
	begun bool
}

// step says what a number means: how many are missing before it, whether it is late, or a new beginning.
func (s *sequence) step(n uint32) (lost uint32, late, anew bool) {
	if !s.begun {
		s.last, s.begun = n, true
		return 0, false, false
	}
	switch by := int32(n - s.last); {
	case by > 0 && by <= farOff:
		s.last = n
		return uint32(by - 1), false, false
	case by <= 0 && by > -64:
		return 0, true, false
	}
	s.last = n
	return 0, false, true
}

// datagram counts one datagram.
func (a *agent) datagram(n, uptime uint32, at telemetry.Instant) {
	a.Datagrams++
	a.Last = max(a.Last, at)
	a.tenure.Heard(at)
	if a.sequence.begun && uptime < a.uptime && a.uptime-uptime > 60_000 && n < a.sequence.last {
		// Its clock began anew, and with it all that it counts.
		a.Restarts++
		a.uptime = uptime
		a.sequence = sequence{n, true}
		a.forget()
		return
	}
	a.uptime = max(uptime, a.uptime)
	lost, late, anew := a.sequence.step(n)
	a.LostDatagrams += uint64(lost)
	switch {
	case anew:
		a.Restarts++
		a.uptime = uptime
	case late:
		a.LateDatagrams++
		a.LostDatagrams -= min(a.LostDatagrams, 1) // taken for lost until now
	}
}

// source gives what is followed of a data source; nil when too many are.
func (a *agent) source(at dataSource) *sourceState {
	s, ok := a.sources[at]
	if ok {
		return s
	}
	if a.gone || a.stats.sources.Add(1) > MaxSources {
		if !a.gone {
			a.stats.sources.Add(-1)
		}
		a.Untracked++
		return nil
	}
	s = &sourceState{}
	a.sources[at] = s
	return s
}

// sampled counts a flow sample, and says when the rate is another than the last one of its source.
func (a *agent) sampled(at dataSource, n, rate, pool, drops uint32) (before uint32, changed bool) {
	a.Sampling = rate
	s := a.source(at)
	if s == nil {
		return 0, false
	}
	lost, late, anew := s.samples.step(n)
	a.LostSamples += uint64(lost)
	switch {
	case late:
		return 0, false // neither its pool nor its rate is the latest
	case s.pooled && !anew:
		if grown := pool - s.pool; grown < 1<<31 { // wraps around after 2^32 packets
			a.Pool += uint64(grown)
			a.Pooled += 1 + uint64(lost)
		}
		if more := drops - s.drops; more < 1<<31 {
			a.Drops += uint64(more)
		}
	}
	before, changed = s.rate, s.pooled && s.rate != rate
	if changed {
		a.SamplingChanges++
	}
	s.pool, s.drops, s.rate, s.pooled = pool, drops, rate, true
	return before, changed
}

func (a *agent) countersOf(at dataSource, n uint32) {
	if s := a.source(at); s != nil {
		lost, _, _ := s.counters.step(n)
		a.LostSamples += uint64(lost)
	}
}

func (a *agent) discarded(at dataSource, n, drops uint32) {
	s := a.source(at)
	if s == nil {
		return
	}
	lost, late, anew := s.discards.step(n)
	a.LostSamples += uint64(lost)
	if late {
		return
	}
	if more := drops - s.missed; s.discarding && !anew && more < 1<<31 {
		a.Drops += uint64(more)
	}
	s.missed, s.discarding = drops, true
}

func (a *agent) counter(form uint32) { a.counters.add(form) }
func (a *agent) unknown(form uint32) { a.unknowns.add(form) }

// forget gives up what is followed of its sources.
func (a *agent) forget() {
	a.stats.sources.Add(-int64(len(a.sources)))
	clear(a.sources)
}

func (a *agent) snapshot() Agent {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.Agent
	c.Sources = len(a.sources)
	c.Counters, c.Unknown = a.counters.texts(), a.unknowns.texts()
	return c
}
