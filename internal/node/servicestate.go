package node

import (
	"sync/atomic"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/receive"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
	"stormglass/internal/telemetry/sflow"
)

// State is what a service can tell of itself at any time, without waiting for what it does.
type State struct {
	Counts    map[string]receive.Counts // by listener
	Exporters []netflow.ExporterStats
	Agents    []sflow.Agent
	Folds     Folds
	Ingested  uint64 // records of files and of what was handed in
	Waiting   uint64 // datagrams since the last fold
	Lag       time.Duration
	Matches   uint64 // of what comes in with intelligence
	Values    int    // of intelligence, matched against what comes in
	Files     int    // of intelligence in force
	Loaded    time.Time
	InPart    []string // files of intelligence of which not all was read, in words
	Watched   Watched
	Registers error  // what is wrong with what the operator states, nil when nothing is
	Templates int64  // bytes of memory: templates, names and samplers of exporters
	Held      int64  // and data that waits for its template
	Dropped   uint64 // exporters, domains and templates that gave way to others
	Intake    int64  // bytes of memory: what was received and waits for the next commit
	Leases    uint64 // of subscribers' addresses that came and were not kept, for there is no vault
}

// lag is how old the first datagram of a block was when it was taken in, the last time one was.
type lag struct{ ns, at atomic.Int64 }

func (l *lag) note(b *listen.Block) {
	if len(b.Datagrams) == 0 {
		return
	}
	now := time.Now()
	l.ns.Store(max(0, int64(telemetry.InstantOf(now)-b.Datagrams[0].At)))
	l.at.Store(now.UnixNano())
}

// get gives no lag when nothing was taken in for a while.
func (l *lag) get() time.Duration {
	if time.Since(time.Unix(0, l.at.Load())) > 10*time.Second {
		return 0
	}
	return time.Duration(l.ns.Load())
}

// State tells how the service is.
func (s *Service) State() State {
	st := State{
		Counts: s.pipeline.Counts(), Exporters: s.exports.templates.Exporters(), Agents: s.exports.agents.Agents(), Folds: s.figures.get(),
		Ingested: s.ingested.Load(), Waiting: s.pipeline.Waiting(), Lag: s.lag.get(), Values: s.live.Values(), Matches: s.live.met.Load(), Watched: s.watched.get(),
	}
	st.Files, st.Loaded = s.live.Loaded()
	st.InPart = s.live.InPart()
	st.Leases = s.keeper.Depot.LeasesLeft()
	st.Registers = s.keeper.Depot.RegistersErr()
	st.Templates, st.Held = s.exports.templates.Memory()
	st.Dropped, st.Intake = s.exports.templates.Dropped()+s.exports.agents.Evicted(), s.pipeline.Memory()
	for i := range st.Exporters {
		st.Dropped += st.Exporters[i].TemplatesDropped + st.Exporters[i].DomainsDropped
	}
	return st
}
