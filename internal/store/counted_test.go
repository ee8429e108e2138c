package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

const countedDay1 = telemetry.Instant(20_000 * 86400 * 1e9)

// someCounted are matches of two rules on two days.
func someCounted() []Counted {
	var out []Counted
	for n := range 6 {
		out = append(out, Counted{
			Rule: RuleIdentity{byte(n % 2)}, At: countedDay1 + telemetry.Instant(time.Duration(n)*10*time.Hour), Doubt: time.Second, Values: []string{"ana", "\xff"}, Absent: uint64(n),
			Source: "auth.log", Ordinal: uint64(n + 1), Kind: telemetry.KindEvent, Subject: "r1",
		})
	}
	return out
}

func countedIn(t *testing.T, s *Store, first, last telemetry.Day, rule *RuleIdentity) (out []Counted) {
	t.Helper()
	err := s.CountedOf(t.Context(), first, last, func(id RuleIdentity) bool { return rule == nil || id == *rule }, func(m Counted) error {
		out = append(out, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCountedMatchesAreKeptOnce(t *testing.T) {
	s := open(t)
	matched := must[[]byte](t)(EncodeMatched(nil, someCounted(), nil))
	for range 2 { // a crash may have it applied again
		if _, err := s.Apply(t.Context(), 1, nil, matched); err != nil {
			t.Fatal(err)
		}
	}
	if got := countedIn(t, s, 0, 30_000, nil); len(got) != 6 {
		t.Fatalf("%d matches are kept, 6 came", len(got))
	}
	first := countedIn(t, s, 20_000, 20_000, &RuleIdentity{})
	want := []Counted{someCounted()[0], someCounted()[2]}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("of the first day, -want +got\n%s", diff)
	}
	from, to, entry, ok, err := s.CountedSince(t.Context(), 0)
	if err != nil || !ok || from != 20_000 || to != 20_002 || entry != 1 {
		t.Errorf("matches since the beginning: days %v to %v, entry %d, %v, %v", from, to, entry, ok, err)
	}
	if _, _, _, ok, err := s.CountedSince(t.Context(), 1); err != nil || ok {
		t.Errorf("there are matches since they came: %v, %v", ok, err)
	}
}

func TestCountedMatchesOfADayAreReplaced(t *testing.T) {
	s := open(t)
	if _, err := s.Apply(t.Context(), 1, nil, must[[]byte](t)(EncodeMatched(nil, someCounted(), nil))); err != nil {
		t.Fatal(err)
	}
	again := someCounted()[:1]
	if err := s.ReplaceCounted(t.Context(), 20_000, []RuleIdentity{{0}}, again, 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again, countedIn(t, s, 20_000, 20_000, &RuleIdentity{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := countedIn(t, s, 0, 30_000, nil); len(got) != 5 {
		t.Errorf("%d matches are left, 5 should", len(got))
	}
}

func TestCountedMatchesAreBounded(t *testing.T) {
	s := open(t)
	if _, err := s.Apply(t.Context(), 1, nil, must[[]byte](t)(EncodeMatched(nil, someCounted(), nil))); err != nil {
		t.Fatal(err)
	}
	if err := s.change(t.Context(), "drop", func(tx *txn) error { return tx.dropCounted(t.Context(), 3) }); err != nil {
		t.Fatal(err)
	}
	left := countedIn(t, s, 0, 30_000, nil)
	if len(left) > 3 || len(left) == 0 || left[len(left)-1].Ordinal < 5 {
		t.Errorf("left are %v: at most 3, those that came last", left)
	}
}

func TestCountedMatchesForgetAPurgedValue(t *testing.T) {
	s := open(t)
	all := someCounted()
	all[3].Values[0] = "h1.example.com"
	if _, err := s.Apply(t.Context(), 1, nil, must[[]byte](t)(EncodeMatched(nil, all, nil))); err != nil {
		t.Fatal(err)
	}
	must[Purged](t)(s.PurgeValue(t.Context(), observable.Of(observable.Domain, "h1.example.com")))
	for _, m := range countedIn(t, s, 0, 30_000, nil) {
		if m.Ordinal == 4 && m.Values[0] != Blank {
			t.Errorf("a purged value stands in a match: %v", m.Values)
		}
	}
}

func TestLookedRules(t *testing.T) {
	s := open(t)
	a, b, c := RuleIdentity{1}, RuleIdentity{2}, RuleIdentity{3}
	all := func(RuleIdentity) bool { return true }
	for _, step := range []struct {
		rules []RuleIdentity
		entry uint64
		keep  func(RuleIdentity) bool
		want  map[RuleIdentity]uint64
	}{
		{[]RuleIdentity{a, b}, 3, all, map[RuleIdentity]uint64{a: 3, b: 3}},
		{[]RuleIdentity{b, c}, 7, all, map[RuleIdentity]uint64{a: 3, b: 7, c: 7}},
		{nil, 9, func(id RuleIdentity) bool { return id != a }, map[RuleIdentity]uint64{b: 7, c: 7}},
	} {
		if err := s.SetLookedRules(t.Context(), step.rules, step.entry, step.keep); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, must[map[RuleIdentity]uint64](t)(s.LookedRules(t.Context()))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}
