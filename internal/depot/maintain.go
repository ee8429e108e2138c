package depot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/ledger"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Maintained says what a round of upkeep did.
type Maintained struct {
	Merges    int // of segments
	Compacted int // hours of the lake
	Expired   []Expired
	Damaged   []Hole // found on the way, and put into quarantine
}

// Maintain removes what is over its time, merges segments and compacts quiet hours, each in an edit of
// its own: it may be stopped at any time. Records may be taken in beside it; their commits wait.
func (d *Depot) Maintain(ctx context.Context) (_ *Maintained, err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	defer func() { err = Full(err) }()
	m := &Maintained{}
	if err := d.dirty(); err != nil {
		return m, fmt.Errorf("begin upkeep: %w", err)
	}
	for _, step := range []func(context.Context, *Maintained) error{d.expireRows, d.expireSegments, d.mergeSegments, d.compact} {
		if err := step(ctx, m); err != nil {
			return m, err
		}
	}
	if d.Vault != nil {
		if err := d.Vault.Merge(ctx); err != nil {
			return m, fmt.Errorf("merge sealed values: %w", err)
		}
	}
	return m, d.clean()
}

// over reports whether something of a day, taken in on another, is to go when it is kept for so many
// days. Both must be past: what somebody takes in today from an old archive is not gone tomorrow.
func (d *Depot) over(day, taken telemetry.Day, keep int) bool {
	return max(day, taken) < d.horizon()-telemetry.Day(keep)
}

// expireRows drops the files of the lake whose time is over.
func (d *Depot) expireRows(ctx context.Context, m *Maintained) error {
	e := &Edit{Why: "expire"}
	for name := range d.manifest.state.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := d.manifest.state.Files[name]
		class, err := register.ParseRowClass(string(f.Class))
		if err != nil {
			return fmt.Errorf("expire %s: %w", name, err)
		}
		if !d.over(f.Day, f.Taken, d.Registers().Retention.Days(class, f.Kind)) || d.held(f.Day) {
			continue
		}
		e.DropFiles = append(e.DropFiles, name)
		e.Expired = append(e.Expired, Expired{Kind: f.Kind.String(), Class: string(f.Class), Day: f.Day, Rows: f.Rows, On: d.today()})
	}
	if len(e.DropFiles) == 0 {
		return nil
	}
	slices.Sort(e.DropFiles)
	m.Expired = append(m.Expired, e.Expired...)
	return d.commit(e)
}

// slack is how many days of a merged segment may be over their time before it is rewritten for that.
const slack = 7

// expireSegments drops and rewrites segments of the ledger that hold days or tokens whose time is over.
func (d *Depot) expireSegments(ctx context.Context, m *Maintained) error {
	for _, s := range d.manifest.state.segments() {
		days, tokens := d.overIn([]Segment{s})
		last := len(days) == len(s.Days)
		if len(days) == 0 && !tokens || !last && !tokens && len(days) < min(slack, len(s.Days)) {
			continue
		}
		if last {
			e := &Edit{Why: "expire", DropSegments: []string{s.Name}, Expired: d.expired(days)}
			m.Expired = append(m.Expired, e.Expired...)
			if err := d.commit(e); err != nil {
				return err
			}
			continue
		}
		if err := d.rewrite(ctx, "expire", []Segment{s}, []ledger.Days{{From: s.Info.FirstDay, To: s.Info.LastDay}}, m); err != nil {
			return err
		}
	}
	return nil
}

// overIn gives the days of segments that are over, and whether tokens in them are. What was taken in
// last counts for all.
func (d *Depot) overIn(ins []Segment) (days []telemetry.Day, tokens bool) {
	r := &d.Registers().Retention
	taken, seen := takenLast(ins), map[telemetry.Day]bool{}
	for _, s := range ins {
		for _, day := range s.Days {
			tokens = tokens || s.Info.Tokens && d.over(day, taken, r.PeerTokens()+slack)
			if !seen[day] && d.over(day, taken, r.Ledger()) && !d.held(day) {
				days = append(days, day)
			}
			seen[day] = true
		}
	}
	return days, tokens
}

func takenLast(ins []Segment) telemetry.Day {
	var day telemetry.Day
	for _, s := range ins {
		day = max(day, s.Taken)
	}
	return day
}

// held reports whether a case holds a day.
func (d *Depot) held(day telemetry.Day) bool { return d.o.Held != nil && d.o.Held(day) }

func (d *Depot) expired(days []telemetry.Day) []Expired {
	out := make([]Expired, 0, len(days))
	for _, day := range days {
		out = append(out, Expired{Kind: ledgerKind, Day: day, On: d.today()})
	}
	return out
}

