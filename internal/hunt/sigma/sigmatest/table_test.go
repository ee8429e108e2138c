package sigmatest_test

import (
	"testing"

	"stormglass/internal/hunt/sigma/sigmatest"
)

func TestNaiveIsTheSpecification(t *testing.T) {
	sigmatest.Run(t, func(_ testing.TB, rules string, sets sigmatest.Sets, records []sigmatest.Record) ([]bool, error) {
		naive, err := sigmatest.Read(rules, sets)
		if err != nil {
			return nil, err
		}
		matched := make([]bool, len(records))
		for i, r := range records {
			if matched[i], err = naive.Match(r); err != nil {
				return nil, err
			}
		}
		return matched, nil
	})
}

func TestNaiveCorrelationIsTheSpecification(t *testing.T) {
	sigmatest.RunCorrelations(t, func(_ testing.TB, rules, name string, events []sigmatest.Event) ([][]string, error) {
		naive, err := sigmatest.Read(rules, nil)
		if err != nil {
			return nil, err
		}
		tried, err := naive.Correlate(name, events)
		return tried.Groups(), err
	})
}

func TestEveryCaseNamesItsParagraph(t *testing.T) {
	cases, err := sigmatest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range cases {
		if c.Spec == "" || names[c.Name] || c.Rules == "" || !c.Refused && len(c.Records) == 0 && len(c.Fires) == 0 {
			t.Errorf("%s: a case has a title of its own, a paragraph (spec:), a rule and an expectation", c.Name)
		}
		names[c.Name] = true
	}
}
