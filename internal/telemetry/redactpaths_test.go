package telemetry

import (
	"slices"
	"strings"
	"testing"
)

// TestAccountNamesAreRedacted adds events whose device and dataset hold secrets, numbers and more
// than a name may.
func TestAccountNamesAreRedacted(t *testing.T) {
	var s Set
	b := s.Batch(KindEvent)
	long := strings.Repeat("h", 1000)
	for range 2 {
		for _, name := range []string{"GW1", "ue-001010123456789", "password=hunter2", long} {
			b.Event = append(b.Event, Event{Host: name, Dataset: name})
		}
	}
	var a Account
	a.Add(&s)
	want := []string{"GW1", long[:256], "password=***", "ue-00101********89"}
	if !slices.Equal(a.Hosts, want) {
		t.Errorf("%q", a.Hosts)
	}
	for _, name := range want {
		if a.Datasets[name] != 2 {
			t.Errorf("%q: %v", name, a.Datasets)
		}
	}
	if len(a.Datasets) != len(want) {
		t.Errorf("%v", a.Datasets)
	}
}
