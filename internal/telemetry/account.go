package telemetry

import (
	"slices"
	"strings"
)

// MaxHosts bounds the names of devices that an account keeps.
const MaxHosts = 10_000

// maxDatasets bounds the datasets that an account counts.
const maxDatasets = 1000

// Account says what was read of one source, and what was not.
type Account struct {
	Source   Source
	Format   string // the decoder's name, empty when none could read it
	Bytes    uint64 // of decompressed content
	Ordinals uint64 // of the last line: no record has a higher ordinal
	Lines    uint64 // lines that hold a record or should
	Read     uint64 // of those, how many became a record
	Undated  uint64 // records without a time that could be read
	Plain    uint64 // events of which nothing is known but their text: read, and not understood
	Kinds    [NumKinds]uint64
	First    Instant // earliest and latest record
	Last     Instant
	Hosts    []string          // devices named by events, sorted, at most MaxHosts, by RedactName
	Datasets map[string]uint64 // of events, by dataset, by RedactName

	Problems Problems // records that could not be read, by reason
	Skipped  string   // why the source was not read at all, empty when it was
	Failed   string   // why reading stopped before the end, empty when it did not
	SameAs   string   // the name under which the same content was read before

	Subscribers uint64 // lines looked at by inspect that hold subscriber numbers
	Secrets     uint64 // lines looked at by inspect that hold passwords or keys

	hosts map[string]struct{}
}

// Whole reports whether every record of the source was read.
func (a *Account) Whole() bool {
	return a.Skipped == "" && a.Failed == "" && a.Problems.Losses() == 0
}

// Add counts what a decoder read of one block.
func (a *Account) Add(s *Set) {
	a.Lines += s.Lines
	a.Read += s.Read
	a.Undated += s.Undated
	a.Problems.Merge(&s.Problems)
	for b := range s.Batches {
		a.Kinds[b.Kind] += uint64(b.Len())
		for i := range b.Len() {
			if t := b.Head(i).Occurred; t.Known() {
				if a.First == 0 || t < a.First {
					a.First = t
				}
				a.Last = max(a.Last, t)
			}
		}
		for i := range b.Event {
			a.event(&b.Event[i])
			if b.plain(&b.Event[i]) {
				a.Plain++
			}
		}
	}
}

func (a *Account) event(e *Event) {
	if a.Datasets == nil {
		a.Datasets, a.hosts = map[string]uint64{}, map[string]struct{}{}
	}
	a.dataset(e.Dataset)
	if e.Host == "" || len(a.hosts) >= MaxHosts {
		return
	}
	if _, ok := a.hosts[e.Host]; ok {
		return
	}
	h := RedactName(e.Host)
	if _, ok := a.hosts[h]; ok {
		return
	}
	h = strings.Clone(h)
	a.hosts[h] = struct{}{}
	at, _ := slices.BinarySearch(a.Hosts, h)
	a.Hosts = slices.Insert(a.Hosts, at, h)
}

// dataset counts an event's dataset. Names come from outside: they are kept redacted, and in memory
// of their own.
func (a *Account) dataset(name string) {
	if _, ok := a.Datasets[name]; !ok {
		name = RedactName(name)
		if _, ok = a.Datasets[name]; !ok {
			if len(a.Datasets) >= maxDatasets {
				return
			}
			name = strings.Clone(name)
		}
	}
	a.Datasets[name]++
}
