package ledger

import (
	"testing"

	"stormglass/internal/disk/disktest"
)

// TestRepeatCountsOnce has one record met with two subjects, by the sensor of the row and by another.
func TestRepeatCountsOnce(t *testing.T) {
	fs := disktest.NewMemory()
	b := NewBuilder(fs, "tmp", BuilderOptions{})
	for sensor := range uint32(3) {
		b.Name("example.com", &Fact{At: 1e18, Sensor: sensor, Peer: Peer{Kind: PeerAddr}})
		b.Name("example.com", &Fact{At: 1e18, Sensor: sensor, Peer: Peer{Kind: PeerToken}, Repeat: true})
		b.Name("example.com", &Fact{At: 1e18, Sensor: (sensor + 1) % 3, Peer: Peer{Kind: PeerName}, Repeat: true})
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil || len(made) != 1 {
		t.Fatalf("made %v, %v", made, err)
	}
	s, err := Open(fs, made[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var r Row
	if c := s.Scan(); !c.Next(&r) || r.Records() != 3 || len(r.Peers) != 3 {
		t.Errorf("%d records, peers %v, want 3 and 3", r.Records(), r.Peers)
	}
}
