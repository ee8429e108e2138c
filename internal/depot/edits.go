package depot

import (
	"encoding/json"
	"fmt"

	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// Brought is what an edit brought.
type Brought struct {
	Entry    uint64
	Sources  []Source
	Rows     bool            // new records; of a snapshot, perhaps
	Snapshot bool            // it stands for all edits that are not told of one by one
	Rules    string          // version of the rules that the records were held against; empty: none, or it is not known
	Matched  json.RawMessage // what they matched
	Covered  json.RawMessage // who sent what in which hour
}

// EditsSince tells of the sources since an edit, and of what rules matched in their records, for what is kept of them elsewhere: it
// calls each with what every edit after it brought. What a snapshot stands for comes as one edit, without accounts and matches.
func (d *Depot) EditsSince(entry uint64, each func(b Brought) error) error {
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
			Why     string          `json:"why"`
			Rules   string          `json:"rules"`
			Matched json.RawMessage `json:"matched"`
			Covered json.RawMessage `json:"covered"`
		}
		if err := json.Unmarshal(edit, &e); err != nil {
			return fmt.Errorf("read edit: %w", err)
		}
		if e.Entry <= last {
			return nil
		}
		if e.Entry > last+1 {
			if err := each(Brought{Entry: e.Entry - 1, Sources: d.allSources(), Rows: true, Snapshot: true}); err != nil {
				return err
			}
		}
		last = e.Entry
		return each(Brought{Entry: e.Entry, Sources: e.Sources, Rows: e.Why == whyIngest, Rules: e.Rules, Matched: e.Matched, Covered: e.Covered})
	})
	if err == nil && last < d.manifest.state.Entry {
		err = each(Brought{Entry: d.manifest.state.Entry, Sources: d.allSources(), Rows: true, Snapshot: true})
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

// AddedTo tells of each kind and day to which edits after one added rows, by what of them is still there; of some more than once.
func (d *Depot) AddedTo(entry uint64, each func(kind telemetry.Kind, day telemetry.Day)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.manifest.state.Files {
		if f.Entry > entry {
			each(f.Kind, f.Day)
		}
	}
}
