package depot

import (
	"encoding/json"
	"fmt"

	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// EditsSince tells of the sources since an edit, and of what rules matched in their records, for what is kept of them elsewhere: it
// calls each with the number of every edit after it, and what that brought. What a snapshot stands for comes as one edit, without
// accounts and matches.
func (d *Depot) EditsSince(entry uint64, each func(entry uint64, sources []Source, matched json.RawMessage) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := entry
	var edits joiner
	_, err := wal.Read(d.fs, manifestDir, 0, func(_ wal.Position, kind uint8, payload []byte) error {
		edit, err := edits.frame(kind, payload)
		if err != nil || edit == nil {
			return err
		}
		var e struct {
			Entry   uint64          `json:"entry"`
			Sources []Source        `json:"sources"`
			Matched json.RawMessage `json:"matched"`
		}
		if err := json.Unmarshal(edit, &e); err != nil {
			return fmt.Errorf("read edit: %w", err)
		}
		if e.Entry <= last {
			return nil
		}
		if e.Entry > last+1 {
			if err := each(e.Entry-1, d.allSources(), nil); err != nil {
				return err
			}
		}
		last = e.Entry
		return each(e.Entry, e.Sources, e.Matched)
	})
	if err == nil && last < d.manifest.state.Entry {
		err = each(d.manifest.state.Entry, d.allSources(), nil)
	}
	return err
}

func (d *Depot) allSources() []Source {
	out := make([]Source, 0, len(d.manifest.state.Sources))
	for _, s := range d.manifest.state.Sources {
		out = append(out, s)
	}
	return out
}

// AddedSince gives the span of the days to which edits after one added rows, by what of them is still
// there; not ok when none did.
func (d *Depot) AddedSince(entry uint64) (first, last telemetry.Day, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.manifest.state.Files {
		if f.Entry <= entry {
			continue
		}
		if !ok || f.Day < first {
			first = f.Day
		}
		if !ok || f.Day > last {
			last = f.Day
		}
		ok = true
	}
	return first, last, ok
}
