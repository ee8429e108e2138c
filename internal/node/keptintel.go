package node

import (
	"context"
	"fmt"
	"path/filepath"

	"stormglass/internal/fault"
)

// keptIntel gives what refuses to take out of force what a service puts in force itself: it would be in force again at the
// next look or start, or, worse, not before its file changes.
func keptIntel(watch []string) func(name string) error {
	w := newWatched(watch)
	return func(name string) error {
		if name == CanaryName {
			return fault.Hint(fault.Conflict, fmt.Errorf("%s is the service's own: it sees by it that it finds what it looks for", name), "leave it, or turn the canary off in the service's configuration")
		}
		for _, r := range w.roots {
			target, err := filepath.EvalSymlinks(r.path)
			if below(r.path, fileOf(name)) || err == nil && below(target, fileOf(name)) {
				return fault.Hint(fault.Conflict, fmt.Errorf("%s is kept in force by the service", name), "it lies in a folder that the service watches: move it out of there")
			}
		}
		return nil
	}
}

// mayRemove refuses what a service keeps in force, and what is named by nothing or by too little.
func (k *Keeper) mayRemove(ctx context.Context, name string) error {
	if k.keeps == nil {
		return nil
	}
	meant, err := k.Store.IntelNamed(ctx, name)
	if err != nil {
		return err
	}
	return k.keeps(meant.Name)
}
