package service

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/config"
	"stormglass/internal/depot"
	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/receive"
	"stormglass/internal/web/api"
)

// Status implements api.Service.
func (s *Service) Status(context.Context) (*api.Status, error) {
	now := time.Now().UTC()
	st := &api.Status{Version: s.version, Data: s.cfg.Data, Started: s.started.UTC(), Now: now, Disk: s.space.get()}
	var state node.State
	n := s.running.Load()
	switch t := s.trouble.Load(); {
	case t != nil:
		st.NotReady = []string{fmt.Sprintf("nothing is taken in since %s, and it is tried again: %s", t.since.UTC().Format(time.RFC3339), t.why)}
	case n == nil:
		st.NotReady = []string{"the data folder is being opened, intelligence read and the log of an earlier run taken in"}
	case s.stopping.Load():
		st.NotReady = []string{"the service is stopping"}
	default:
		st.Ready = true
	}
	if n != nil {
		state = n.State()
	}
	s.sockets(st, state.Counts)
	exporters(st, &state)
	if n != nil && s.canary.Load() != nil { // whoever has no intelligence is to see that
		state.Files, state.Values = max(0, state.Files-1), max(0, state.Values-1)
	}
	st.Intel = api.IntelState{Files: uint64(state.Files), Values: uint64(state.Values), Loaded: when(state.Loaded)}
	st.Watched = api.Watched{Paths: len(s.cfg.Collect.Watch) + len(s.cfg.Intel.Watch), TakenIn: state.Watched.TakenIn, NotTakenIn: state.Watched.NotTakenIn, Unread: state.Watched.Unread}
	for _, p := range state.Watched.Problems {
		st.Watched.Problems = append(st.Watched.Problems, api.WatchedProblem{Path: observable.Printable(p.Name), Why: observable.Printable(p.Why)})
	}
	pipeline(st, &state)
	s.holders(st, &state)
	s.telling(st)
	s.warn(st)
	st.Warnings = slices.Concat(st.Warnings, state.Watched.Complaints, state.InPart)
	if n != nil {
		r := n.RulesState()
		rules(st, &r)
		st.Heard = heard(n.Heard())
		st.Warnings = append(st.Warnings, warnOfHeard(st.Heard)...)
	}
	if state.Leases > 0 {
		st.Warnings = append(st.Warnings, fmt.Sprintf("%d leases were not kept: %s", state.Leases, depot.NoVault))
	}
	if state.Registers != nil {
		st.Warnings = append(st.Warnings, strings.ReplaceAll(state.Registers.Error(), "\n", "; "))
	}
	return st, nil
}