// mergeSegments merges by the ledger's plan, until it asks for nothing more.
func (d *Depot) mergeSegments(ctx context.Context, m *Maintained) error {
	const rounds = 10_000 // a plan that never ends is an error, not a busy loop
	for range rounds {
		jobs := ledger.Plan(d.planned(), d.today())
		if len(jobs) == 0 {
			return nil
		}
		for _, j := range jobs {
			ins := make([]Segment, 0, len(j.Inputs))
			for _, name := range j.Inputs {
				ins = append(ins, d.manifest.state.Segments[name])
			}
			if err := d.rewrite(ctx, "merge", ins, j.Makes, m); err != nil {
				return err
			}
			m.Merges++
		}
	}
	return errors.New("merging segments does not come to an end")
}

// rewrite merges segments into one for each stretch of days, without what is over its time. A segment
// found damaged goes into quarantine, and the others stay as they are.
func (d *Depot) rewrite(ctx context.Context, why string, ins []Segment, makes []ledger.Days, m *Maintained) error {
	over, _ := d.overIn(ins)
	e := &Edit{Why: why, DropSegments: namesOf(ins), Expired: d.expired(over)}
	keep := d.keepRow(ins)
	for _, days := range makes {
		out, err := d.merged(ctx, ins, func(r *ledger.Row) bool { return days.From <= r.Day && r.Day <= days.To && keep(r) })
		if name, ok := d.lost(err, e.DropSegments); ok {
			hole, qerr := d.quarantine(name, err)
			m.Damaged = append(m.Damaged, hole)
			for _, made := range e.AddSegments {
				qerr = errors.Join(qerr, d.drop(made.Name))
			}
			return qerr
		}
		if err != nil {
			return err
		}
		if out.Info.Rows > 0 {
			e.AddSegments = append(e.AddSegments, out)
		} else if err := d.drop(out.Name); err != nil {
			return err
		}
	}
	m.Expired = append(m.Expired, e.Expired...)
	return d.commit(e)
}

// planned gives the segments as the ledger plans with them.
func (d *Depot) planned() []ledger.SegmentInfo {
	out := make([]ledger.SegmentInfo, 0, len(d.manifest.state.Segments))
	for _, s := range d.manifest.state.segments() {
		out = append(out, ledger.SegmentInfo{Name: s.Name, Space: s.Info.Space, FirstDay: s.Info.FirstDay, LastDay: s.Info.LastDay, Rows: s.Info.Rows})
	}
	return out
}

func namesOf(segments []Segment) []string {
	out := make([]string, 0, len(segments))
	for _, s := range segments {
		out = append(out, s.Name)
	}
	return out
}

// keepRow gives what becomes of the rows of segments: those over their time go, and of the others the
// tokens that are.
func (d *Depot) keepRow(ins []Segment) func(*ledger.Row) bool {
	over, _ := d.overIn(ins)
	taken, tokens := takenLast(ins), d.Registers().Retention.PeerTokens()
	return func(row *ledger.Row) bool {
		if slices.Contains(over, row.Day) {
			return false
		}
		if d.over(row.Day, taken, tokens) {
			row.Peers = slices.DeleteFunc(row.Peers, func(p ledger.Peer) bool { return p.Kind == ledger.PeerToken })
		}
		return true
	}
}

// merged writes the rows of segments into a new one. Nothing names it yet.
func (d *Depot) merged(ctx context.Context, ins []Segment, keep func(*ledger.Row) bool) (_ Segment, err error) {
	var open []*ledger.Segment
	defer func() {
		for _, s := range open {
			err = errors.Join(err, s.Close())
		}
	}()
	for _, s := range ins {
		seg, err := ledger.Open(d.fs, s.Name)
		if err != nil {
			return Segment{}, err
		}
		open = append(open, seg)
	}
	out := Segment{Taken: takenLast(ins)}
	days := map[telemetry.Day]bool{}
	out.Name = d.segmentName(ins[0].Info.Space, ins[0].Info.FirstDay)
	meta := ledger.JoinMeta(open)
	meta.Space = ins[0].Info.Space
	for id := range meta.Sensors {
		if name, ok := d.names.name(id); ok {
			meta.Sensors[id] = name
		}
	}
	w, err := ledger.NewWriter(d.fs, out.Name, meta, ledger.WriterOptions{})
	if err != nil {
		return Segment{}, err
	}
	o := ledger.MergeOptions{Budget: d.o.Budget, Temp: TempDir, Keep: func(r *ledger.Row) bool {
		ok := keep(r)
		if ok {
			days[r.Day] = true
		}
		return ok
	}}
	if err := ledger.Merge(ctx, w, open, o); err != nil {
		return Segment{}, errors.Join(err, w.Abort())
	}
	if out.Info, err = w.Close(); err != nil {
		return Segment{}, err
	}
	out.Days = sortedDays(days)
	return out, d.syncLedger()
}

func sortedDays(days map[telemetry.Day]bool) []telemetry.Day {
	out := make([]telemetry.Day, 0, len(days))
	for day := range days {
		out = append(out, day)
	}
	slices.Sort(out)
	return out
}
