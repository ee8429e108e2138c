package api

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

func TestDaysAsTheCommandLineTakesThem(t *testing.T) {
	now := time.Date(2026, 11, 29, 23, 0, 0, 0, time.UTC)
	today := telemetry.InstantOf(now).Day()
	for text, want := range map[string]telemetry.Day{"": 0, "2026-11-28": today - 1, "0d": today, "30d": today - 30, "8w": today - 56, "1y": today - 365} {
		if got, err := parseDay("query.since", text, now); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "d", "30", "-1d", "+1d", "1.5d", "30D", "1m", "30d ", "65536d", "100y", "60y", "1960-01-01", "2026-02-30"} {
		if got, err := parseDay("query.since", text, now); err == nil {
			t.Errorf("%q is day %d", text, got)
		}
	}
}

func TestTextOfAPage(t *testing.T) {
	for _, tt := range []struct {
		name  string
		n     int
		page  FindingPage
		first bool
		want  string
	}{
		{"all", 2, FindingPage{}, true, "2 findings: 2 informational."},
		{"none", 0, FindingPage{}, true, "No finding is kept."},
		{"the first of several", 1, FindingPage{Next: "x"}, true, "This page, of at least 2: 1 finding: 1 informational."},
		{"in the middle", 1, FindingPage{Next: "x", Before: 16}, false, "This page, of at least 18: 1 finding: 1 informational."},
		{"the last", 1, FindingPage{Before: 16}, false, "This page, of 17 in all: 1 finding: 1 informational."},
		{"the last, of a service that does not count", 1, FindingPage{}, false, "This page, of at least 1: 1 finding: 1 informational."},
		{"beyond the last", 0, FindingPage{FindingList: report.FindingList{Dismissed: 2}, Before: 16}, false, "No finding is on this page. 2 that were dismissed are not shown (all=true)."},
		{"dismissed ones", 0, FindingPage{FindingList: report.FindingList{Dismissed: 1}}, true, "No finding is kept. 1 that was dismissed is not shown (all=true)."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &tt.page
			for range tt.n {
				p.Findings = append(p.Findings, report.KeptFinding{Finding: &hunt.Finding{}})
			}
			var b bytes.Buffer
			w := &textWriter{w: &b, text: func(s string) string { return p.textOf(s, tt.first) }}
			if err := report.WriteFindingList(w, report.JSON, &p.FindingList, report.Options{}); err != nil {
				t.Fatal(err)
			}
			if want := "{\n  \"text\": \"" + tt.want + "\",\n"; !strings.HasPrefix(b.String(), want) {
				t.Errorf("got  %.200s\nwant %s", b.String(), want)
			}
		})
	}
}

// TestTextWriterLaw: however the JSON comes, only the text is another.
func TestTextWriterLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rest := rapid.StringMatching(`,"findings":\[[a-z"]*\]\}`).Draw(t, "rest")
		whole := []byte("{\n  \"text\"" + `: "a \"b\" \\ é"` + rest)
		var b bytes.Buffer
		w := &textWriter{w: &b, text: func(s string) string { return "<" + s + ">" }}
		for left := whole; len(left) > 0; {
			n := rapid.IntRange(1, len(left)).Draw(t, "chunk")
			if got, err := w.Write(left[:n]); got != n || err != nil {
				t.Fatalf("wrote %d of %d: %v", got, n, err)
			}
			left = left[n:]
		}
		if want := "{\n  \"text\"" + `: "<a \"b\" \\ é>"` + rest; b.String() != want {
			t.Fatalf("got  %s\nwant %s", b.String(), want)
		}
	})
}

// TestProblemsNameNoFlags where a parameter is meant; commands to type are left whole.
func TestProblemsNameNoFlags(t *testing.T) {
	s := &server{log: slog.New(slog.DiscardHandler)}
	p := s.problemOf(t.Context(), fault.Hint(fault.Invalid, errors.New("--since is after --until"), "--all shows further ones"))
	if p.Detail != "since is after until" || p.Hint != "all=true shows further ones" {
		t.Errorf("%q, %q", p.Detail, p.Hint)
	}
	const command = "stormglass finding list --all names it"
	if p := s.problemOf(t.Context(), fault.Hint(fault.NotFound, errors.New("none"), command)); p.Hint != command {
		t.Errorf("%q", p.Hint)
	}
}
