package service

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"stormglass/internal/collect/listen"
	"stormglass/internal/config"
	"stormglass/internal/web/api"
)

// losing is a listener that has lost something.
type losing struct{ lost uint64 }

func (*losing) Name() string                   { return "netflow udp test" }
func (*losing) Addr() netip.AddrPort           { return netip.AddrPort{} }
func (*losing) Close() error                   { return nil }
func (*losing) Run(context.Context) error      { return nil }
func (*losing) Queues() []<-chan *listen.Block { return nil }
func (l *losing) Stats() listen.Stats          { return listen.Stats{LostKernel: l.lost} }

func full() *api.Disk { return &api.Disk{Free: 1 << 30, Total: 1 << 40} }

// Three intakes take at most half of the memory, as far as that leaves them enough to work with, and never more than is of use.
func TestBudget(t *testing.T) {
	for _, memory := range []config.Size{128 << 20, 512 << 20, 1 << 30, 2 << 30, 64 << 30} {
		b := budgetOf(memory)
		together := 3 * (3*b.table + b.lake)
		if together > int64(memory)/2 || b.table > wholeTable || b.lake > wholeLake || b.limit != int64(memory) {
			t.Errorf("%s: tables of %d, buffers of %d, together %d", memory, b.table, b.lake, together)
		}
	}
	if b := budgetOf(64 << 30); b.table != wholeTable || b.lake != wholeLake {
		t.Errorf("of much memory: %+v", b)
	}
	if b := budgetOf(16 << 20); b.table < leastTable || b.lake < leastLake {
		t.Errorf("of no memory to speak of: %+v", b)
	}
}

func TestSpace(t *testing.T) {
	root := t.TempDir()
	for name, size := range map[string]int{
		"lake/flow/2026-11-20/07/a.parquet": 100, "ledger/addr/x.seg": 20, "wal/1": 3, "stormglass.db": 7, "stormglass.db-wal": 1, "FORMAT": 2, "odd/file": 5,
	} {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &space{root: root, room: room}
	s.look(t.Context())
	got := map[string]uint64{}
	for _, p := range s.get().Used {
		got[p.Part] = p.Bytes
	}
	want := map[string]uint64{"lake": 100, "ledger": 20, "wal": 3, "database": 8, "other": 7}
	for part, n := range want {
		if got[part] != n {
			t.Errorf("%s takes %d, want %d", part, got[part], n)
		}
	}
	if d := s.get(); len(got) != len(want) || d.Total > 0 && d.Free == 0 {
		t.Errorf("%+v", d)
	}
	if short(api.Disk{}) || !short(*full()) || short(api.Disk{Free: 1 << 30, Total: 4 << 30}) || short(api.Disk{Free: 11 << 30, Total: 1 << 50}) {
		t.Error("when room is short")
	}
}
