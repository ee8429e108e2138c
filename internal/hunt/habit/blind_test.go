package habit

import (
	"testing"

	"stormglass/internal/hunt/analyse"
)

// TestNothingToLearnFrom: where no account is known to have been used, for all logins failed, an analyser says that it could tell nothing;
// with a use on each day it can.
func TestNothingToLearnFrom(t *testing.T) {
	for _, a := range []analyse.Analyser{FirstSeen{}, Hours{}, Dormant{}} {
		var failed, both []used
		for day := range 100 {
			failed = append(failed, login(day, 9, 0, "op-anna", "192.0.2.7").with("event.outcome", "failure"))
			both = append(both, login(day, 9, 0, "op-anna", "192.0.2.7").with("event.outcome", "failure"), login(day, 9, 1, "op-anna", "192.0.2.7"))
		}
		if r := run(t, a, failed); r.Account.Blind != r.Account.Days || r.Account.Days == 0 {
			t.Errorf("%s: of %d days with failed logins only it was blind on %d", a.Name(), r.Account.Days, r.Account.Blind)
		}
		if r := run(t, a, both); r.Account.Blind != 0 {
			t.Errorf("%s: of %d days with logins it was blind on %d", a.Name(), r.Account.Days, r.Account.Blind)
		}
	}
}
