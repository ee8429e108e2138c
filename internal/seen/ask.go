package seen

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Options narrow a question down.
type Options struct {
	Since, Until telemetry.Day // inclusive; zero is open
	Rows         int           // records to fetch for each value; 0 is none
	Workers      int           // files of records read at a time; 0 is one
	Version      string        // of the program, for the answer
}

// days gives the days asked for. Rows without a time belong to a question that does not say when.
func (o Options) days() ledger.Days {
	d := ledger.Days{From: o.Since, To: o.Until}
	if d.To == 0 {
		d.To = lastDay
	}
	if d.From == 0 && o.Until != 0 {
		d.From = 1
	}
	return d
}

// lastDay is after every day that a record may state.
const lastDay telemetry.Day = 1 << 30

// Ask answers questions. The view was opened with depot.WithFiles when rows are wanted.
func Ask(ctx context.Context, v *depot.View, questions []Question, o Options) (*Result, error) {
	started := time.Now()
	r := &Result{Asked: started.UTC(), Version: o.Version, Answers: make([]Answer, len(questions))}
	gathered := make([]gathering, len(questions))
	var probes []ledger.Probe
	var whose []int // question of a probe
	for i := range questions {
		a := &r.Answers[i]
		a.Question = questions[i]
		if a.Err != nil {
			a.Verdict, a.Why = NoValue, "it is no value that can be looked up"
			if pe, ok := errors.AsType[*observable.ParseError](a.Err); ok {
				a.Why = pe.Why // the error would repeat what was asked for
			}
			continue
		}
		if a.Why = notKept(v, a.Value); a.Why != "" {
			a.Verdict = NotKept
			continue
		}
		if a.Value.Kind() == observable.Prefix {
			if _, some := ofSubscribers(v.Registers.Networks, a.Value.Prefix()); some {
				a.Note = "subscribers' addresses in it are not kept as values"
			}
		}
		for _, p := range Probes(a.Value, a.Exact) {
			probes, whose = append(probes, p), append(whose, i)
		}
	}
	err := v.Look(ctx, probes, o.days(), func(n int, row *ledger.Row) error {
		g := &gathered[whose[n]]
		if row.Folded {
			g.fold(probes[n].Space, row)
		}
		if !row.Folded || !Covers(&probes[n], row) {
			g.add(probes[n].Space, row)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range r.Answers {
		if a := &r.Answers[i]; a.Verdict == NotSeen {
			a.conclude(v, &gathered[i])
		}
	}
	r.Window = windowOf(v, o)
	for i := range r.Answers {
		switch a := &r.Answers[i]; {
		case a.Verdict != NotSeen:
		case unread(&r.Window, a.Value):
			a.Verdict, a.Why = NotAssessed, "a part of the ledger of these days cannot be read"
		case r.Window.Held == 0 && !r.Window.Undated:
			a.Verdict, a.Why = NotHeld, "nothing is held of the days asked for"
		default:
			a.Note = kindNote(v, a.Value)
		}
	}
	if o.Rows > 0 {
		if err := r.rows(ctx, v, gathered, o); err != nil {
			return nil, err
		}
	}
	r.Took = time.Since(started)
	return r, nil
}

// Covers reports whether a folded row stands for more than was asked: then it tells that a value may
// have been met. A fold inside the range asked for is a part of the answer.
func Covers(p *ledger.Probe, r *ledger.Row) bool {
	if p.Exact || string(r.Value) < string(p.From) {
		return true
	}
	if p.Space != ledger.Addrs || p.To == nil {
		return false // names below a name are in its range
	}
	network := foldedNetwork(r.Value)
	end := network.Addr().AsSlice()
	for bit := network.Bits(); bit < 8*len(end); bit++ {
		end[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(end)
	key := ledger.AddrKey(last)
	return string(key[:]) >= string(p.To)
}

// conclude turns what was gathered into the answer.
func (a *Answer) conclude(v *depot.View, g *gathering) {
	a.Folded = slices.SortedFunc(maps.Values(g.folds), func(x, y Fold) int { return cmp.Compare(x.Day, y.Day) })
	if g.records == 0 {
		if len(a.Folded) > 0 {
			a.Verdict, a.Why = NotExact, "values like it were so many on some days that they were not kept one by one"
		}
		return
	}
	a.Verdict = Seen
	a.First, a.Last = timeOf(g.first), timeOf(g.last)
	a.Records, a.Roles = g.records, hunt.Roles(g.roles)
	a.Kinds = map[telemetry.Kind]uint64{}
	for k, n := range g.kinds {
		if n > 0 {
			a.Kinds[telemetry.Kind(k)] = n
		}
	}
	for _, d := range slices.SortedFunc(maps.Values(g.days), func(x, y *Day) int { return cmp.Compare(x.Day, y.Day) }) {
		a.Days = append(a.Days, *d)
	}
	for _, s := range g.sensors {
		a.Sensors = append(a.Sensors, Sensor{v.Name(s.Sensor), s.Records, s.Bytes, s.Packets})
	}
	for _, p := range g.peers {
		a.Peers = append(a.Peers, v.PeerName(p))
	}
	a.PeerCount = ledger.CountPeers(len(g.peers), g.more)
	if several(a.Value.Kind(), a.Exact) {
		a.ValueCount, a.Estimated, a.Values = g.distinct(), g.crowd != nil, g.largest()
	}
}

// several reports whether a question covers more than one value.
func several(k observable.Kind, exact bool) bool {
	return k == observable.Prefix || k == observable.Domain && !exact
}

func timeOf(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// windowOf says what could be looked at.
func windowOf(v *depot.View, o Options) Window {
	w := Window{Damaged: damagedIn(v, o), Since: o.Since, Until: o.Until, Expired: v.LedgerExpired()}
	held := v.HeldDays()
	latest := telemetry.InstantOf(time.Now()).Day() + 1 // what earlier versions filed after it has a wrong clock, and makes no day before it be missing
	w.Undated = held[0] && o.days().From <= 0
	for d := range held {
		if d > 0 && d <= latest && (o.Until == 0 || d <= o.Until) && d >= o.Since {
			w.Held++
			w.Last = max(w.Last, d)
			if w.First == 0 || d < w.First {
				w.First = d
			}
		}
	}
	for d := w.First + 1; d < w.Last; d++ {
		if !held[d] {
			w.Missing = append(w.Missing, d)
		}
	}
	return w
}

// damagedIn gives what cannot be read of the days asked for: what was found damaged before and taken
// away, and what this question met.
func damagedIn(v *depot.View, o Options) []depot.Hole {
	days := o.days()
	all := append(slices.Clone(v.State.Holes), v.Damaged...)
	return slices.DeleteFunc(all, func(h depot.Hole) bool { return h.To < days.From || h.From > days.To })
}

// unread reports whether a part of the ledger in which a value could stand is missing.
func unread(w *Window, value observable.Value) bool {
	spaces := map[string]bool{}
	for _, p := range Probes(value, false) {
		spaces[p.Space.String()] = true
	}
	return slices.ContainsFunc(w.Damaged, func(h depot.Hole) bool { return spaces[h.Kind] })
}
