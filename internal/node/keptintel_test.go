package node

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
)

// What a service puts in force itself is not taken out of force by hand, whatever it is called by; the rest is.
func TestServiceKeepsWhatItPutsInForce(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	feed, link := makeDir(t, dir, "feed"), filepath.Join(dir, "link")
	if err := os.Symlink(feed, link); err != nil {
		t.Fatal(err)
	}
	writeFile(t, feed, "watched.txt", "203.0.113.1\n")
	writeFile(t, dir, "by-hand.txt", "203.0.113.2\n")
	s, stop := serving(t, data, ServiceConfig{WatchIntel: []string{link}})
	defer stop()
	waitFor(t, func() bool { return s.State().Values == 1 })
	remove := func(name func(k *Keeper) string) (err error) {
		return s.With(t.Context(), func(ctx context.Context, k *Keeper) error {
			_, err := k.RemoveIntel(ctx, name(k))
			return err
		})
	}
	wholeID := ""
	err := s.With(t.Context(), func(ctx context.Context, k *Keeper) error {
		watched, err := k.Store.IntelNamed(ctx, "watched.txt")
		if err != nil {
			return err
		}
		wholeID = watched.ID.String()
		if _, err := k.AddIntelOf(ctx, wholeID, strings.NewReader("203.0.113.3\n")); err != nil { // a name that makes its id mean two files
			return err
		}
		if _, err := k.AddIntel(ctx, nil, []string{filepath.Join(dir, "by-hand.txt")}); err != nil {
			return err
		}
		_, err = k.AddIntelOf(ctx, CanaryName, strings.NewReader("2001:db8::1\n"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	idOf := func(k *Keeper, name string) string {
		files, err := k.Store.Intel(t.Context(), false)
		if err != nil {
			t.Error(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name, name) {
				return f.ID.String()
			}
		}
		return "none"
	}
	id := func(k *Keeper) string { return strings.ToUpper(idOf(k, "watched.txt")[:10]) }
	const watchedHint = "it lies in a folder that the service watches: move it out of there"
	for name, tt := range map[string]struct {
		named func(*Keeper) string
		kind  fault.Kind
		hint  string
	}{
		"the end of its path": {func(*Keeper) string { return "watched.txt" }, fault.Conflict, watchedHint},
		"its path":            {func(*Keeper) string { return filepath.Join(feed, "watched.txt") }, fault.Conflict, watchedHint},
		"its id":              {id, fault.Conflict, watchedHint},
		"its whole id":        {func(*Keeper) string { return wholeID }, fault.Conflict, watchedHint},
		"the canary":          {func(*Keeper) string { return CanaryName }, fault.Conflict, "leave it, or turn the canary off in the service's configuration"},
		"none":                {func(*Keeper) string { return "no such file" }, fault.NotFound, "stormglass intel list"},
	} {
		t.Run(name, func(t *testing.T) {
			err := remove(tt.named)
			if fault.KindOf(err) != tt.kind {
				t.Fatalf("%v", err)
			}
			if diff := cmp.Diff(tt.hint, fault.HintOf(err)); diff != "" {
				t.Errorf("hint (-want +got):\n%s", diff)
			}
		})
	}
	if err := remove(func(*Keeper) string { return "by-hand.txt" }); err != nil {
		t.Error(err)
	}
	if err := remove(func(k *Keeper) string { return idOf(k, wholeID) }); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(feed, "watched.txt")); err != nil { // the service's own withdrawal
		t.Fatal(err)
	}
	waitFor(t, func() bool { return s.State().Values == 1 && s.State().Files == 1 })
}
