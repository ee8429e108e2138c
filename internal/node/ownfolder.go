package node

import (
	"errors"
	"fmt"
	"path/filepath"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
)

// leaveData keeps a walk out of data folders: their records are known, and their keys are nobody's telemetry.
func leaveData(dir string) error {
	if depot.IsFolder(dir) {
		return errors.New("a data folder of stormglass: what it keeps is not read")
	}
	return nil
}

// outside refuses paths that lie in a data folder, as a shell makes them of DIR/*.
func outside(paths []string) error {
	for _, p := range paths {
		if p == "-" {
			continue
		}
		at, err := filepath.Abs(p)
		if err != nil {
			return fmt.Errorf("read %s: %w", p, err)
		}
		if target, err := filepath.EvalSymlinks(at); err == nil {
			at = target
		}
		for dir := at; ; dir = filepath.Dir(dir) {
			if depot.IsFolder(dir) {
				return fault.Hint(fault.Invalid, fmt.Errorf("%s lies in the data folder %s: what that keeps, its keys too, is not taken in", p, dir), "name the logs themselves")
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return nil
}
