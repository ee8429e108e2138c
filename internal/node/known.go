package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/collect"
	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// known says what is known of a member before it is read.
type known struct {
	head  depot.Fingerprint
	rows  telemetry.SourceID // what its rows are to call it
	whole bool               // all of it was read before
	lines uint64             // up to this line it was read before
	after telemetry.SourceID // the state of it that was
	alone bool               // it may be known, which shows when it was read: nothing else is to be in the intake
}

// known holds a member against the sources that begin like it. A file is read once for that, without
// being decoded; what cannot be read twice is told apart at its end.
func (g *Ingest) known(ctx context.Context, m *collect.Member) (known, error) {
	k := known{head: m.Fingerprint()}
	k.rows = depot.NewSourceID(k.head)
	if slices.ContainsFunc(g.pending, func(s depot.Source) bool {
		f, ok := m.FingerprintOf(s.Bytes)
		return ok && s.Head == f
	}) {
		if err := g.commit(ctx); err != nil {
			return k, err
		}
	}
	like := g.like(m)
	if len(like) == 0 {
		return k, nil
	}
	if !m.Again {
		k.alone = true
		return k, nil
	}
	at := make([]uint64, 0, len(like))
	for _, s := range like {
		at = append(at, s.Bytes)
	}
	parts, whole, err := (&collect.Files{Open: g.opener}).Digests(ctx, m.Name, slices.Compact(at))
	if err != nil {
		if cerr := ctx.Err(); cerr != nil {
			return k, cerr
		}
		return k, nil // it fails again, and is told, when it is read
	}
	for _, s := range slices.Backward(like) {
		d, ok := parts[s.Bytes]
		switch {
		case s.ID == whole && !s.Part:
			k.whole, k.after = true, s.ID
			return k, nil
		case ok && d.ID == s.ID:
			k.lines, k.after = s.Lines, s.ID
			if d.Cut && !s.Part && k.lines > 0 {
				k.lines-- // its last line had no end and was read as far as it went
			}
			return k, nil
		}
	}
	return k, nil
}

// like gives the known sources that begin like a member, shortest first.
func (g *Ingest) like(m *collect.Member) []depot.Source {
	heads := []depot.Fingerprint{m.Fingerprint()}
	for _, n := range g.depot.Short() {
		if f, ok := m.FingerprintOf(n); ok && f != heads[0] {
			heads = append(heads, f)
		}
	}
	return g.depot.Like(heads...)
}

// open gives the intake, begun when there is none.
func (g *Ingest) open() (*depot.Intake, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.intake == nil {
		in, err := g.depot.Begin()
		if err != nil {
			return nil, err
		}
		g.intake = in
	}
	return g.intake, nil
}

// errOverlap says that somebody else took in meanwhile what is about to be committed. Nothing of it was.
var errOverlap = errors.New("somebody else took in the same meanwhile")

// commit makes what was read durable. Nobody is taking records in.
func (g *Ingest) commit(ctx context.Context) error {
	if len(g.pending) == 0 {
		return nil
	}
	if g.turn == nil {
		return g.commitNow(ctx)
	}
	return g.turn(ctx, func() error {
		if slices.ContainsFunc(g.pending, func(s depot.Source) bool { return g.depot.Has(s.ID) }) {
			return errOverlap
		}
		return g.commitNow(ctx)
	})
}

func (g *Ingest) commitNow(ctx context.Context) error {
	in, err := g.open()
	if err != nil {
		return err
	}
	sources := g.pending
	g.intake, g.pending, g.begun = nil, nil, 0
	if err := in.Commit(ctx, sources); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	g.result.Commits++
	g.result.Records += in.Records()
	if g.caughtUp != nil && g.result.Commits%catchUpEvery == 0 {
		return g.caughtUp(ctx)
	}
	return nil
}

// abort forgets what was read and not committed.
func (g *Ingest) abort() error {
	in := g.intake
	g.intake, g.pending, g.begun = nil, nil, 0
	if in == nil {
		return nil
	}
	return in.Abort()
}
