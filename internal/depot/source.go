package depot

import (
	"crypto/rand"
	"maps"
	"slices"

	"stormglass/internal/telemetry"
)

// NewSourceID makes what the rows of a source call it, while its content is not known: its
// fingerprint and a random number.
func NewSourceID(head Fingerprint) (id telemetry.SourceID) {
	copy(id[:], head[:])
	_, _ = rand.Read(id[len(head):]) // never fails (crypto/rand)
	return id
}

// SourceOf gives what is kept of a source that was read to its end.
func SourceOf(a *telemetry.Account, head Fingerprint, after, rows telemetry.SourceID) Source {
	kept := &Account{
		Name: a.Source.Name, Format: a.Format, Sensor: a.Source.Sensor, Records: a.Read, Lost: a.Problems.Losses(), Undated: a.Undated,
		First: a.First, Last: a.Last, Failed: a.Failed, Problems: a.Problems.List, Kinds: map[string]uint64{},
	}
	for k, n := range a.Kinds {
		if n > 0 {
			kept.Kinds[telemetry.Kind(k).String()] = n
		}
	}
	return Source{ID: a.Source.ID, Head: head, Bytes: a.Bytes, Lines: a.Ordinals, After: after, Rows: rows, Account: kept}
}

// Like gives the sources of which records are kept that have one of some fingerprints, shortest first.
func (d *Depot) Like(heads ...Fingerprint) []Source {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.manifest.state.Like(heads...)
}

// Short gives the lengths of the sources that end before their fingerprint does. A longer state of one has
// another fingerprint: whether something is one, its fingerprint of that length tells.
func (d *Depot) Short() []uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Keys(d.manifest.state.short))
}

// Has reports whether everything of a source is kept.
func (d *Depot) Has(id telemetry.SourceID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.manifest.state.Sources[id]
	return ok && !s.Part
}

// Sources gives every source that is kept, by id.
func (d *Depot) Sources() map[telemetry.SourceID]Source {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.manifest.state.Sources)
}
