package node

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What was received before an indicator came into force, but is committed after it was looked up in the past, is held
// against it too.
func TestReceivedWhileIntelligenceChanges(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	l := newFakeListener()
	s, stop := serving(t, data, ServiceConfig{Listeners: []Listener{l}, HastenEvery: time.Hour, FoldEvery: time.Hour})
	defer stop()
	addIntel(t, s, "203.0.113.9\n")
	writeFile(t, dir, "new.txt", "203.0.113.8\n")
	err := s.With(t.Context(), func(ctx context.Context, k *Keeper) error {
		l.send("203.0.113.8")
		waitFor(t, func() bool { return s.State().Waiting == 1 })
		if _, err := k.AddIntel(ctx, nil, []string{filepath.Join(dir, "new.txt")}); err != nil {
			return err
		}
		_, err := k.LookBackNew(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := foundValues(t, data); len(got) != 0 {
		t.Fatalf("before the commit: found %v", got)
	}
	if err := s.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := foundValues(t, data); !slices.Equal(got, []string{"203.0.113.8"}) {
		t.Errorf("found %v", got)
	}
	l.send("203.0.113.9")
	waitFor(t, func() bool { return s.State().Waiting == 1 })
	if err := s.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.all {
		t.Error("everything is looked up although nothing changed")
	}
}
