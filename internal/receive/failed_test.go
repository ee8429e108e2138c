package receive

import (
	"context"
	"errors"
	"slices"
	"testing"

	"stormglass/internal/depot/depottest"
	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// A fold that has begun is finished although its context ends: a service that is told to stop in the middle of one
// commits once more afterwards, and that must not pass over what the first did not commit.
func TestFoldWhoseContextEnds(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	d, p, err := openedWith(t, root, fsys, func(c *Config) {
		c.Exchanged = func() func() error { return func() error { cancel(); return nil } }
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Take(ctx, blockOf(1, 2)); err != nil {
		t.Fatal(err)
	}
	_, foldErr := p.Fold(ctx)
	if err := p.Take(t.Context(), blockOf(3, 4)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := kept(t, root); !slices.Equal(got, []uint64{1, 2, 3, 4}) {
		t.Errorf("kept %v after a fold that gave %v", got, foldErr)
	}
}

// After a fold, or a block, that did not work nothing is committed any more: the next commit would say of all before it
// that it is kept. The next run takes it in from the log.
func TestNothingIsCommittedAfterAFailure(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		set  func(c *Config, fail *bool)
	}{
		{"what is written down before the commit", func(c *Config, fail *bool) {
			c.Exchanged = func() func() error {
				return func() error {
					if *fail {
						return broken
					}
					return nil
				}
			}
		}},
		{"matching", func(c *Config, fail *bool) {
			c.Match = func(context.Context, *telemetry.Batch) error {
				if *fail {
					return broken
				}
				return nil
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := depottest.Dir(t)
			fsys, err := disk.Dir(root)
			if err != nil {
				t.Fatal(err)
			}
			var fail bool
			d, p, err := openedWith(t, root, fsys, func(c *Config) { test.set(c, &fail) })
			if err != nil {
				t.Fatal(err)
			}
			fail = true
			takeErr := p.Take(t.Context(), blockOf(1, 2))
			_, foldErr := p.Fold(t.Context())
			if !errors.Is(errors.Join(takeErr, foldErr), broken) {
				t.Fatalf("take gave %v, fold %v", takeErr, foldErr)
			}
			fail = false
			if err := p.Take(t.Context(), blockOf(3, 4)); !errors.Is(err, broken) {
				t.Errorf("taken afterwards: %v", err)
			}
			if _, err := p.Fold(t.Context()); !errors.Is(err, broken) {
				t.Errorf("folded afterwards: %v", err)
			}
			if err := p.Close(t.Context()); !errors.Is(err, broken) {
				t.Errorf("closed: %v", err)
			}
			if got, _ := kept(t, root); len(got) != 0 {
				t.Errorf("kept %v", got)
			}
			p = reopened(t, d, fsys)
			if n, err := p.Replay(t.Context()); err != nil || n != 2 {
				t.Errorf("replayed %d, %v", n, err)
			}
			if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
				t.Fatal(err)
			}
			if got, _ := kept(t, root); !slices.Equal(got, []uint64{1, 2}) {
				t.Errorf("kept %v", got)
			}
		})
	}
}

// A block that came when nobody waits for it any more is not in the log without being taken in.
func TestTakeWhoseContextEnded(t *testing.T) {
	root := depottest.Dir(t)
	fsys, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	d, p, err := openedWith(t, root, fsys, func(c *Config) {
		c.Match = func(context.Context, *telemetry.Batch) error { cancel(); return nil }
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Take(ctx, blockOf(1, 2)); err != nil {
		t.Errorf("a block that was logged: %v", err)
	}
	if err := p.Take(ctx, blockOf(3, 4)); !errors.Is(err, context.Canceled) {
		t.Errorf("a block after the end: %v", err)
	}
	if err := errors.Join(p.Close(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := kept(t, root); !slices.Equal(got, []uint64{1, 2}) {
		t.Errorf("kept %v", got)
	}
}