// sockets tells of each listener what it received, lost and made of it.
func (s *Service) sockets(st *api.Status, counts map[string]receive.Counts) {
	for _, l := range s.bound() {
		c, n := counts[l.Name()], l.Stats()
		delete(counts, l.Name())
		kind, address, _ := strings.Cut(l.Name(), " ")
		if network, picked := strings.CutSuffix(address, ":0"); picked { // the system picked the port
			network, _, _ = strings.Cut(network, " ")
			address = network + " " + l.Addr().String()
		}
		st.Listeners = append(st.Listeners, api.Listener{
			Name: kind, Address: address, Datagrams: n.Datagrams, Bytes: n.Bytes, Records: c.Records, LostKernel: n.LostKernel, LostQueue: n.LostQueue,
			Refused: n.Refused + n.TurnedAway + n.RefusedConnections + n.HandshakesFailed, Unread: c.Problems.Losses(),
			Cut: n.Cut, Connections: uint64(max(0, n.Open)), Repeated: n.Repeated, RepeatFailed: n.RepeatFailed, WaitingBytes: uint64(max(0, n.Waiting)), BufferGranted: uint64(n.Buffer), BufferWanted: uint64(n.BufferWanted), Last: moment(c.LastReceived),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) { // of a socket that an earlier run had
		c := counts[name]
		kind, address, _ := strings.Cut(name, " ")
		st.Listeners = append(st.Listeners, api.Listener{
			Name: kind, Address: address + " (from the log of an earlier run)", Datagrams: c.Datagrams, Bytes: c.Bytes, Records: c.Records, Unread: c.Problems.Losses(), Last: moment(c.LastReceived),
		})
	}
}

// exporters tells of each sender of flows.
func exporters(st *api.Status, state *node.State) {
	for i := range state.Exporters {
		x := &state.Exporters[i]
		st.Exporters = append(st.Exporters, api.Exporter{
			Address: x.Exporter.String(), Listener: kindNetFlow, Packets: x.Packets, Records: x.Records, LostSequence: x.LostPackets + x.LostRecords,
			SamplingMin: uint64(x.SamplingMin), SamplingMax: uint64(x.Sampling), Templates: uint64(x.Templates), Waiting: uint64(x.HeldSets), Last: moment(x.LastSeen),
		})
	}
	for i := range state.Agents {
		a := &state.Agents[i]
		address := a.Address.String()
		if a.SubAgent != 0 {
			address += "/" + strconv.FormatUint(uint64(a.SubAgent), 10)
		}
		st.Exporters = append(st.Exporters, api.Exporter{
			Address: address, Listener: kindSFlow, Packets: a.Datagrams, Records: a.Samples - min(a.Samples, a.NoIP), LostSequence: a.LostDatagrams,
			SamplingMin: uint64(a.Sampling), SamplingMax: uint64(a.Sampling), Last: moment(a.Last),
		})
	}
}

func pipeline(st *api.Status, state *node.State) {
	st.Pipeline = api.Pipeline{
		Records: state.Ingested, Rate: state.Folds.Rate, LagSeconds: state.Lag.Seconds(), Folds: state.Folds.Folds, FoldSeconds: state.Folds.Took.Seconds(),
		FoldsFailed: state.Folds.Failed, LastFold: when(state.Folds.Last), LastFoldTook: state.Folds.LastTook.Seconds(),
		New: state.Folds.New, Changed: state.Folds.Changed, Matches: state.Matches, Waiting: state.Waiting,
	}
	for _, l := range st.Listeners {
		st.Pipeline.Records += l.Records
	}
	for _, p := range st.Disk.Used {
		if p.Part == "wal" {
			st.Pipeline.LogBytes = p.Bytes
		}
	}
}

// The index is not measured: about so many bytes a value (docs/architecture.md).
const (
	indexBytes = 100
	maxValues  = 10_000_000
)

// holders tells what holds memory.
func (s *Service) holders(st *api.Status, state *node.State) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	st.Memory = []api.Holder{
		{Name: "heap", Bytes: m.HeapAlloc, Bound: uint64(s.budget.limit)},
		{Name: "index", Bytes: uint64(state.Values) * indexBytes, Bound: maxValues * indexBytes},
		{Name: "intake", Bytes: uint64(max(0, state.Intake)), Bound: uint64(3*s.budget.table + s.budget.lake)},
		{Name: "templates", Bytes: uint64(max(0, state.Templates)), Bound: 128 << 20, Evictions: state.Dropped},
		{Name: "waiting for templates", Bytes: uint64(max(0, state.Held)), Bound: 64 << 20},
	}
	var sockets listen.Stats
	bound := uint64(0)
	for _, l := range s.bound() {
		sockets.Memory += l.Stats().Memory
	}
	for _, q := range s.queues() {
		bound += uint64(q)
	}
	st.Memory = append(st.Memory, api.Holder{Name: "sockets", Bytes: uint64(max(0, sockets.Memory)), Bound: bound})
}

// queues gives what may wait behind each socket, bytes.
func (s *Service) queues() (all []int64) {
	c := &s.cfg.Collect
	for _, list := range [...][]config.UDP{c.NetFlow, c.SFlow, c.Syslog} {
		for _, u := range list {
			all = append(all, int64(u.Queue)*int64(max(1, u.Sockets)))
		}
	}
	for i := range c.SyslogTCP {
		all = append(all, int64(c.SyslogTCP[i].Queue))
	}
	for i := range c.SyslogTLS {
		all = append(all, int64(c.SyslogTLS[i].Queue))
	}
	return all
}

// telling tells of the outbox and the canary.
func (s *Service) telling(st *api.Status) {
	if out := s.sinks.Load(); out != nil {
		for _, k := range out.Sinks {
			st.Outbox = append(st.Outbox, api.Sink{
				Name: k.Name, Waiting: k.Waiting, Delivered: k.Delivered, Failed: k.FailedTries, GivenUp: k.GivenUp, LastError: k.LastError, Oldest: when(k.Oldest),
			})
		}
	}
	if c := s.canary.Load(); c != nil {
		st.Canary = c.status()
	}
}

// warn says in words what somebody should look at.
func (s *Service) warn(st *api.Status) {
	say := func(format string, args ...any) { st.Warnings = append(st.Warnings, fmt.Sprintf(format, args...)) }
	for i := range st.Listeners {
		l := &st.Listeners[i]
		if l.LostKernel > 0 || l.LostQueue > 0 {
			say("%s %s lost %d datagrams in the kernel and %d in the queue since the start", l.Name, l.Address, l.LostKernel, l.LostQueue)
		}
		if l.BufferWanted > l.BufferGranted && l.BufferGranted > 0 {
			say("%s %s has a receive buffer of %d bytes in place of %d: sysctl -w net.core.rmem_max=%d", l.Name, l.Address, l.BufferGranted, l.BufferWanted, l.BufferWanted)
		}
	}
	lost := 0
	for i := range st.Exporters {
		if st.Exporters[i].LostSequence > 0 {
			lost++
		}
	}
	if lost > 0 {
		say("%d of %d exporters have gaps in their sequence numbers: what they sent was lost on the way or here", lost, len(st.Exporters))
	}
	if st.Pipeline.FoldsFailed > 0 {
		say("%d commits failed; the log of the service says why", st.Pipeline.FoldsFailed)
	}
	if short(st.Disk) {
		say("%d MiB are left for the data folder", st.Disk.Free>>20)
	}
	if _, why := s.canaryListener(); why != "" && st.Canary == nil && st.Ready {
		say("%s", why)
	}
	if st.Canary != nil && st.Canary.Late {
		say("the canary sent last was not found in time: what arrives may not be looked at")
	}
	for i := range st.Outbox {
		if k := &st.Outbox[i]; k.GivenUp > 0 || k.LastError != "" && k.Waiting > 0 {
			say("outbox %s: %d messages wait, %d were given up: %s", k.Name, k.Waiting, k.GivenUp, k.LastError)
		}
	}
	if why := s.http.auth.Complaint(); why != "" {
		say("the file of tokens: %s; what was read before stays in force", why)
	}
	if s.http.server != nil {
		st.Warnings = append(st.Warnings, s.http.server.Warnings()...)
	}
	if n := len(st.Watched.Problems); n > 0 {
		p := &st.Watched.Problems[n-1]
		say("%d of the watched files are not taken in, or not to their end; the last of them: %s: %s", n, p.Path, p.Why)
	}
	if st.Watched.Unread > 0 {
		say("%d records of watched files could not be read; the log of the service names the files", st.Watched.Unread)
	}
}
