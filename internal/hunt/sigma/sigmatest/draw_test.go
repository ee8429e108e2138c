package sigmatest_test

import (
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/sigmatest"
)

// TestDrawnRules: every drawn rule can be read, and neither all nor none of the records match.
func TestDrawnRules(t *testing.T) {
	asked, matched := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		e := sigmatest.Draw(t, true)
		naive, err := sigmatest.Read(e.Rules, e.Sets)
		if err != nil {
			t.Fatalf("%v:\n%s", err, e.Rules)
		}
		for _, r := range e.Records {
			holds, err := naive.Match(r)
			if err != nil {
				t.Fatalf("%v:\n%s", err, e.Rules)
			}
			asked++
			if holds {
				matched++
			}
		}
	})
	if matched < asked/20 || matched > asked*19/20 {
		t.Errorf("%d of %d records match", matched, asked)
	}
	t.Logf("%d of %d records match", matched, asked)
}

// TestDrawnStreams: every drawn correlation can be read, and neither all nor none fire.
func TestDrawnStreams(t *testing.T) {
	asked, fired := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := sigmatest.DrawStream(t)
		naive, err := sigmatest.Read(s.Rules, nil)
		if err != nil {
			t.Fatalf("%v:\n%s", err, s.Rules)
		}
		for _, name := range s.Names {
			tried, err := naive.Correlate(name, s.Events)
			if err != nil {
				t.Fatalf("%v:\n%s", err, s.Rules)
			}
			asked++
			if len(tried.Groups()) > 0 {
				fired++
			}
		}
	})
	if fired < asked/20 || fired > asked*19/20 {
		t.Errorf("%d of %d correlations fire", fired, asked)
	}
	t.Logf("%d of %d correlations fire", fired, asked)
}
