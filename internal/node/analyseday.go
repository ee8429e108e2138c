package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// deriver has analysers tell of days of a data folder, as one view shows it.
type deriver struct {
	view     *depot.View
	files    extractFiles
	env      analyse.Env
	list     []analyse.Analyser
	workers  int
	added    map[kindDay]uint64 // the entry that took the latest records of a kind and day in that are still there
	extracts []map[telemetry.Day]*analyse.Extract
	gathered []map[telemetry.Day]*hunt.AnalyserAccount // what was read of days for extracts
	told     daysTold
}

// newDeriver begins; r is what registers state when rules are asked.
func newDeriver(v *depot.View, files extractFiles, r *register.Registers, list []analyse.Analyser, workers int) *deriver {
	d := &deriver{view: v, files: files, env: analyse.Env{Networks: v.Networks(), Registers: r}, list: list, workers: workers, added: map[kindDay]uint64{}, told: daysTold{}}
	for _, f := range v.State.Files {
		at := kindDay{f.Kind, f.Day}
		d.added[at] = max(d.added[at], f.Entry)
	}
	for range d.list {
		d.extracts = append(d.extracts, map[telemetry.Day]*analyse.Extract{})
		d.gathered = append(d.gathered, map[telemetry.Day]*hunt.AnalyserAccount{})
	}
	return d
}

// close lets go of what is held.
func (d *deriver) close() error {
	if d == nil {
		return nil
	}
	var err error
	for _, days := range d.extracts {
		for _, x := range days {
			if x != nil {
				err = errors.Join(err, x.Close())
			}
		}
	}
	return err
}

// tell has every analyser tell of a day, and hands what they emit to the sink. Days are best told of one after the other.
func (d *deriver) tell(ctx context.Context, day telemetry.Day, sink analyse.Sink) error {
	if err := d.reach(ctx, day); err != nil {
		return err
	}
	for n, a := range d.list {
		var list []*analyse.Extract
		for _, x := range d.extracts[n] {
			if x != nil {
				list = append(list, x)
			}
		}
		account := &hunt.AnalyserAccount{Name: a.Name(), Kinds: a.Kinds()}
		if g := d.gathered[n][day]; g != nil {
			account.Join(g)
		}
		if err := analyse.Judge(ctx, a, d.env, day, list, account, sink); err != nil {
			return err
		}
		if account.Days > 0 {
			d.told.of(a.Name())[day] = account
		}
	}
	return nil
}

// reach has the extracts of the windows that end with a day.
func (d *deriver) reach(ctx context.Context, day telemetry.Day) error {
	missing := map[telemetry.Day][]int{}
	for n, a := range d.list {
		first := day - telemetry.Day(a.Bounds().Days) + 1
		for at, x := range d.extracts[n] {
			if (at < first || at > day) && x != nil { // nobody asks for it soon
				if err := x.Close(); err != nil {
					return err
				}
				delete(d.extracts[n], at)
			}
		}
		for at := first; at <= day; at++ {
			if _, ok := d.extracts[n][at]; ok || d.kept(n, at) {
				continue
			}
			if _, some := d.entry(a, at); some {
				missing[at] = append(missing[at], n)
			}
		}
	}
	for at, which := range missing {
		if err := d.read(ctx, at, which); err != nil {
			return fmt.Errorf("analyse the records of %s: %w", at, err)
		}
	}
	return nil
}

// entry gives the edit that took in the latest of the records of a day that an analyser looks at, if there are any.
func (d *deriver) entry(a analyse.Analyser, at telemetry.Day) (entry uint64, some bool) {
	for _, k := range a.Kinds() {
		if e, ok := d.added[kindDay{k, at}]; ok {
			entry, some = max(entry, e), true
		}
	}
	return entry, some
}

// kept takes the extract of a day from its file, where it is as good as one made now: no records came since, and either the registers are
// those by which it was made, or records of the day are gone, so that it could not be made again.
func (d *deriver) kept(n int, at telemetry.Day) bool {
	a := d.list[n]
	if !a.Bounds().Keep {
		return false
	}
	x, made := d.files.load(a, at)
	if x == nil {
		return false
	}
	entry, some := d.entry(a, at)
	if made.Entry < entry || some && made.Registers != d.version() && !d.gone(a, at) {
		return false
	}
	d.extracts[n][at] = x
	return true
}

func (d *deriver) version() [32]byte {
	if d.env.Registers == nil {
		return [32]byte{}
	}
	return [32]byte(d.env.Registers.Version)
}

// gone reports whether records of a day that an analyser looks at are no longer there.
func (d *deriver) gone(a analyse.Analyser, at telemetry.Day) bool {
	return slices.ContainsFunc(a.Kinds(), func(k telemetry.Kind) bool {
		h := d.view.Held(k, at)
		return len(h.Expired) > 0 || h.Damaged > 0
	})
}

// read makes the extracts of a day for some analysers from its rows, in one pass.
func (d *deriver) read(ctx context.Context, day telemetry.Day, which []int) (err error) {
	list := make([]analyse.Analyser, len(which))
	for i, n := range which {
		list[i] = d.list[n]
		d.extracts[n][day] = nil // it is known that there is none
	}
	g := analyse.New(d.env, analyse.DefaultLimits(), list...)
	defer func() { err = errors.Join(err, g.Close()) }()
	s := g.Source()
	wanted := depot.Wanted{Workers: d.workers, Hour: func(k telemetry.Kind, at telemetry.Day, _ int) bool { return at == day && g.Wants(k) }}
	if err := d.view.Rows(ctx, wanted, func(b *telemetry.Batch) error { return s.Batch(ctx, b) }); err != nil {
		return err
	}
	s.Commit()
	made := analyse.Made{Entry: d.view.State.Entry, Registers: d.version()}
	err = g.Extracts(func(i int, x *analyse.Extract) error {
		if x.Day != day {
			return x.Close()
		}
		d.extracts[which[i]][day] = x
		if !list[i].Bounds().Keep {
			return nil
		}
		return d.files.save(x, made)
	})
	for i, n := range which {
		account := &hunt.AnalyserAccount{}
		g.Account(i, account)
		d.gathered[n][day] = account
	}
	return err
}
