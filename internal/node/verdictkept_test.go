package node

import (
	"testing"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// TestEvaluatedDays: a rule has seen what came since it was looked up, and the days of which it was asked then, and nothing else.
func TestEvaluatedDays(t *testing.T) {
	days := brought{10: {first: 1, last: 1}, 11: {first: 2, last: 5}, 12: {first: 4, last: 6}}
	id := store.RuleIdentity{1}
	tests := []struct {
		name   string
		known  *store.RuleAssessed
		behind uint64
		want   []telemetry.Day
	}{
		{"never looked up", nil, 0, nil},
		{"there from the begin", &store.RuleAssessed{Looked: 1}, 0, []telemetry.Day{10, 11, 12}},
		{"looked up when the first day had expired", &store.RuleAssessed{Looked: 3, Days: []telemetry.Day{11}}, 0, []telemetry.Day{11, 12}},
		{"looked up in all that was held", &store.RuleAssessed{Looked: 3, Days: []telemetry.Day{10, 11}}, 0, []telemetry.Day{10, 11, 12}},
		{"behind with what came last", &store.RuleAssessed{Looked: 3, Days: []telemetry.Day{10, 11}}, 6, []telemetry.Day{10, 11}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &rule.Rule{ID: "rule"}
			known := map[store.RuleIdentity]*store.RuleAssessed{}
			if tt.known != nil {
				known[id] = tt.known
			}
			e := evaluatedOf(map[*rule.Rule]store.RuleIdentity{x: id}, known, tt.behind, days)["rule"]
			var got []telemetry.Day
			for day := telemetry.Day(9); day <= 13; day++ {
				if e.Days.Has(day) {
					got = append(got, day)
				}
			}
			if len(got) != len(tt.want) {
				t.Fatalf("asked of %v, want %v", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("asked of %v, want %v", got, tt.want)
				}
			}
		})
	}
}
