package hops

import (
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// maxHops bounds how far back the beginning of a chain is looked for.
const maxHops = 8

// Judge implements analyse.Analyser.
func (Analyser) Judge(w *analyse.Window) error {
	if w.Registers == nil || len(w.Registers.Devices) == 0 && !w.Registers.States("infrastructure_prefixes") {
		w.Blind("no register states devices or infrastructure")
		return nil
	}
	if !w.Registers.States(jumpHosts) {
		w.NotAssessed("no register states jump hosts: where chains should begin is not known")
	}
	j := judging{window: w, into: map[netip.Addr]*arrivals{}}
	if err := w.Each(j.row); err != nil {
		return err
	}
	for _, a := range j.into {
		a.index()
	}
	for i := range j.all {
		if err := j.chain(&j.all[i]); err != nil {
			return err
		}
	}
	return nil
}

type judging struct {
	window *analyse.Window
	all    []session                // in the order of keys
	into   map[netip.Addr]*arrivals // by whom they lead to
}

func (j *judging) row(key []byte, rows []analyse.Row) error {
	if len(key) != keyLen {
		return nil
	}
	var list []session
	for _, r := range rows {
		if s, ok := sessionOf(r.Value); ok {
			list = append(list, s)
		}
	}
	for _, s := range joined(list) { // those that last over midnight
		if len(j.all) >= maxAllSessions {
			j.window.Dropped(1)
			continue
		}
		s.to, s.from = netip.AddrFrom16([16]byte(key[1:])).Unmap(), netip.AddrFrom16([16]byte(key[17:])).Unmap()
		j.all = append(j.all, s)
		if j.into[s.to] == nil {
			j.into[s.to] = &arrivals{}
		}
		j.into[s.to].list = append(j.into[s.to].list, s)
	}
	return nil
}

// chain tells of a session that somebody began on a machine to which a session led, if it began on the day that is told of.
func (j *judging) chain(s *session) error {
	at := telemetry.Instant(s.begin)
	if at.Day() != j.window.Day || !machine(j.window.Registers, s.from, at) || j.state(s) == register.Approved { // at a jump host people begin anew
		return nil
	}
	before := j.before(s)
	if before == nil {
		return nil
	}
	path, jump := j.path(before, s)
	r := &analyse.Record{At: telemetry.Instant(s.begin)}
	r.Ends = telemetry.Ends{Src: s.from, Dst: s.to, DstPort: s.port, Proto: tcp, SrcLocal: telemetry.LocalYes, DstLocal: telemetry.LocalYes}
	r.Text("stormglass.hops.origin", path[0])
	r.Text("stormglass.hops.from_jump", jump)
	r.Text("stormglass.hops.path", strings.Join(path, " > "))
	r.Int("stormglass.hops.count", int64(len(path)-1))
	r.Time("event.start", telemetry.Instant(before.begin))
	r.Time("event.end", telemetry.Instant(s.end))
	return j.window.Emit(r)
}

// before gives the latest session that led to where s begins and lasted when it began; nil when there is none. One from where s leads is
// the way back of the same conversation, and none.
func (j *judging) before(s *session) *session {
	a := j.into[s.from]
	if a == nil {
		return nil
	}
	return a.latest(s)
}

// path gives the machines of a chain from where it begins, and whether that is a jump host: "true", "false", or "no_register".
func (j *judging) path(before, s *session) (path []string, jump string) {
	path = []string{s.to.String(), s.from.String(), before.from.String()}
	origin := before
	seen := map[netip.Addr]bool{s.to: true, s.from: true, before.from: true}
	for len(path) <= maxHops && j.state(origin) != register.Approved {
		b := j.before(origin)
		if b == nil || seen[b.from] {
			break
		}
		origin, seen[b.from] = b, true
		path = append(path, b.from.String())
	}
	slices.Reverse(path)
	return path, j.jump(origin)
}

const jumpHosts = "jump_hosts"

// state gives what is stated of where a session comes from, among jump hosts.
func (j *judging) state(s *session) register.State {
	return j.window.Registers.State(jumpHosts, s.from, telemetry.Instant(s.begin))
}

func (j *judging) jump(origin *session) string {
	switch {
	case !j.window.Registers.States(jumpHosts):
		return "no_register"
	case j.state(origin) == register.Approved:
		return "true"
	}
	return "false"
}
