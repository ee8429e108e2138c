package node

import (
	"context"
	"errors"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/intel"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// analysing is the analysers of a one-shot hunt: they look at each record as it is read, and tell of it when all was.
type analysing struct {
	env    analyse.Env
	list   []analyse.Analyser
	gather *analyse.Gather
}

// newAnalysing begins; nil when no rule judges what analysers emit.
func newAnalysing(rules *hunt.RuleSet, r *register.Registers, n hunt.Networks) *analysing {
	if rules == nil || !kindsOf(rules)[telemetry.KindDerived] {
		return nil
	}
	a := &analysing{env: analyse.Env{Networks: n, Registers: r}, list: analysersFor(rules)}
	a.gather = analyse.New(a.env, analyse.DefaultLimits(), a.list...)
	return a
}

// close gives up what is held on disk.
func (a *analysing) close() error {
	if a == nil {
		return nil
	}
	return a.gather.Close()
}

// tell has every analyser tell of every day that was read, and hands what it emits to the rules.
func (a *analysing) tell(ctx context.Context, rules *hunt.RuleSet, t *hunt.Tally) (out []*hunt.AnalyserAccount, err error) {
	if a == nil {
		return nil, nil
	}
	x, err := intel.NewLoader().Index()
	if err != nil {
		return nil, err
	}
	part := t.Part(&telemetry.Source{Name: "analysers", ID: telemetry.SourceID{0: 1, 31: 1}})
	defer func() { err = errors.Join(err, part.Discard()) }()
	engine := &hunt.Engine{Index: x, Networks: a.env.Networks, Sink: part, Rules: rules, RuleSink: part}
	w := windows{analysing: a, engine: engine}
	defer func() { err = errors.Join(err, closeExtracts(w.open)) }()
	for _, x := range a.list {
		w.accounts = append(w.accounts, &hunt.AnalyserAccount{Name: x.Name(), Kinds: x.Kinds()})
	}
	if err := a.gather.Extracts(func(n int, x *analyse.Extract) error { return w.next(ctx, n, x) }); err != nil {
		return nil, err
	}
	for n, account := range w.accounts {
		a.gather.Account(n, account)
	}
	part.Commit()
	return w.accounts, nil
}

// windows judges days as their extracts come, and holds those of one window.
type windows struct {
	*analysing
	engine   *hunt.Engine
	accounts []*hunt.AnalyserAccount
	analyser int
	open     []*analyse.Extract // of it, in the order of their days
}

func (w *windows) next(ctx context.Context, n int, x *analyse.Extract) error {
	old := 0
	for old < len(w.open) && (n != w.analyser || w.open[old].Day <= x.Day-telemetry.Day(w.list[n].Bounds().Days)) {
		old++
	}
	err := closeExtracts(w.open[:old])
	w.analyser, w.open = n, append(slices.Clone(w.open[old:]), x)
	if err != nil {
		return err
	}
	return analyse.Judge(ctx, w.list[n], w.env, x.Day, w.open, w.accounts[n], w.engine.Batch)
}

func closeExtracts(list []*analyse.Extract) error {
	var err error
	for _, x := range list {
		err = errors.Join(err, x.Close())
	}
	return err
}

// beside has analysers see each batch of a source, after what handles it. ended is called once the source was read, and says whether it
// counts.
func (a *analysing) beside(handle func(context.Context, *telemetry.Batch) error) (both func(context.Context, *telemetry.Batch) error, ended func(counts bool)) {
	if a == nil {
		return handle, func(bool) {}
	}
	s := a.gather.Source()
	both = func(ctx context.Context, b *telemetry.Batch) error {
		if err := handle(ctx, b); err != nil {
			return err
		}
		return s.Batch(ctx, b)
	}
	return both, func(counts bool) {
		if counts {
			s.Commit()
		} else {
			s.Void()
		}
	}
}
