package depot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// held is what a reader finds in a folder.
type held struct {
	view    *View
	rows    map[telemetry.SourceID]map[uint64]int // how often each ordinal is there
	values  map[count]uint64                      // records by value, kind and day: from the rows
	ledger  map[count]uint64                      // the same from the ledger
	damaged []Hole
}

// look reads all that a folder holds, as a reader beside no writer.
func look(t *testing.T, f disk.FS) *held {
	t.Helper()
	v, err := openView(t.Context(), f, "the folder", WithAll)
	if err != nil {
		t.Fatalf("open to read: %v", err)
	}
	h := &held{view: v, rows: map[telemetry.SourceID]map[uint64]int{}, values: map[count]uint64{}, ledger: map[count]uint64{}}
	if err := v.Rows(t.Context(), Wanted{}, h.batch); err != nil {
		t.Fatalf("read rows: %v", err)
	}
	for _, s := range v.segs {
		var r ledger.Row
		c := s.Scan()
		for c.Next(&r) {
			h.ledger[counted(s.Info().Space, &r)] += r.Records()
		}
		if c.Err() != nil {
			t.Fatalf("read the ledger: %v", c.Err())
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	h.damaged = v.Damaged
	return h
}

func (h *held) batch(b *telemetry.Batch) error {
	if h.rows[b.Source.ID] == nil {
		h.rows[b.Source.ID] = map[uint64]int{}
	}
	for i := range b.Len() {
		h.rows[b.Source.ID][b.Head(i).Ordinal]++
	}
	observe(b, func(_ int, c count) { h.values[c]++ })
	return nil
}

// count is what the ledger counts records by.
type count struct {
	Kind observable.Kind
	Text string
	In   telemetry.Kind
	Day  telemetry.Day
}

// observe tells what the ledger is to count of each record of a batch.
func observe(b *telemetry.Batch, each func(record int, c count)) {
	new(hunt.Observer).Batch(b, hunt.Networks{}, func(o *hunt.Observation) {
		text := strings.Clone(o.Text)
		if o.Kind == observable.Addr {
			text = o.Addr.String()
		}
		each(o.Record, count{o.Kind, text, b.Kind, b.Head(o.Record).Occurred.Day()})
	})
}

// counted says what a row of the ledger counts.
func counted(space ledger.Space, r *ledger.Row) count {
	c := count{In: r.Kind, Day: r.Day}
	switch space {
	case ledger.Addrs:
		c.Kind, c.Text = observable.Addr, ledger.AddrOf(r.Value).String()
	case ledger.Names:
		c.Kind, c.Text = observable.Domain, ledger.NameOf(r.Value)
	default:
		c.Kind, c.Text = ledger.TextOf(r.Value)
	}
	return c
}

// laws holds what a folder holds against how everything was answered.
func (w *crashWorld) laws(t *testing.T, f disk.FS) {
	t.Helper()
	h := look(t, f)
	if len(h.damaged) > 0 || len(h.view.State.Holes) > 0 {
		t.Fatalf("a crash left damage: %+v %+v", h.damaged, h.view.State.Holes)
	}
	known := 0
	for n, in := range w.intakes {
		for _, s := range in.sources {
			if _, ok := h.view.State.Sources[s.ID]; ok {
				known++
			}
			h.source(t, n, in, &s)
		}
		for _, counts := range []map[count]uint64{h.values, h.ledger} {
			for c := range counts {
				if in.purge == acked && c.Text == in.mark.String() {
					t.Errorf("%s was purged and is there", in.mark)
				}
			}
		}
	}
	if len(h.rows) > 0 || known != len(h.view.State.Sources) {
		t.Errorf("rows of %d sources and %d of %d sources that nobody took in", len(h.rows), len(h.view.State.Sources)-known, len(h.view.State.Sources))
	}
	w.ledger(t, h)
}

// source looks at one source: all of it is there, or nothing, as it was answered. What was looked at
// leaves rows.
func (h *held) source(t *testing.T, n int, in *crashIntake, s *Source) {
	t.Helper()
	_, known := h.view.State.Sources[s.ID]
	rows := h.rows[s.Rows]
	delete(h.rows, s.Rows)
	switch {
	case in.commit == acked && !known:
		t.Errorf("intake %d was acknowledged and is gone", n)
	case in.commit == never && known:
		t.Errorf("intake %d was given up and counts", n)
	}
	if _, first := h.view.State.Sources[in.sources[0].ID]; first != known {
		t.Errorf("intake %d is there in part", n)
	}
	if !known {
		if len(rows) > 0 {
			t.Errorf("intake %d does not count, and %d rows of it are there", n, len(rows))
		}
		return
	}
	for i, r := range in.rows[s.Rows] {
		times := rows[uint64(i+1)]
		delete(rows, uint64(i+1))
		if times > 1 || times == 0 && (!r.marked || in.purge == never) || times == 1 && r.marked && in.purge == acked {
			t.Errorf("record %d of intake %d is there %d times (marked %v, purge %d)", i+1, n, times, r.marked, in.purge)
		}
	}
	if len(rows) > 0 {
		t.Errorf("intake %d has %d rows that it had not", n, len(rows))
	}
}

// ledger compares the counts of the ledger with those of the rows. A purge takes whole records, and of
// the ledger only what is about the value: what else stood in these records may count as before.
func (w *crashWorld) ledger(t *testing.T, h *held) {
	t.Helper()
	more, less := map[count]uint64{}, map[string]bool{}
	for _, in := range w.intakes {
		if in.purge == never {
			continue
		}
		less[in.mark.String()] = true
		for _, rows := range in.rows {
			for _, r := range rows {
				for _, c := range r.counts {
					if r.marked {
						more[c]++
					}
				}
			}
		}
	}
	for c, n := range h.ledger {
		if extra := n - h.values[c]; n > h.values[c] && extra <= more[c] {
			h.ledger[c] = h.values[c]
		}
		if h.ledger[c] == 0 {
			delete(h.ledger, c)
		}
	}
	for c := range h.values { // a purge that was stopped may have been through with the ledger
		if h.ledger[c] == 0 && less[c.Text] {
			delete(h.values, c)
		}
	}
	if diff := cmp.Diff(h.values, h.ledger); diff != "" {
		t.Errorf("the ledger is not that of the lake (-lake +ledger):\n%s", diff)
	}
}

// tidy reports files that nothing names.
func tidy(t *testing.T, f disk.FS, s *State) {
	t.Helper()
	got, want := map[string]bool{}, map[string]bool{}
	for _, dir := range []string{lakeDir, ledgerDir, TempDir} {
		for name := range filesBelow(t, f, dir) {
			got[name] = true
		}
	}
	for name := range s.Files {
		want[name] = true
	}
	for name := range s.Segments {
		want[name] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of a folder at rest (-named +there):\n%s", diff)
	}
}
