package store

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

func TestApply(t *testing.T) {
	s := open(t)
	entry := uint64(0)
	want := map[telemetry.SourceID]Source{}
	rapid.Check(t, func(rt *rapid.T) {
		var sources []Source
		for i := range rapid.IntRange(0, 3).Draw(rt, "sources") {
			src := drawIngested(rt)
			src.ID[1] = byte(i) // distinct within an entry
			sources = append(sources, src)
		}
		entry += rapid.Uint64Range(1, 3).Draw(rt, "step")
		for range 2 { // the second time changes nothing
			if _, err := s.Apply(t.Context(), entry, sources, nil); err != nil {
				rt.Fatal(err)
			}
		}
		if _, err := s.Apply(t.Context(), entry-1, []Source{{Name: "late"}}, nil); err != nil {
			rt.Fatal(err)
		}
		for _, src := range sources {
			src.Entry = entry
			want[src.ID] = src
		}
		if got := must[uint64](t)(s.Applied(t.Context())); got != entry {
			rt.Fatalf("applied is %d, want %d", got, entry)
		}
		got := map[telemetry.SourceID]Source{}
		var sum Totals
		for _, src := range must[[]Source](t)(s.Sources(t.Context(), SourceFilter{})) {
			got[src.ID] = src
			sum.add(&src)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("-want +got:\n%s", diff)
		}
		if diff := cmp.Diff(sum, must[Totals](t)(s.Totals(t.Context()))); diff != "" {
			rt.Fatalf("totals: -want +got:\n%s", diff)
		}
	})
}

func (sum *Totals) add(s *Source) {
	sum.Sources++
	if !s.Whole {
		sum.NotWhole++
	}
	sum.Bytes += s.Bytes
	sum.Lines += s.Lines
	for k, n := range s.Records {
		sum.Records[k] += n
	}
	if s.First != 0 && (sum.First == 0 || s.First < sum.First) {
		sum.First = s.First
	}
	sum.Last = max(sum.Last, s.Last)
}

func drawIngested(t *rapid.T) Source {
	count := rapid.Uint64Range(0, 1<<40)
	instant := rapid.Map(rapid.Int64Range(0, math.MaxInt64), func(n int64) telemetry.Instant { return telemetry.Instant(n) })
	s := Source{
		ID: telemetry.SourceID{rapid.Uint8Range(1, 3).Draw(t, "id")}, Name: anyText.Draw(t, "name"), Format: anyText.Draw(t, "format"), Sensor: anyText.Draw(t, "sensor"),
		Bytes: count.Draw(t, "bytes"), Lines: count.Draw(t, "lines"), Undated: rapid.Uint64().Draw(t, "undated"), Lost: rapid.Uint64().Draw(t, "lost"),
		First: instant.Draw(t, "first"), Last: instant.Draw(t, "last"), Ingested: time.UnixMicro(rapid.Int64Range(1, 1<<52).Draw(t, "ingested")).UTC(),
		Part: rapid.Bool().Draw(t, "part"), Whole: rapid.Bool().Draw(t, "whole"), Skipped: anyText.Draw(t, "skipped"), Failed: anyText.Draw(t, "failed"),
	}
	for k := range s.Records {
		s.Records[k] = count.Draw(t, "records") * rapid.Uint64Range(0, 1).Draw(t, "some")
	}
	for range rapid.IntRange(0, 2).Draw(t, "problems") {
		p := telemetry.Problem{Reason: anyText.Draw(t, "reason"), Notice: rapid.Bool().Draw(t, "notice"), Count: rapid.Uint64().Draw(t, "count")}
		for range rapid.IntRange(0, 2).Draw(t, "examples") {
			p.Examples = append(p.Examples, telemetry.Example{Line: rapid.Uint64().Draw(t, "line"), Detail: anyText.Draw(t, "detail")})
		}
		s.Problems = append(s.Problems, p)
	}
	return s
}

func TestApplyGoesOn(t *testing.T) {
	s := open(t)
	first := Source{ID: telemetry.SourceID{1}, Name: "conn.log", Part: true}
	whole := Source{ID: telemetry.SourceID{2}, Name: "other.log"}
	next := Source{ID: telemetry.SourceID{3}, After: first.ID, Name: "conn.log"}
	no := Source{ID: telemetry.SourceID{4}, After: whole.ID, Name: "third.log"}
	for i, sources := range [][]Source{{first, whole}, {next, no}} {
		if _, err := s.Apply(t.Context(), uint64(i+1), sources, nil); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, src := range must[[]Source](t)(s.Sources(t.Context(), SourceFilter{})) {
		names = append(names, src.Name)
	}
	if diff := cmp.Diff([]string{"third.log", "conn.log", "other.log"}, names); diff != "" {
		t.Errorf("only a part gives its place up: -want +got:\n%s", diff)
	}
}

func TestApplyIsOneTransaction(t *testing.T) {
	s := open(t)
	wantFault(t, applied(s.Apply(t.Context(), 1<<63, []Source{{Name: "a"}}, nil)), fault.Invalid, "more than can be stored")
	if n := len(must[[]Source](t)(s.Sources(t.Context(), SourceFilter{}))); n != 0 {
		t.Errorf("%d sources of an entry that could not be applied", n)
	}
}

func TestSourceFilter(t *testing.T) {
	s := open(t)
	sources := []Source{
		{ID: telemetry.SourceID{1}, Name: "early", First: 10, Last: 20, Whole: true, Ingested: start},
		{ID: telemetry.SourceID{2}, Name: "late", First: 30, Last: 40, Ingested: start.Add(time.Hour)},
		{ID: telemetry.SourceID{3}, Name: "undated", Whole: true, Ingested: start.Add(-time.Hour)},
	}
	if _, err := s.Apply(t.Context(), 1, sources, nil); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		filter SourceFilter
		want   []string
	}{
		{SourceFilter{}, []string{"late", "early", "undated"}},
		{SourceFilter{Limit: 1}, []string{"late"}},
		{SourceFilter{From: 20}, []string{"late", "early"}},
		{SourceFilter{From: 21, To: 30}, []string{"late"}},
		{SourceFilter{To: 29}, []string{"early"}},
		{SourceFilter{NotWhole: true}, []string{"late"}},
	} {
		var names []string
		for _, src := range must[[]Source](t)(s.Sources(t.Context(), tt.filter)) {
			names = append(names, src.Name)
		}
		if diff := cmp.Diff(tt.want, names); diff != "" {
			t.Errorf("%+v: -want +got:\n%s", tt.filter, diff)
		}
	}
}
