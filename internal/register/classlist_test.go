package register

import "testing"

// A class without an entry is not stated: networks.yaml with routers alone does not say that nobody manages.
func TestClassWithoutEntryIsNotStated(t *testing.T) {
	r := registersOf(t, map[string]string{"networks.yaml": "networks:\n  - prefix: 10.20.0.0/16\n    class: infrastructure\n"})
	for name, want := range map[string]bool{"networks": true, "infrastructure_prefixes": true, "management_prefixes": false, "server_prefixes": false, "subscriber_prefixes": false} {
		if got := r.States(name); got != want {
			t.Errorf("%s stated: %v, want %v", name, got, want)
		}
	}
}
