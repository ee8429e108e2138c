package store

import (
	"crypto/sha256"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// ruleFinding is a finding of a rule with some records on each of some days.
func ruleFinding(key string, s hunt.Subject, records uint64, days ...telemetry.Day) *hunt.Finding {
	r := &hunt.RuleInfo{Key: key, Title: "title of " + key, Level: hunt.High, LevelStated: true, Tags: []string{"attack.t1021"}, Digest: sha256.Sum256([]byte(key))}
	f := &hunt.Finding{ID: hunt.RuleFindingID(key, s), Rule: r, Subject: s, Subjects: 1, Level: hunt.High}
	more := *f
	for _, n := range days {
		at := telemetry.Instant(int64(n) * 86400 * 1e9)
		d := hunt.Day{Day: n, Records: records, Bytes: 10, First: at, Last: at + 5, Sensors: []hunt.SensorBytes{{Sensor: "zeek", Bytes: 10}}}
		d.Samples = []hunt.Sample{{Source: "conn.log", Ordinal: records, Occurred: at, Line: "a line"}}
		more.Days = append(more.Days, d)
	}
	f.Add(&more)
	return f
}

// matchedIn applies what rules matched as one entry of the manifest.
func matchedIn(t testing.TB, s *Store, entry uint64, found ...*hunt.Finding) Saved {
	t.Helper()
	return must[Saved](t)(s.Apply(t.Context(), entry, nil, must[[]byte](t)(EncodeMatched(found, nil, nil))))
}

// applied gives what went wrong.
func applied(_ Saved, err error) error { return err }

// What an entry brought is told as new, or as changed, once.
func TestMatchedIsToldAsNewOrChanged(t *testing.T) {
	s := open(t)
	first := []*hunt.Finding{ruleFinding("a", ours, 7, 20_000), ruleFinding("b", ours, 7, 20_000)}
	if got := matchedIn(t, s, 1, first...); got != (Saved{New: 2}) {
		t.Errorf("two that were not there: %+v", got)
	}
	if got := matchedIn(t, s, 1, first...); got != (Saved{}) {
		t.Errorf("an entry that was applied: %+v", got)
	}
	if got := matchedIn(t, s, 2, ruleFinding("a", ours, 1, 20_001), ruleFinding("c", ours, 1, 20_001)); got != (Saved{New: 1, Changed: 1}) {
		t.Errorf("one of each: %+v", got)
	}
}

func TestMatchedIsAddedOnce(t *testing.T) {
	s := open(t)
	for range 2 { // the second time is after a crash: the entry was applied
		matchedIn(t, s, 1, ruleFinding("a", ours, 7, 20_000))
	}
	matchedIn(t, s, 2, ruleFinding("a", ours, 3, 20_000, 20_001), ruleFinding("b", ours, 1, 20_001))
	got := findingsOf(t, s)
	want := ruleFinding("a", ours, 7, 20_000)
	want.Add(ruleFinding("a", ours, 3, 20_000, 20_001))
	if diff := cmp.Diff(want, got[want.ID], sameFinding); diff != "" {
		t.Error("-want +got", diff)
	}
	if f := got[want.ID]; f.Records != 13 || f.Bytes != 30 || len(f.Days) != 2 || len(f.Days[0].Samples) != 2 {
		t.Errorf("the sum is %d records, %d bytes, days %v", f.Records, f.Bytes, f.Days)
	}
	if len(got) != 2 {
		t.Errorf("%d findings", len(got))
	}
}

// What is matched in several entries is what is matched in one, however it is divided.
func TestMatchedInPartsIsMatchedAtOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t)
		want := map[hunt.FindingID]*hunt.Finding{}
		for entry := range uint64(rapid.IntRange(1, 4).Draw(rt, "entries")) {
			var found []*hunt.Finding
			for _, key := range []string{"a", "b\xff"} {
				if !rapid.Bool().Draw(rt, "matched") {
					continue
				}
				n := telemetry.Day(rapid.IntRange(0, 3).Draw(rt, "day"))
				f := ruleFinding(key, subjects(rt), uint64(rapid.IntRange(1, 9).Draw(rt, "records")), n, n+1)
				found = append(found, f)
				if was, ok := want[f.ID]; ok {
					was.Add(f)
				} else {
					sum := *f
					want[f.ID] = &sum
				}
			}
			matchedIn(t, s, entry+1, found...)
		}
		if diff := cmp.Diff(want, findingsOf(t, s), sameFinding); diff != "" {
			rt.Fatal("-want +got", diff)
		}
	})
}

func TestMatchedOfAnotherProgramIsRefused(t *testing.T) {
	s := open(t)
	for _, b := range []string{`{`, `[]`, `{"findings":[{"rule":0,"days":[{}]}]}`, `{"rules":[{"key":"a","digest":"00"}]}`} {
		wantFault(t, applied(s.Apply(t.Context(), 1, nil, []byte(b))), fault.Invalid, "what rules matched in manifest entry 1")
	}
	if n := must[uint64](t)(s.Applied(t.Context())); n != 0 {
		t.Errorf("entry %d was applied", n)
	}
}

// A hunt with rules takes away what they no longer find, and leaves findings of indicators alone, and the other way round.
func TestScopeOfRules(t *testing.T) {
	s := open(t)
	of := findingOn(values[0], 20_000)
	save(t, s, Scope{}, of)
	matchedIn(t, s, 1, ruleFinding("a", ours, 7, 20_000), ruleFinding("b", ours, 7, 20_000))
	save(t, s, Scope{AllDays: true, Values: func(observable.Value) bool { return false }})
	if n := len(findingsOf(t, s)); n != 3 {
		t.Errorf("%d findings are left by a hunt for no values", n)
	}
	save(t, s, Scope{AllDays: true, Values: func(observable.Value) bool { return false }, Rules: func(key string) bool { return key == "a" }})
	got := findingsOf(t, s)
	if len(got) != 2 || got[of.ID] == nil {
		t.Errorf("%d findings are left by a hunt with rule a", len(got))
	}
}

func TestFilterByRule(t *testing.T) {
	s := open(t)
	of := findingOn(values[0], 20_000)
	save(t, s, Scope{}, of)
	matchedIn(t, s, 1, ruleFinding("a", ours, 7, 20_000), ruleFinding("ab", ours, 7, 20_000))
	for _, tt := range []struct {
		filter Filter
		want   []string
	}{
		{Filter{Rule: "a"}, []string{"a"}},
		{Filter{Rule: "A"}, nil},
		{Filter{Rule: of.Value.String()}, nil},
		{Filter{Rule: "ab", Level: hunt.Critical}, nil},
		{Filter{Value: of.Value}, []string{of.Value.String()}},
	} {
		var got []string
		for _, f := range must[[]Stored](t)(s.Findings(t.Context(), tt.filter)) {
			got = append(got, f.What())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v: -want +got:\n%s", tt.filter, diff)
		}
	}
}
