// Package analysetest runs analysers in tests, and gives what they emit in a form that is easily compared.
package analysetest

import (
	"context"
	"testing"

	"stormglass/internal/collect"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Record is a derived record.
type Record struct {
	At     telemetry.Instant
	Ends   telemetry.Ends
	Host   string
	Fields map[string]string
}

// Run is what an analyser made of some records.
type Run struct {
	Records []Record // that it emitted, day by day
	Ran     []Record // that say that it ran
	Account hunt.AnalyserAccount
}

// Batches runs an analyser over batches of one source.
func Batches(t testing.TB, a analyse.Analyser, env analyse.Env, batches ...*telemetry.Batch) *Run {
	t.Helper()
	return Within(t, a, env, analyse.DefaultLimits(), func(each func(*telemetry.Batch)) {
		for _, b := range batches {
			each(b)
		}
	})
}

// Within runs an analyser over what feed gives, within limits.
func Within(t testing.TB, a analyse.Analyser, env analyse.Env, l analyse.Limits, feed func(each func(*telemetry.Batch))) *Run {
	t.Helper()
	g := analyse.New(env, l, a)
	s := g.Source()
	feed(func(b *telemetry.Batch) {
		if err := s.Batch(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	})
	s.Commit()
	return told(t, a, env, g)
}

// Files runs an analyser over files of telemetry.
func Files(t testing.TB, a analyse.Analyser, env analyse.Env, paths ...string) *Run {
	t.Helper()
	g := analyse.New(env, analyse.DefaultLimits(), a)
	files := &collect.Files{}
	err := files.Each(t.Context(), paths, func(m *collect.Member) error {
		s := g.Source()
		r := collect.Reader{Handle: s.Batch}
		_, err := r.Read(t.Context(), m)
		s.Commit()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return told(t, a, env, g)
}

func told(t testing.TB, a analyse.Analyser, env analyse.Env, g *analyse.Gather) *Run {
	t.Helper()
	out := &Run{Account: hunt.AnalyserAccount{Name: a.Name()}}
	var list []*analyse.Extract
	if err := g.Extracts(func(_ int, x *analyse.Extract) error { list = append(list, x); return nil }); err != nil {
		t.Fatal(err)
	}
	g.Account(0, &out.Account)
	for _, x := range list {
		if err := analyse.Judge(t.Context(), a, env, x.Day, list, &out.Account, out.take); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range list {
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (r *Run) take(_ context.Context, b *telemetry.Batch) error {
	for i := range b.Event {
		e := &b.Event[i]
		x := Record{At: e.Occurred, Ends: e.Ends, Host: e.Host, Fields: map[string]string{}}
		for _, p := range b.PairsOf(e.Pairs) {
			x.Fields[p.Field.String()] = p.Text
		}
		if e.Dataset == analyse.DatasetRan {
			r.Ran = append(r.Ran, x)
		} else {
			x.Fields["event.dataset"] = e.Dataset
			r.Records = append(r.Records, x)
		}
	}
	return nil
}
