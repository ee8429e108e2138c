package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// TestShortfallsAreCountedOnce: an entry of the manifest that is told again changes nothing, later ones are added, and what is looked up anew
// takes the place of what is kept of that day, where all of it is held.
func TestShortfallsAreCountedOnce(t *testing.T) {
	s, ctx, rule := open(t), t.Context(), RuleIdentity{7}
	cut := func(day telemetry.Day, n uint64) Short { return Short{rule, day, hunt.Shortfall{Cut: n}} }
	for _, entry := range []uint64{1, 1, 2, 1} {
		matched := must[[]byte](t)(EncodeMatched(nil, nil, []Short{cut(20_000, 3), cut(20_001, 1)}))
		if _, err := s.Apply(ctx, entry, nil, matched); err != nil {
			t.Fatal(err)
		}
	}
	want := func(days map[telemetry.Day]hunt.Shortfall) {
		t.Helper()
		var got map[telemetry.Day]hunt.Shortfall
		if r := must[map[RuleIdentity]*RuleAssessed](t)(s.RulesAssessed(ctx))[rule]; r != nil {
			got = r.Short
		}
		if diff := cmp.Diff(days, got); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	want(map[telemetry.Day]hunt.Shortfall{20_000: {Cut: 6}, 20_001: {Cut: 2}})
	steps := []struct {
		day    telemetry.Day
		found  []Short
		partly bool
	}{{20_000, []Short{cut(20_000, 2)}, true}, {20_001, nil, false}}
	for _, x := range steps {
		if err := s.ReplaceShort(ctx, x.day, []RuleIdentity{rule}, x.found, x.partly); err != nil {
			t.Fatal(err)
		}
	}
	want(map[telemetry.Day]hunt.Shortfall{20_000: {Cut: 6}})
	gaveUp := func(n uint64) {
		t.Helper()
		if err := s.ReplaceEvicted(ctx, map[RuleIdentity]hunt.Shortfall{rule: {Evicted: n}}, 19_999, 20_002); err != nil {
			t.Fatal(err)
		}
	}
	gaveUp(5)
	gaveUp(4)
	want(map[telemetry.Day]hunt.Shortfall{20_000: {Cut: 6}, 20_002: {Evicted: 4}})
	gaveUp(0)
	want(map[telemetry.Day]hunt.Shortfall{20_000: {Cut: 6}})
	if err := s.SetAssessed(ctx, nil, nil, func(RuleIdentity) bool { return false }); err != nil {
		t.Fatal(err)
	}
	want(nil)
}

// TestShortfallsAreBounded: beyond a bound the first days become one, and nothing is forgotten.
func TestShortfallsAreBounded(t *testing.T) {
	s, ctx, rule := open(t), t.Context(), RuleIdentity{7}
	err := s.change(ctx, "fill", func(txn *txn) error {
		for day := range telemetry.Day(9) {
			if err := txn.putShort(ctx, &Short{rule, 20_000 + day, hunt.Shortfall{Cut: 1}}); err != nil {
				return err
			}
		}
		return txn.boundShort(ctx, 1, 4)
	})
	if err != nil {
		t.Fatal(err)
	}
	got, cut := must[map[RuleIdentity]*RuleAssessed](t)(s.RulesAssessed(ctx))[rule].Short, uint64(0)
	for _, x := range got {
		cut += x.Cut
	}
	if len(got) > 4 || cut != 9 || got[telemetry.DayFolded].Cut == 0 || got[20_008].Cut != 1 {
		t.Errorf("%+v", got)
	}
}

// TestMatchesThatGoAreTold: matches for which there is no room any more are told as not counted.
func TestMatchesThatGoAreTold(t *testing.T) {
	s, ctx := open(t), t.Context()
	if _, err := s.Apply(ctx, 1, nil, must[[]byte](t)(EncodeMatched(nil, someCounted(), nil))); err != nil {
		t.Fatal(err)
	}
	if err := s.change(ctx, "drop", func(txn *txn) error { return txn.dropCounted(ctx, 0) }); err != nil {
		t.Fatal(err)
	}
	lost := uint64(0)
	for _, r := range must[map[RuleIdentity]*RuleAssessed](t)(s.RulesAssessed(ctx)) {
		for _, x := range r.Short {
			lost += x.Uncounted
		}
	}
	if lost != uint64(len(someCounted())) {
		t.Errorf("%d matches are told not to be counted, want %d", lost, len(someCounted()))
	}
}
