package store

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// sameFinding compares findings as the store promises it.
var sameFinding = cmp.Options{
	cmp.AllowUnexported(observable.Value{}),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmpopts.EquateEmpty(),
	cmpopts.IgnoreFields(intel.Ref{}, "Source"), // a number within one hunt
}

var (
	anyText  = rapid.OneOf(rapid.StringN(0, 12, 40), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(b []byte) string { return string(b) }))
	anyTexts = rapid.SliceOfN(anyText, 0, 3)
	anyAddr  = rapid.OneOf(rapid.Just(netip.Addr{}), rapid.Map(rapid.SliceOfN(rapid.Byte(), 4, 4), addrOf), rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), addrOf),
		rapid.Just(netip.MustParseAddr("fe80::1%eth0")))
	anyTime = rapid.OneOf(rapid.Just(time.Time{}), rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	}))
	anyInstant = rapid.Map(rapid.Int64(), func(n int64) telemetry.Instant { return telemetry.Instant(n) })
	anyTLP     = rapid.Map(rapid.IntRange(0, 5), func(n int) intel.TLP { return intel.TLP(n) })
)

func addrOf(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}

func drawSample(t *rapid.T) hunt.Sample {
	s := hunt.Sample{
		Source: anyText.Draw(t, "source"), Ordinal: rapid.Uint64().Draw(t, "ordinal"), Occurred: anyInstant.Draw(t, "occurred"),
		Doubt: time.Duration(rapid.Int64().Draw(t, "doubt")), Kind: telemetry.Kind(rapid.IntRange(0, int(telemetry.NumKinds)-1).Draw(t, "kind")),
		Field: anyText.Draw(t, "field"), Seen: anyText.Draw(t, "seen"), Flow: anyText.Draw(t, "flow"), Line: anyText.Draw(t, "line"),
		Ends: telemetry.Ends{
			Src: anyAddr.Draw(t, "src"), Dst: anyAddr.Draw(t, "dst"), SrcPort: rapid.Uint16().Draw(t, "sport"), DstPort: rapid.Uint16().Draw(t, "dport"),
			Proto: rapid.Uint8().Draw(t, "proto"), SrcLocal: telemetry.Local(rapid.IntRange(0, 2).Draw(t, "local")), UID: anyText.Draw(t, "uid"),
		},
	}
	for range rapid.IntRange(0, 2).Draw(t, "fields") {
		s.Fields = append(s.Fields, hunt.SampleField{Name: anyText.Draw(t, "name"), Value: anyText.Draw(t, "value")})
	}
	return s
}

