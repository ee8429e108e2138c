package node

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/store"
)

// CanaryName is what the intelligence is called that names the canary's address (package service).
const CanaryName = "canary of stormglass"

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

// mayRemove refuses what a service keeps in force.
func (k *Keeper) mayRemove(ctx context.Context, name string) error {
	if k.keeps == nil {
		return nil
	}
	files, err := k.Store.Intel(ctx, false)
	if err != nil {
		return err
	}
	if meant := meantBy(files, name); len(meant) == 1 { // else the store says what is the matter
		return k.keeps(meant[0].Name)
	}
	return nil
}

// meantBy gives the files that the store takes a name for: a name, the beginning of an id, or else the end of a path.
func meantBy(files []store.IntelFile, name string) (meant []store.IntelFile) {
	const minDigits = 4 // of an id, as the store asks for
	for _, f := range files {
		if f.Name == name || len(name) >= minDigits && strings.HasPrefix(f.ID.String(), strings.ToLower(name)) {
			meant = append(meant, f)
		}
	}
	if len(meant) > 0 || name == "" {
		return meant
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name, "/"+name) {
			meant = append(meant, f)
		}
	}
	return meant
}
