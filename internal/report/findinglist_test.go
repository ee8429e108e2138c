package report

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// TestFindingListFits draws findings of any shape: no line is wider than the page, and every finding has one.
func TestFindingListFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &FindingList{Dismissed: rapid.IntRange(0, 3).Draw(t, "dismissed")}
		for range rapid.IntRange(1, 8).Draw(t, "findings") {
			l.Findings = append(l.Findings, drawnFinding(t))
		}
		var b strings.Builder
		width := rapid.IntRange(80, 160).Draw(t, "width")
		if err := WriteFindingList(&b, Table, l, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		for s := range strings.SplitSeq(b.String(), "\n") {
			if n := utf8.RuneCountInString(s); n > width {
				t.Fatalf("%d characters in a page of %d: %s", n, width, s)
			}
		}
		for i := range l.Findings {
			id := l.Findings[i].ID.String()[:idDigits]
			if !strings.Contains(b.String(), "\n"+id+"  ") {
				t.Fatalf("finding %s has no line:\n%s", id, b.String())
			}
		}
	})
}

func drawnFinding(t *rapid.T) KeptFinding {
	name := rapid.StringMatching(`[a-z]{1,30}(\.[a-z]{1,30}){1,5}`).Draw(t, "domain")
	f := &hunt.Finding{
		Value: observable.Of(observable.Domain, name), Subjects: 1, Level: rapid.SampledFrom([]hunt.Level{hunt.Informational, hunt.Low, hunt.High, hunt.Critical}).Draw(t, "level"),
		Subject: hunt.Subject{Addr: netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "address")))},
		Records: rapid.Uint64Range(1, 1e6).Draw(t, "records"), First: telemetry.InstantOf(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)),
	}
	f.Last = f.First
	f.ID = hunt.IndicatorFindingID(f.Value, f.Subject)
	return KeptFinding{Finding: f, Triage: Triage{Status: rapid.SampledFrom([]string{"open", "acknowledged", "dismissed"}).Draw(t, "status")}}
}

func TestFindingListText(t *testing.T) {
	for _, c := range []struct {
		l    FindingList
		want string
	}{
		{FindingList{}, "No finding is kept."},
		{FindingList{Narrowed: true}, "No finding is like that."},
		{FindingList{Dismissed: 1}, "No finding is kept. 1 that was dismissed is not shown (--all)."},
		{
			FindingList{Dismissed: 2, Findings: []KeptFinding{{Finding: &hunt.Finding{Level: hunt.High}}, {Finding: &hunt.Finding{Level: hunt.Low}}}},
			"2 findings: 1 high, 1 low. 2 that were dismissed are not shown (--all).",
		},
	} {
		if got := c.l.text(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestStepText(t *testing.T) {
	when := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	before := TriageStep{Triage: Triage{Assignee: "ana"}}
	for _, c := range []struct {
		s    TriageStep
		want string
	}{
		{
			TriageStep{"dismiss", Triage{Who: "bo", When: when, Reason: "ours", Until: when.Truncate(24*time.Hour).AddDate(0, 0, 2), Assignee: "ana"}},
			"2026-03-01 10:00 UTC  bo dismissed it: ours (until 2026-03-02)",
		},
		{TriageStep{"link", Triage{Who: "bo", When: when, Reason: "ours", Tickets: []string{"A-1", "B-2"}, Assignee: "ana"}}, "2026-03-01 10:00 UTC  bo linked B-2"},
		{TriageStep{"acknowledge", Triage{Who: "bo", When: when, Assignee: "cy"}}, "2026-03-01 10:00 UTC  bo acknowledged it; cy looks after it"},
	} {
		if got := stepText(&c.s, &before); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestFindingListStray: hosts that the register of devices does not state stand behind those that it does, of each level, and are called so; 300
// forged ones of the highest level do not push the one that is real from the top.
func TestFindingListStray(t *testing.T) {
	at := telemetry.InstantOf(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	of := func(host, id string, level hunt.Level) KeptFinding {
		s := hunt.Subject{Kind: hunt.SubjectDevice, Name: host}
		f := &hunt.Finding{ID: hunt.RuleFindingID("r", s), Rule: &hunt.RuleInfo{Key: "r", Title: "Log cleared"}, Subject: s, Device: id, Subjects: 1, Level: level, First: at, Last: at, Records: 1}
		return KeptFinding{Finding: f, Triage: Triage{Status: "open"}}
	}
	l := &FindingList{Devices: true}
	for i := range 300 {
		l.Findings = append(l.Findings, of("forged-router-"+strconv.Itoa(i), "", hunt.Critical))
	}
	l.Findings = append(l.Findings, of("R1.example", "edge-r1", hunt.Critical), of("core-r2", "", hunt.High))
	var b strings.Builder
	if err := WriteFindingList(&b, Table, l, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	head := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "id  ") })
	if head < 0 || !strings.Contains(lines[head+1], "edge-r1 ") || !strings.Contains(lines[head+2], "unreg:forge") {
		t.Errorf("the first lines:\n%s", strings.Join(lines[:6], "\n"))
	}
	wantIn(t, strings.ReplaceAll(b.String(), "\n", " "), "301 of them are about hosts that the register of devices does not state", "unreg:core-r2")
	b.Reset()
	l.Devices = false // without a register every name is as good as another
	if err := WriteFindingList(&b, Table, l, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "of them") {
		t.Errorf("without a register:\n%s", b.String())
	}
}