func drawDay(t *rapid.T, n telemetry.Day) hunt.Day {
	d := hunt.Day{
		Day: n, Records: rapid.Uint64().Draw(t, "records"), Bytes: rapid.Uint64().Draw(t, "bytes"), Historical: rapid.Uint64().Draw(t, "historical"),
		OtherPort: rapid.Uint64().Draw(t, "other port"), First: anyInstant.Draw(t, "first"), Last: anyInstant.Draw(t, "last"),
		FromLedger: rapid.Bool().Draw(t, "ledger"), Subjects: rapid.IntRange(0, 9).Draw(t, "subjects"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "samples") {
		d.Samples = append(d.Samples, drawSample(t))
	}
	return d
}

func drawRef(t *rapid.T, sources []*intel.Source) hunt.Ref {
	return hunt.Ref{
		Ref: intel.Ref{
			Source: intel.SourceID(rapid.Uint32().Draw(t, "number")), ID: anyText.Draw(t, "id"), TLP: anyTLP.Draw(t, "tlp"), Port: rapid.Uint16().Draw(t, "port"),
			From: anyTime.Draw(t, "from"), Until: anyTime.Draw(t, "until"), Comment: anyText.Draw(t, "comment"), Names: anyTexts.Draw(t, "names"),
		},
		Source: rapid.SampledFrom(sources).Draw(t, "source"),
	}
}

func drawSource(t *rapid.T) *intel.Source {
	return &intel.Source{
		Format: anyText.Draw(t, "format"), File: anyText.Draw(t, "file"), ID: anyText.Draw(t, "id"), Title: anyText.Draw(t, "title"), Org: anyText.Draw(t, "org"),
		TLP: anyTLP.Draw(t, "tlp"), PAP: anyText.Draw(t, "pap"), Published: anyTime.Draw(t, "published"), Actors: anyTexts.Draw(t, "actors"),
		Campaigns: anyTexts.Draw(t, "campaigns"), Malware: anyTexts.Draw(t, "malware"), Tags: anyTexts.Draw(t, "tags"),
	}
}

// values of which findings are drawn.
var values = []observable.Value{
	observable.Of(observable.Domain, "c2.example.net"), observable.Of(observable.Addr, "198.51.100.7"), observable.Of(observable.Addr, "2001:db8::7"),
	observable.Of(observable.URL, "http://example.org/\xff\x00'\""), observable.Of(observable.IMSI, "tok:imsi:00000000:0123456789abcdef0123456789abcdef"),
}

func subjects(t *rapid.T) hunt.Subject {
	switch rapid.IntRange(0, 2).Draw(t, "subject kind") {
	case 0:
		return hunt.Subject{Addr: anyAddr.Draw(t, "subject")}
	case 1:
		return hunt.Subject{Kind: hunt.SubjectDevice, Name: anyText.Draw(t, "device")}
	}
	return hunt.Subject{Kind: hunt.SubjectSource, Name: anyText.Draw(t, "source")}
}

// drawFinding draws a finding as a hunt gives it: what follows from its days is right.
func drawFinding(t *rapid.T, v observable.Value, s hunt.Subject, sources []*intel.Source) *hunt.Finding {
	f := &hunt.Finding{
		ID: hunt.IndicatorFindingID(v, s), Value: v, Subject: s, Subjects: rapid.Uint64().Draw(t, "subjects"),
		Level: hunt.Level(rapid.IntRange(0, 4).Draw(t, "level")), Because: anyTexts.Draw(t, "because"), Roles: hunt.Roles(rapid.Uint8().Draw(t, "roles")),
		Foreign: rapid.Bool().Draw(t, "foreign"), Part: intel.Part(rapid.IntRange(0, 4).Draw(t, "part")), Warnings: anyTexts.Draw(t, "warnings"),
		Also: anyTexts.Draw(t, "also"), TLP: anyTLP.Draw(t, "tlp"), Statements: rapid.IntRange(0, 1<<40).Draw(t, "statements"),
	}
	for k := range telemetry.NumKinds {
		if rapid.Bool().Draw(t, "kind") {
			f.Kinds = append(f.Kinds, k)
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "refs") {
		f.Refs = append(f.Refs, drawRef(t, sources))
	}
	fields := anyTexts.Draw(t, "fields")
	slices.Sort(fields)
	later := *f
	later.Fields = slices.Compact(fields)
	for n := telemetry.DayFolded; n < 6; n++ {
		if rapid.Bool().Draw(t, "day") {
			later.Days = append(later.Days, drawDay(t, n))
		}
	}
	if len(later.Days) == 0 {
		later.Days = []hunt.Day{drawDay(t, 20_000)}
	}
	f.Merge(&later) // which sums up
	again := *f
	f.Merge(&again) // and, with days on both sides, gives the level that a hunt would
	return f
}

func drawFindings(t *rapid.T) []*hunt.Finding {
	sources := []*intel.Source{nil, drawSource(t), drawSource(t)}
	var out []*hunt.Finding
	seen := map[hunt.FindingID]bool{}
	for range rapid.IntRange(0, 4).Draw(t, "findings") {
		s := hunt.Subject{Addr: netip.MustParseAddr("192.0.2.1")}
		if rapid.Bool().Draw(t, "other subject") {
			s = subjects(t)
		}
		f := drawFinding(t, rapid.SampledFrom(values).Draw(t, "value"), s, sources)
		if !seen[f.ID] {
			seen[f.ID] = true
			out = append(out, f)
		}
	}
	return out
}

// findingsOf reads everything back as a map.
func findingsOf(t testing.TB, s *Store) map[hunt.FindingID]*hunt.Finding {
	t.Helper()
	out := map[hunt.FindingID]*hunt.Finding{}
	for _, f := range must[[]Stored](t)(s.Findings(context.Background(), Filter{})) {
		out[f.ID] = f.Finding
	}
	return out
}

// TestSaveFindingsIsMerge holds the store against a map of findings and hunt.Finding.Merge.
func TestSaveFindingsIsMerge(t *testing.T) {
	s := open(t)
	want := map[hunt.FindingID]*hunt.Finding{}
	rapid.Check(t, func(rt *rapid.T) {
		fs := drawFindings(rt)
		known := 0
		for _, f := range fs {
			merged := *f
			if old, ok := want[f.ID]; ok {
				known++
				merged = *old
				merged.Merge(f)
			}
			want[f.ID] = &merged
		}
		saved, err := s.SaveFindings(context.Background(), fs, Scope{})
		if err != nil {
			rt.Fatal(err)
		}
		if saved.New != len(fs)-known || saved.Changed+saved.Same != known {
			rt.Fatalf("saved %+v, of %d findings %d were known", saved, len(fs), known)
		}
		if diff := cmp.Diff(want, findingsOf(t, s), sameFinding); diff != "" {
			rt.Fatalf("-want +got:\n%s", diff)
		}
		// Once more: nothing changes.
		before := must[uint64](t)(s.LastChange(context.Background()))
		saved, err = s.SaveFindings(context.Background(), fs, Scope{})
		if err != nil || saved != (Saved{Same: len(fs)}) {
			rt.Fatalf("saved again: %+v, %v", saved, err)
		}
		if after := must[uint64](t)(s.LastChange(context.Background())); after != before {
			rt.Fatalf("saving the same again took the number of changes from %d to %d", before, after)
		}
	})
	wantSound(t, s)
}

func wantSound(t *testing.T, s *Store) {
	t.Helper()
	if damage := must[[]string](t)(s.Check(t.Context())); len(damage) > 0 {
		t.Errorf("the file is damaged: %q", damage)
	}
	loose := 0
	err := s.view(t.Context(), "count what nothing refers to", func(tx *txn) error {
		_, err := tx.one(t.Context(), []any{&loose}, `SELECT
			(SELECT count(*) FROM statement_lists l WHERE NOT EXISTS (SELECT 1 FROM findings WHERE list = l.n)) +
			(SELECT count(*) FROM intel_sources o WHERE NOT EXISTS (SELECT 1 FROM statements WHERE source = o.n))`)
		return err
	})
	if err != nil || loose != 0 {
		t.Errorf("nothing refers to %d statements and sources (%v)", loose, err)
	}
}

var ours = hunt.Subject{Addr: netip.MustParseAddr("192.0.2.1")}

// findingOn makes a finding with a record on each of some days.
func findingOn(v observable.Value, days ...telemetry.Day) *hunt.Finding {
	later := &hunt.Finding{ID: hunt.IndicatorFindingID(v, ours), Value: v, Subject: ours, Subjects: 1, Level: hunt.High, Roles: hunt.Roles(hunt.RoleCalled)}
	for _, d := range days {
		at := telemetry.Instant(int64(d)*int64(24*time.Hour) + 1)
		later.Days = append(later.Days, hunt.Day{Day: d, Records: 1, First: at, Last: at, Samples: []hunt.Sample{{Source: "conn.log", Seen: v.String()}}})
	}
	f := &hunt.Finding{Part: later.Part}
	f.Merge(later)
	return f
}

func save(t *testing.T, s *Store, sc Scope, fs ...*hunt.Finding) Saved {
	t.Helper()
	return must[Saved](t)(s.SaveFindings(t.Context(), fs, sc))
}

// daysOf gives the days of the findings that are not gone, by value.
func daysOf(t *testing.T, s *Store) map[string][]telemetry.Day {
	t.Helper()
	out := map[string][]telemetry.Day{}
	for _, f := range must[[]Stored](t)(s.Findings(t.Context(), Filter{})) {
		days := []telemetry.Day{}
		for _, d := range f.Days {
			days = append(days, d.Day)
		}
		out[f.Value.String()] = days
	}
	return out
}

func TestScope(t *testing.T) {
	a, b, c := values[0], values[1], values[2]
	only := func(want observable.Value) func(observable.Value) bool {
		return func(v observable.Value) bool { return v == want }
	}
	ledger := findingOn(b, 1, 2)
	for i := range ledger.Days {
		ledger.Days[i].FromLedger = true
	}
	tests := []struct {
		name  string
		scope Scope
		found []*hunt.Finding
		want  map[string][]telemetry.Day
		saved Saved
	}{
		{
			"nothing claimed",
			Scope{},
			nil,
			map[string][]telemetry.Day{a.String(): {1, 2, 3}, b.String(): {1, 2}, c.String(): {3}},
			Saved{},
		},
		{
			"one day",
			Scope{Days: []telemetry.Day{3}},
			nil,
			map[string][]telemetry.Day{a.String(): {1, 2}, b.String(): {1, 2}},
			Saved{Removed: 1},
		},
		{
			"all days",
			Scope{AllDays: true},
			[]*hunt.Finding{findingOn(a, 2)},
			map[string][]telemetry.Day{a.String(): {2}},
			Saved{Same: 1, Removed: 2},
		},
		{
			"found again on a new day",
			Scope{Days: []telemetry.Day{1, 2, 4}},
			[]*hunt.Finding{findingOn(a, 1, 4)},
			map[string][]telemetry.Day{a.String(): {1, 3, 4}, c.String(): {3}},
			Saved{Changed: 1, Removed: 1},
		},
		{
			"one value",
			Scope{AllDays: true, Values: only(c)},
			nil,
			map[string][]telemetry.Day{a.String(): {1, 2, 3}, b.String(): {1, 2}},
			Saved{Removed: 1},
		},
		{
			"one value, which another was not looked for with",
			Scope{AllDays: true, Values: only(c)},
			[]*hunt.Finding{findingOn(a, 2)},
			map[string][]telemetry.Day{a.String(): {1, 2, 3}, b.String(): {1, 2}},
			Saved{Same: 1, Removed: 1},
		},
		{
			"the ledger alone",
			Scope{LedgerDays: []telemetry.Day{1, 3}},
			nil,
			map[string][]telemetry.Day{a.String(): {1, 2, 3}, b.String(): {2}, c.String(): {3}},
			Saved{},
		},
		{
			"records and the ledger",
			Scope{Days: []telemetry.Day{3}, LedgerDays: []telemetry.Day{1, 2, 3}},
			nil,
			map[string][]telemetry.Day{a.String(): {1, 2}},
			Saved{Removed: 2},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t)
			save(t, s, Scope{}, findingOn(a, 1, 2, 3), ledger, findingOn(c, 3))
			if got := save(t, s, tt.scope, tt.found...); got != tt.saved {
				t.Errorf("saved %+v, want %+v", got, tt.saved)
			}
			if diff := cmp.Diff(tt.want, daysOf(t, s)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, f := range findingsOf(t, s) {
				sum := hunt.Finding{Part: f.Part}
				sum.Merge(f)
				if diff := cmp.Diff(&sum, f, sameFinding); diff != "" {
					t.Errorf("what follows from the days: -want +got:\n%s", diff)
				}
			}
			wantSound(t, s)
		})
	}
}

func TestLedgerDoesNotReplaceRecords(t *testing.T) {
	s := open(t)
	save(t, s, Scope{}, findingOn(values[0], 1))
	before := must[uint64](t)(s.LastChange(t.Context()))
	ledger := findingOn(values[0], 1)
	ledger.Days[0].FromLedger, ledger.Days[0].Samples, ledger.Days[0].Records = true, nil, 9
	if got := save(t, s, Scope{LedgerDays: []telemetry.Day{1}}, ledger); got != (Saved{Same: 1}) {
		t.Errorf("saved %+v", got)
	}
	if diff := cmp.Diff(findingOn(values[0], 1), findingsOf(t, s)[ledger.ID], sameFinding); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if after := must[uint64](t)(s.LastChange(t.Context())); after != before {
		t.Error("it counted as a change")
	}
}

func TestChanged(t *testing.T) {
	s := open(t)
	a, b := findingOn(values[0], 1), findingOn(values[1], 1)
	save(t, s, Scope{}, a, b)
	edits := []struct {
		name string
		edit func(*hunt.Finding)
		sc   Scope
		news bool
	}{
		{"nothing", func(*hunt.Finding) {}, Scope{}, false},
		{"more records", func(f *hunt.Finding) { f.Days[0].Records++ }, Scope{}, true},
		{"another sample", func(f *hunt.Finding) { f.Days[0].Samples[0].Line = "x" }, Scope{}, true},
		{"a new day", func(f *hunt.Finding) { f.Days = findingOn(values[0], 1, 2).Days }, Scope{}, true},
		{"another marking", func(f *hunt.Finding) { f.TLP = intel.Red }, Scope{}, true},
		{"another role", func(f *hunt.Finding) { f.Roles |= hunt.Roles(hunt.RoleCalledUs) }, Scope{}, true},
		{"a warning", func(f *hunt.Finding) { f.Warnings = []string{"w"} }, Scope{}, true},
		{"other names", func(f *hunt.Finding) { f.Also = []string{"n"} }, Scope{}, false},
		{"another statement", func(f *hunt.Finding) {
			f.Refs, f.Statements = []hunt.Ref{{Source: &intel.Source{Title: "t"}}}, 1
		}, Scope{}, false},
		{"a day that goes", func(f *hunt.Finding) { f.Days = findingOn(values[0], 2).Days }, Scope{AllDays: true, Values: func(v observable.Value) bool { return v == values[0] }}, false},
	}
	cursor := must[uint64](t)(s.LastChange(t.Context()))
	state := *a
	for _, e := range edits {
		later := findingOn(values[0], 1)
		later.Level, later.TLP, later.Roles, later.Warnings, later.Also = state.Level, state.TLP, state.Roles, state.Warnings, state.Also
		later.Refs, later.Statements, later.Days = state.Refs, state.Statements, slices.Clone(state.Days)
		for i := range later.Days {
			later.Days[i].Samples = slices.Clone(later.Days[i].Samples)
		}
		e.edit(later)
		state = *later
		save(t, s, e.sc, later)
		news := must[[]Stored](t)(s.Findings(t.Context(), Filter{Since: cursor, Order: ByChange}))
		switch {
		case len(news) == 1 && news[0].ID == a.ID && e.news:
			cursor = news[0].Changed
		case len(news) != 0 || e.news:
			t.Errorf("%s: %d findings are news, want news: %v", e.name, len(news), e.news)
		}
		got := findingsOf(t, s)[a.ID]
		want := hunt.Finding{Part: later.Part}
		want.Merge(later)
		want.Level, want.Because = got.Level, got.Because // Merge weighs both anew: hunt's tests hold how
		if diff := cmp.Diff(&want, got, sameFinding); diff != "" {
			t.Errorf("%s: -want +got:\n%s", e.name, diff)
		}
	}
	wantSound(t, s)
}

func TestSaveFindingsRefuses(t *testing.T) {
	s := open(t)
	inClear := findingOn(observable.Of(observable.E164, "+15550100"), 1)
	unordered := findingOn(values[0], 1, 2)
	slices.Reverse(unordered.Days)
	tests := map[string][]*hunt.Finding{
		"in clear":      {findingOn(values[1], 1), inClear},
		"twice":         {findingOn(values[0], 1), findingOn(values[0], 2)},
		"without a day": {findingOn(values[0])},
		"in order":      {unordered},
		"empty value":   {findingOn(observable.Value{}, 1)},
	}
	for says, fs := range tests {
		_, err := s.SaveFindings(t.Context(), fs, Scope{AllDays: true})
		wantFault(t, err, fault.Invalid, says)
	}
	if n := len(findingsOf(t, s)); n != 0 {
		t.Errorf("%d findings were saved", n)
	}
}

func TestFilter(t *testing.T) {
	s, now := openClock(t)
	level := func(f *hunt.Finding, l hunt.Level) *hunt.Finding { f.Level = l; return f }
	a, b, c := level(findingOn(values[0], 1, 5), hunt.Low), level(findingOn(values[1], 3), hunt.High), level(findingOn(values[2], 0, 4), hunt.High)
	save(t, s, Scope{}, a, b)
	half := must[uint64](t)(s.LastChange(t.Context()))
	save(t, s, Scope{}, c)
	who := Act{Who: "ana", Reason: "known"}
	must[hunt.FindingID](t)(s.Acknowledge(t.Context(), a.ID.String(), who))
	must[hunt.FindingID](t)(s.Dismiss(t.Context(), b.ID.String(), who, start.Add(time.Hour)))
	tests := []struct {
		name   string
		filter Filter
		want   []*hunt.Finding
	}{
		{"all", Filter{}, []*hunt.Finding{c, b, a}},
		{"by change", Filter{Order: ByChange}, []*hunt.Finding{a, b, c}},
		{"since", Filter{Since: half}, []*hunt.Finding{c}},
		{"level", Filter{Level: hunt.Medium}, []*hunt.Finding{c, b}},
		{"value", Filter{Value: values[1]}, []*hunt.Finding{b}},
		{"no rule", Filter{Rule: values[1].String()}, nil},
		{"subject", Filter{Subject: &ours, Level: hunt.Critical}, nil},
		{"days", Filter{FirstDay: 2, LastDay: 4}, []*hunt.Finding{c, b}},
		{"from a day", Filter{FirstDay: 5}, []*hunt.Finding{a}},
		{"to a day", Filter{LastDay: 1}, []*hunt.Finding{a}},
		{"limit", Filter{Limit: 2}, []*hunt.Finding{c, b}},
		{"open", Filter{Status: []Status{StatusOpen}}, []*hunt.Finding{c}},
		{"touched", Filter{Status: []Status{StatusAcknowledged, StatusDismissed}}, []*hunt.Finding{b, a}},
	}
	for _, tt := range tests {
		got := must[[]Stored](t)(s.Findings(t.Context(), tt.filter))
		var fs []*hunt.Finding
		for _, f := range got {
			fs = append(fs, f.Finding)
		}
		if diff := cmp.Diff(tt.want, fs, sameFinding); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
	for _, f := range must[[]Stored](t)(s.Findings(t.Context(), Filter{NoSamples: true})) {
		for _, d := range f.Days {
			if d.Samples != nil {
				t.Errorf("finding %s has samples", f.ID)
			}
		}
	}
	now.Time = start.Add(2 * time.Hour)
	open := must[[]Stored](t)(s.Findings(t.Context(), Filter{Status: []Status{StatusOpen}}))
	if len(open) != 2 || open[1].ID != b.ID || !open[1].Triage.Lapsed {
		t.Errorf("after the dismissal ran out %d findings are open", len(open))
	}
}
