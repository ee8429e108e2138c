package outbox

import (
	"testing"
	"time"

	"stormglass/internal/intel"
	"stormglass/internal/outbox/outboxtest"
	"stormglass/internal/store"
)

// Routes choose findings of rules by the rule, and those of one rule become one message.
func TestRoutesByRule(t *testing.T) {
	rule, value := outboxtest.RuleFinding(), outboxtest.Finding()
	for _, tt := range []struct {
		patterns    []string
		rule, value bool
	}{
		{nil, true, true},
		{[]string{"sigma/*"}, true, false},
		{[]string{"indicator/*"}, false, true},
		{[]string{"sigma/" + rule.Rule.Key}, true, false},
		{[]string{"sigma/other", "indicator/domain"}, false, false},
	} {
		r, err := newRoute(&Route{Name: "soc", To: []string{"a"}, Rules: tt.patterns})
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{r.wants(rule, nil), r.wants(value, nil)}; got != [2]bool{tt.rule, tt.value} {
			t.Errorf("%v: rule and value are wanted: %v", tt.patterns, got)
		}
	}
	r := &route{group: 1, tlp: intel.Amber}
	other := outboxtest.RuleFinding()
	other.Subject.Name, other.ID[0] = "user.name=somebody else", 9
	if a, b := keyOf(r, rule, true), keyOf(r, other, true); a != b || a == keyOf(r, value, true) {
		t.Errorf("keys are %q and %q", a, b)
	}
}

// A rule's finding has no marking, so that any route carries it whole.
func TestRuleFindingIsCarriedWhole(t *testing.T) {
	f := outboxtest.RuleFinding()
	r, err := newRoute(&Route{Name: "soc", To: []string{"a"}, TLP: "clear"})
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{routes: []*route{r}, now: func() time.Time { return outboxtest.Made }}
	news, err := j.judge(&store.Stored{Finding: f}, nil)
	if err != nil || len(news.Items) != 1 || news.Items[0].Key == "pointer" {
		t.Errorf("told are %+v, %v", news.Items, err)
	}
}
