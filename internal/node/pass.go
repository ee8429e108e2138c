package node

import (
	"context"
	"errors"
	"io"

	"stormglass/internal/collect"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// pass reads telemetry once, each source with an engine and a part of a tally.
type pass struct {
	Paths    []string
	Stdin    io.Reader
	Workers  int
	Progress func(done int64) // nil: nobody is told
	Like     *hunt.Engine     // what the engines match against; their sinks are the parts
	Tally    *hunt.Tally
	SameAs   func(telemetry.SourceID) string // names what a source is that does not count; nil, or empty: it counts
	Watch    func(*hunt.Part) hunt.RuleSink  // stands between an engine and its part, of the next source; nil: nothing does
	Covered  *coverage.Counter               // counts who sent what, of sources that count; nil: nobody asks
	Counted  func(sink hunt.RuleSink)        // is told that a source counts; nil: nobody is
	Beside   *analysing                      // analysers, which see every batch too; nil: none do
}

// run gives the account of every source.
func (p *pass) run(ctx context.Context) (accounts []*telemetry.Account, err error) {
	files := &collect.Files{Stdin: p.Stdin, Leave: leaveData}
	err = files.Each(ctx, p.Paths, func(m *collect.Member) error {
		a, err := p.source(ctx, files, m)
		if err == nil {
			accounts = append(accounts, a)
		}
		return err
	})
	return accounts, err
}

func (p *pass) source(ctx context.Context, files *collect.Files, m *collect.Member) (a *telemetry.Account, err error) {
	source := &telemetry.Source{Name: m.Name}
	part := p.Tally.Part(source)
	defer func() { err = errors.Join(err, part.Discard()) }()
	var sink hunt.RuleSink = part
	if p.Watch != nil {
		sink = p.Watch(part)
	}
	engine := &hunt.Engine{Index: p.Like.Index, Networks: p.Like.Networks, Sink: part, Rules: p.Like.Rules, RuleSink: sink}
	handle, ended := p.Beside.beside(engine.Batch)
	defer func() { ended(err == nil && a.Skipped == "" && a.SameAs == "") }()
	reader := collect.Reader{Workers: p.Workers, Handle: handle, Exports: captured}
	covered := &coverage.Counter{}
	if p.Covered != nil {
		reader.Counted = covered.Set
	}
	if p.Progress != nil {
		reader.Watch = func(*telemetry.Block) { p.Progress(files.Done.Load()) }
	}
	if a, err = reader.Read(ctx, m); err != nil || a.Skipped != "" {
		return a, err
	}
	source.ID = a.Source.ID
	if p.SameAs != nil {
		a.SameAs = p.SameAs(source.ID)
	}
	if a.SameAs == "" {
		a.SameAs = part.Commit()
	}
	if a.SameAs == "" && p.Covered != nil {
		cutOff(covered, a)
		p.Covered.Merge(covered)
	}
	if a.SameAs == "" && p.Counted != nil {
		p.Counted(sink)
	}
	return a, nil
}
