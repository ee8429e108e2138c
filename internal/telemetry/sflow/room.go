package sflow

import (
	"cmp"
	"math/bits"

	"stormglass/internal/telemetry"
)

// agent gives the counts of an agent, new ones when it is not known. Where there is no room for it, they are nobody's.
func (s *Stats) agent(key agentKey, now telemetry.Instant) *agent {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock++
	a, ok := s.agents[key]
	if !ok {
		a = &agent{stats: s, sources: map[dataSource]*sourceState{}}
		a.From, a.Address, a.SubAgent = key.from, key.address, key.sub
		if len(s.agents) >= MaxAgents && !s.evict(now) {
			a.gone = true
			s.evicted++
			return a
		}
		s.agents[key] = a
	}
	a.heard = s.clock
	return a
}

// standing is what an agent counts for when there is no more room.
type standing struct {
	key     agentKey
	is      telemetry.Standing
	samples int // the order of magnitude
	heard   uint64
}

func (a *agent) standing(key agentKey, now telemetry.Instant) standing {
	a.mu.Lock() // its last datagram may still be being read
	defer a.mu.Unlock()
	// Counter samples alone are of use too.
	return standing{key, a.tenure.Standing(a.Samples+a.CounterSamples+a.Discarded, false, now), bits.Len64(a.Samples), a.heard}
}

// fewLooked is how many agents are looked at to find one that gives way: a flood of forged ones is most of all.
const fewLooked = 16

// evict drops the agent that counts for least among a few, or among all when those are settled; false when all are. Then
// it is not looked again for each datagram of a flood.
func (s *Stats) evict(now telemetry.Instant) bool {
	if s.barred > 0 {
		s.barred--
		return false
	}
	least := s.least(fewLooked, now)
	if least.is == telemetry.Settled {
		least = s.least(len(s.agents), now)
	}
	if least.is == telemetry.Settled {
		s.barred = MaxAgents / 8
		return false
	}
	a := s.agents[least.key]
	a.mu.Lock()
	a.forget()
	a.gone = true
	a.mu.Unlock()
	delete(s.agents, least.key)
	s.evicted++
	return true
}

// least gives the agent that counts for least among so many.
func (s *Stats) least(among int, now telemetry.Instant) (least standing) {
	looked := 0
	for key, a := range s.agents { // begins anywhere
		is := a.standing(key, now)
		if looked == 0 || cmp.Or(cmp.Compare(is.is, least.is), cmp.Compare(is.samples, least.samples), cmp.Compare(is.heard, least.heard)) < 0 {
			least = is
		}
		if looked++; looked >= among {
			break
		}
	}
	return least
}
