package sflow

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"stormglass/internal/telemetry"
)

// Bounds of what is held about agents, whoever claims to be one.
const (
	MaxAgents  = 4096      // beyond, one makes room that is not settled (telemetry.Tenure)
	MaxSources = 64 * 1024 // data sources of all agents; further ones are not followed
	maxForms   = 64        // forms of one agent that are counted apart
)

// Stats counts what agents send, and what on the way from them was lost. It may be read at any time.
type Stats struct {
	mu      sync.Mutex
	agents  map[agentKey]*agent
	clock   uint64 // of datagrams, to tell who was long not heard of
	sources atomic.Int64
	refused atomic.Uint64
	evicted uint64
	barred  int // so many newcomers are not counted before it is looked again who could give way
}

// agentKey tells agents apart. Who sent the datagram belongs to it: otherwise anybody could spoil the counts of
// an agent by naming its address.
type agentKey struct {
	from, address netip.Addr
	sub           uint32
}

// NewStats makes empty Stats.
func NewStats() *Stats { return &Stats{agents: map[agentKey]*agent{}} }

// Agent is what is known of one agent (or sub-agent).
type Agent struct {
	From     netip.Addr // who sent its datagrams
	Address  netip.Addr // as it names itself
	SubAgent uint32
	Last     telemetry.Instant // when a datagram was received last

	Datagrams     uint64
	LostDatagrams uint64 // by their sequence numbers
	LateDatagrams uint64 // out of order, or twice
	Restarts      uint64 // the agent began to count anew

	Samples        uint64 // flow samples
	LostSamples    uint64 // by their sequence numbers, for each data source
	CounterSamples uint64
	Discarded      uint64 // packets it tells to have discarded
	NoIP           uint64 // samples of frames without IP: no records
	Malformed      uint64 // samples and structures that contradict themselves

	Pool            uint64 // packets that went by where it samples, between the first and the last sample of each source
	Pooled          uint64 // samples taken of these
	Drops           uint64 // packets that it could not sample, or discards it could not tell of, for lack of resources
	SamplingChanges uint64
	Sampling        uint32 // the rate stated last: 1 packet in so many

	Sources   int               // data sources that are followed
	Untracked uint64            // samples of others: their sequences and rates are not followed
	Counters  map[string]uint64 // counter structures by form, "enterprise 0 format 1"
	Unknown   map[string]uint64 // samples and structures that are not read, by form
}

// Effective gives the sampling rate as the counts have it: one packet in so many; 0 while it is not known.
func (a *Agent) Effective() float64 {
	if a.Pooled == 0 {
		return 0
	}
	return float64(a.Pool) / float64(a.Pooled)
}

// Refused gives the number of datagrams that name no agent: another version, or cut off.
func (s *Stats) Refused() uint64 { return s.refused.Load() }

// Evicted gives the number of agents whose counts were dropped to make room, and of datagrams that were not counted for lack of it.
func (s *Stats) Evicted() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.evicted
}

// Agents gives the agents, by address.
func (s *Stats) Agents() []Agent {
	s.mu.Lock()
	held := slices.Collect(maps.Values(s.agents))
	s.mu.Unlock()
	all := make([]Agent, 0, len(held))
	for _, a := range held {
		all = append(all, a.snapshot())
	}
	slices.SortFunc(all, func(a, b Agent) int {
		return cmp.Or(a.Address.Compare(b.Address), a.From.Compare(b.From), cmp.Compare(a.SubAgent, b.SubAgent))
	})
	return all
}

func (s *Stats) refuse() { s.refused.Add(1) }
