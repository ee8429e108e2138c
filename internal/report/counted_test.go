package report

import (
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
)

// What a correlation counted is said in words, for each type.
func TestCountedText(t *testing.T) {
	least := []rule.Bound{{Op: rule.GreaterOrEqual, Number: 5}}
	for want, c := range map[string]hunt.Counting{
		"8 matches of A within 5m, at least 5 asked":                                     {Type: "event_count", Rules: []string{"A"}, Timespan: 5 * time.Minute, Bounds: least},
		"8 different values of user.name in matches of A, B within 1d, at least 5 asked": {Type: "value_count", Rules: []string{"A", "B"}, Fields: []string{"user.name"}, Timespan: 24 * time.Hour, Bounds: least},
		"sum 8 of n in matches of A within 90s, more than 2 and at most 9 asked":         {Type: "value_sum", Rules: []string{"A"}, Fields: []string{"n"}, Timespan: 90 * time.Second, Bounds: []rule.Bound{{Op: rule.Greater, Number: 2}, {Op: rule.LessOrEqual, Number: 9}}},
		"percentile 99.5, 8, of n in matches of A within 2h, at least 5 asked":           {Type: "value_percentile", Percentile: 99.5, Rules: []string{"A"}, Fields: []string{"n"}, Timespan: 2 * time.Hour, Bounds: least},
		"8 of 2 rules matched: A, B, within 5m":                                          {Type: "temporal", Rules: []string{"A", "B"}, Timespan: 5 * time.Minute},
		"8 of 2 rules matched in this order: A, B, within 5m":                            {Type: "temporal_ordered", Rules: []string{"A", "B"}, Timespan: 5 * time.Minute},
	} {
		f := &hunt.Finding{Rule: &hunt.RuleInfo{Correlation: true, Counting: &c}, Counted: hunt.Counted{Number: 8, Episodes: 1}}
		if got := countedText(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	c := hunt.Counting{Type: "event_count", Rules: []string{"A"}, Timespan: time.Minute}
	f := &hunt.Finding{Rule: &hunt.RuleInfo{Counting: &c}, Counted: hunt.Counted{Number: 12000, Estimate: true, Episodes: 3}}
	if got, want := countedText(f), "about 12000 matches of A within 1m; the most of 3 episodes"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := countedText(&hunt.Finding{Rule: &hunt.RuleInfo{Correlation: true}}); got != "" {
		t.Errorf("a finding whose figures are not kept says %q", got)
	}
}

// Subjects that nothing says are the operator's, and values of fields, are not called addresses and devices of the operator.
func TestSubjectsThatAreNotOurs(t *testing.T) {
	of := func(k hunt.SubjectKind, name string, foreign bool) *hunt.Finding {
		return &hunt.Finding{Subject: hunt.Subject{Kind: k, Name: name}, Subjects: 1, Foreign: foreign}
	}
	got := subjectsFact([]*hunt.Finding{
		of(hunt.SubjectDevice, "r1", false), of(hunt.SubjectDevice, "r1", true), of(hunt.SubjectDevice, "x", true), of(hunt.SubjectDevice, "y", true),
		of(hunt.SubjectFields, "user.name=a", false), of(hunt.SubjectSource, "file", true),
	})
	if want := (fact{"Subjects", "1", "of your addresses and devices; 2 more that nothing says are yours; 1 by values of fields"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := subjectsFact(nil); got.Value != "0" || got.Note != "of your addresses and devices" {
		t.Errorf("%+v", got)
	}
}
