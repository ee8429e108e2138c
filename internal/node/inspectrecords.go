package node

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// firstRecords keeps the first records of a file, of which batches come in any order.
type firstRecords struct {
	wanted int
	mu     sync.Mutex
	kept   []hunt.RecordFields
}

// add is a collect.Reader's Handle.
func (f *firstRecords) add(_ context.Context, b *telemetry.Batch) error {
	if f.wanted == 0 || b.Len() == 0 {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	scrubbed := false
	for i := range b.Len() {
		if len(f.kept) == f.wanted && b.Head(i).Ordinal >= f.kept[f.wanted-1].Ordinal {
			continue
		}
		if !scrubbed {
			telemetry.Scrub(b)
			scrubbed = true
		}
		r := hunt.RecordFieldsOf(b, i)
		at, _ := slices.BinarySearchFunc(f.kept, r.Ordinal, func(x hunt.RecordFields, n uint64) int { return cmp.Compare(x.Ordinal, n) })
		f.kept = slices.Insert(f.kept, at, r)
		f.kept = f.kept[:min(len(f.kept), f.wanted)]
	}
	return nil
}
