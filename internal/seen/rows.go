package seen

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/lake"
	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// rows fetches the records in which the values were met: the ledger names the hours, the lake's filters
// the row groups, and the engine the records.
func (r *Result) rows(ctx context.Context, v *depot.View, gathered []gathering, o Options) error {
	f := fetch{result: r, gathered: gathered, most: o.Rows, hours: map[kindDay]uint32{}, registered: v.Registers.Networks, networks: v.Networks()}
	l := intel.NewLoader()
	l.AllAttributes = true
	l.File("question", "list")
	source := l.Source(&intel.Source{Format: "list", File: "question"})
	var want []observable.Value
	days := map[telemetry.Day]struct{}{}
	for i := range r.Answers {
		a := &r.Answers[i]
		if a.Verdict != Seen {
			continue
		}
		a.RowsLost = lost(v, &gathered[i])
		for _, value := range asked(a) {
			l.Indicator(intel.Indicator{Value: value, Source: source})
			want = append(want, value)
		}
		for kd := range gathered[i].kindDays {
			days[kd.day] = struct{}{}
		}
	}
	if len(want) == 0 {
		return nil
	}
	x, err := l.Index()
	if err != nil {
		return fmt.Errorf("look for records: %w", err)
	}
	f.answers(x)
	engine := &hunt.Engine{Index: x, Networks: v.Networks(), Sink: &f}
	wanted := depot.Wanted{Want: lake.Want{Values: want}.Prepared(), Hour: f.hour, Workers: o.Workers}
	err = f.inSteps(slices.Sorted(maps.Keys(days)), func() error {
		return v.Rows(ctx, wanted, func(b *telemetry.Batch) error { return engine.Batch(ctx, b) })
	})
	if err != nil {
		return fault.Hint(fault.KindOf(err), fmt.Errorf("fetch records: %w", err), fault.HintOf(err))
	}
	r.Window.Damaged = damagedIn(v, o)
	return nil
}

// asked gives the values by which the records of an answer are found.
func asked(a *Answer) []observable.Value {
	if a.Value.Kind() == observable.MD5 {
		return []observable.Value{a.Value, observable.Of(observable.JA3, a.Value.String())}
	}
	if a.Value.Kind() == observable.Domain && LooksLikeFile(a.Value.String()) {
		return []observable.Value{a.Value, observable.Of(observable.FileName, a.Value.String())}
	}
	return []observable.Value{a.Value}
}

// fetch is a sink that keeps the earliest records of each answer.
type fetch struct {
	result   *Result
	gathered []gathering
	most     int
	hours    map[kindDay]uint32
	whose    map[intel.EntryID][]int

	registered register.Networks
	networks   hunt.Networks

	mu       sync.Mutex
	observer hunt.Observer
}

// inSteps reads days in the order of time, each time twice as many as before, and of each answer no more
// once it has all its records and knows that there are further ones.
func (f *fetch) inSteps(days []telemetry.Day, read func() error) error {
	for n := 1; len(days) > 0; n *= 2 {
		step := days[:min(n, len(days))]
		days = days[len(step):]
		clear(f.hours)
		for i := range f.result.Answers {
			if a := &f.result.Answers[i]; a.Verdict == Seen && !a.RowsCut {
				f.want(&f.gathered[i], step[0], step[len(step)-1])
			}
		}
		if len(f.hours) == 0 {
			continue
		}
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// want adds the hours of some days in which an answer's values were met.
func (f *fetch) want(g *gathering, first, last telemetry.Day) {
	for kd := range g.kindDays {
		if first <= kd.day && kd.day <= last {
			f.hours[kd] |= g.days[kd.day].Hours
		}
	}
}

// answers notes which answers an entry belongs to.
func (f *fetch) answers(x *intel.Index) {
	of := map[observable.Value][]int{}
	for i := range f.result.Answers {
		if a := &f.result.Answers[i]; a.Verdict == Seen {
			for _, v := range asked(a) {
				of[v] = append(of[v], i)
			}
		}
	}
	f.whose = map[intel.EntryID][]int{}
	for id, v := range x.Values {
		f.whose[id] = of[v]
	}
}

func (f *fetch) hour(kind telemetry.Kind, day telemetry.Day, hour int) bool {
	mask, ok := f.hours[kindDay{kind, day}]
	return ok && (day == 0 || mask&(1<<hour) != 0)
}

// Hits keeps what belongs to an answer, once for each record. The hours that are read are those of all
// answers: a record of a day that the ledger no longer holds of this value is none of this answer, whose
// first and last would contradict it.
func (f *fetch) Hits(b *telemetry.Batch, hits []hunt.Hit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range hits {
		for _, n := range f.whose[hits[i].Match.Entry] {
			a := &f.result.Answers[n]
			if !f.gathered[n].holds(b.Kind, b.Head(hits[i].Record).Occurred) || a.Exact && hits[i].Match.Part != intel.Exact || f.bySubscriber(b, &hits[i], a) {
				continue
			}
			a.keep(b, &hits[i], f.most)
		}
	}
}

// bySubscriber reports whether a record meets what was asked for by addresses of subscribers alone: those are
// not kept as values, so that the ledger does not count the record.
func (f *fetch) bySubscriber(b *telemetry.Batch, h *hunt.Hit, a *Answer) bool {
	at := b.Head(h.Record).Occurred
	if !depot.NamesSubscriber(f.registered, observable.Addr, h.SeenAddr, "", at) {
		return false
	}
	met := false
	f.observer.Batch(b, f.networks, func(o *hunt.Observation) {
		if o.Record != h.Record || met || depot.NamesSubscriber(f.registered, o.Kind, o.Addr, o.Text, at) {
			return
		}
		_, met = hunt.Meets(a.Value, o.Kind, o.Addr, o.Text)
	})
	return !met
}

// keep puts a record among the earliest of an answer.
func (a *Answer) keep(b *telemetry.Batch, h *hunt.Hit, most int) {
	head := b.Head(h.Record)
	at, found := slices.BinarySearchFunc(a.Rows, head, func(s hunt.Sample, head *telemetry.Head) int {
		return cmp.Or(cmp.Compare(s.Occurred, head.Occurred), cmp.Compare(s.Source, b.Source.Name), cmp.Compare(s.Ordinal, head.Ordinal))
	})
	if found {
		return
	}
	if len(a.Rows) >= most {
		a.RowsCut = true
		if at >= most {
			return
		}
		a.Rows = a.Rows[:most-1]
	}
	a.Rows = slices.Insert(a.Rows, at, hunt.SampleOf(b, h))
}

// lost says for which days that the ledger knows of the records are no longer held, all or some.
func lost(v *depot.View, g *gathering) []RowsLost {
	var out []RowsLost
	for kd := range g.kindDays {
		h := v.Held(kd.kind, kd.day)
		for _, x := range h.Expired {
			out = append(out, RowsLost{kd.day, kd.kind, fmt.Sprintf("expired on %s (%s)", x.On, x.Class)})
		}
		if h.Damaged > 0 {
			out = append(out, RowsLost{kd.day, kd.kind, "damaged"})
		}
	}
	slices.SortFunc(out, func(x, y RowsLost) int {
		return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Why, y.Why))
	})
	return slices.Compact(out)
}
