package sigma

import (
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/sigmatest"
)

// TestNaiveAgreesOnEvents: the compiled rules and an evaluator that was written straight from the specification, by other hands and
// without shared code, give the same of drawn rules and records.
func TestNaiveAgreesOnEvents(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := sigmatest.Draw(rt, false)
		naive, err := sigmatest.Read(e.Rules, e.Sets)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := evaluate(t, e.Rules, e.Sets, e.Records)
		if err != nil {
			rt.Fatalf("%v\n%s", err, e.Rules)
		}
		for i, r := range e.Records {
			want, err := naive.Match(r)
			if err != nil {
				rt.Fatalf("%v\n%s", err, e.Rules)
			}
			if got[i] != want {
				rt.Fatalf("matched %t of %+v, want %t, sets %q\n%s", got[i], r, want, e.Sets, e.Rules)
			}
		}
	})
}
