package node

import (
	"context"

	"stormglass/internal/depot"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// Intel lists the files of intelligence in force, the last added first, beside whoever writes.
func Intel(ctx context.Context, data string) (files []store.IntelFile, err error) {
	err = Reading(ctx, data, func(ctx context.Context, s *store.Store) error {
		files, err = s.Intel(ctx, false)
		return err
	})
	return files, err
}

// HeldDays gives the first and the last day of which the ledger of a data folder has rows; not ok when it
// has none.
func HeldDays(ctx context.Context, data string) (first, last telemetry.Day, ok bool, err error) {
	v, err := depot.OpenView(ctx, data, 0)
	if err != nil {
		return 0, 0, false, err
	}
	for d := range v.HeldDays() {
		if d <= 0 {
			continue
		}
		if !ok || d < first {
			first = d
		}
		last, ok = max(last, d), true
	}
	return first, last, ok, v.Close()
}
