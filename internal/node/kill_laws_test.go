package node

import (
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// killed is a data folder whose writers are killed.
type killed struct {
	in     *killInput
	data   string
	purge  bool           // has begun
	before map[string]int // lines that were acknowledged of each file
}

// orders are what is done with a folder, in order. What is ingested again last is known.
func (k *killed) orders() []*order {
	return []*order{
		{What: "ingest", Data: k.data, Paths: []string{k.in.dir}},
		{What: "intel", Data: k.data, Paths: []string{k.in.intel}},
		{What: "purge", Data: k.data, Value: killMark},
		{What: "ingest", Data: k.data, Paths: []string{k.in.dir}},
	}
}

func (k *killed) begin(what string) { k.purge = k.purge || what == "purge" }

// killCount is what the ledger counts records by.
type killCount struct {
	Kind observable.Kind
	Text string
	In   telemetry.Kind
	Day  telemetry.Day
}

// found is what a reader finds.
type found struct {
	state  *depot.State
	rows   map[string]map[int]int // by file, how often each line is there
	values map[killCount]uint64   // by what they hold
	ledger map[killCount]uint64
}

// read reads all that is held, beside nobody.
func (k *killed) read(t *testing.T) *found {
	t.Helper()
	f := &found{rows: map[string]map[int]int{}, values: map[killCount]uint64{}, ledger: map[killCount]uint64{}}
	v, err := depot.OpenView(t.Context(), k.data, depot.WithAll)
	if err != nil {
		t.Fatalf("open to read: %v", err)
	}
	defer v.Close()
	var mu sync.Mutex
	err = v.Rows(t.Context(), depot.Wanted{Workers: 2}, func(b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		f.batch(v, b)
		return nil
	})
	if err != nil {
		t.Fatalf("read rows: %v", err)
	}
	probes := []ledger.Probe{{Space: ledger.Addrs}, {Space: ledger.Names}, {Space: ledger.Texts}}
	err = v.Look(t.Context(), probes, everyDay, func(probe int, r *ledger.Row) error {
		f.ledger[killCountOf(ledger.Space(probe), r)] += r.Records()
		return nil
	})
	if err != nil {
		t.Fatalf("look: %v", err)
	}
	if len(v.Damaged) > 0 || len(v.State.Holes) > 0 {
		t.Fatalf("a kill left damage: %+v %+v", v.Damaged, v.State.Holes)
	}
	f.state = v.State
	return f
}

func (f *found) batch(v *depot.View, b *telemetry.Batch) {
	name := filepath.Base(b.Source.Name)
	if f.rows[name] == nil {
		f.rows[name] = map[int]int{}
	}
	for i := range b.Len() {
		f.rows[name][int(b.Head(i).Ordinal)]++
	}
	new(hunt.Observer).Batch(b, v.Networks(), func(o *hunt.Observation) {
		text := strings.Clone(o.Text)
		if o.Kind == observable.Addr {
			text = o.Addr.String()
		}
		f.values[killCount{o.Kind, text, b.Kind, b.Head(o.Record).Occurred.Day()}]++
	})
}

func killCountOf(space ledger.Space, r *ledger.Row) killCount {
	c := killCount{In: r.Kind, Day: r.Day}
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

// check looks at a folder whose writer was killed: of each file those lines are there, once, that the
// manifest says, and never fewer than it said before.
func (k *killed) check(t *testing.T) *found {
	t.Helper()
	if _, err := os.Stat(filepath.Join(k.data, "FORMAT")); err != nil && k.before == nil {
		return nil // killed before there was a folder
	}
	f := k.read(t)
	now := k.acknowledged(t, f.state)
	for name, lines := range k.before {
		if now[name] < lines {
			t.Errorf("%s: %d lines were acknowledged, now it is %d", name, lines, now[name])
		}
	}
	k.before = now
	for name, rows := range f.rows {
		for line := 1; line <= now[name]; line++ {
			gone := k.purge && k.in.marks[name][line]
			if n := rows[line]; n > 1 || n == 0 && !gone {
				t.Fatalf("%s:%d is there %d times", name, line, n)
			}
			delete(rows, line)
		}
		if len(rows) > 0 {
			t.Fatalf("%s: %d records behind line %d, which was acknowledged last", name, len(rows), now[name])
		}
	}
	if !k.purge {
		if diff := cmp.Diff(f.values, f.ledger); diff != "" {
			t.Fatalf("the ledger is not that of the lake (-lake +ledger):\n%s", diff)
		}
	}
	return f
}

// acknowledged gives up to which line each file is kept, by the content that the manifest names.
func (k *killed) acknowledged(t *testing.T, s *depot.State) map[string]int {
	t.Helper()
	out := map[string]int{}
	for id, src := range s.Sources {
		known := false
		for name, text := range k.in.texts {
			if src.Bytes <= uint64(len(text)) && sha256.Sum256(text[:src.Bytes]) == id {
				if _, twice := out[name]; twice {
					t.Errorf("%s is known twice", name)
				}
				out[name], known = int(src.Lines), true
			}
		}
		if !known {
			t.Errorf("source %+v is none of the files", src)
		}
	}
	return out
}

// final looks at a folder with which everything was done.
func (k *killed) final(t *testing.T) {
	t.Helper()
	f := k.read(t)
	if diff := cmp.Diff(k.in.lines, k.acknowledged(t, f.state)); diff != "" {
		t.Errorf("lines that are kept (-want +got):\n%s", diff)
	}
	for name, lines := range k.in.lines {
		for line := 1; line <= lines; line++ {
			want := 1
			if k.in.marks[name][line] {
				want = 0
			}
			if got := f.rows[name][line]; got != want {
				t.Fatalf("%s:%d is there %d times, want %d", name, line, got, want)
			}
		}
	}
	for _, counts := range []map[killCount]uint64{f.values, f.ledger} {
		for c := range counts {
			if c.Text == killMark {
				t.Errorf("purged and there: %+v", c)
			}
		}
	}
	checked, err := CheckData(t.Context(), k.data)
	if err != nil || len(checked.Faults) > 0 || len(checked.Holes) > 0 {
		t.Errorf("check: %v %+v", err, checked)
	}
	k.tidy(t, f.state)
}

// tidy reports files that nothing names.
func (k *killed) tidy(t *testing.T, s *depot.State) {
	t.Helper()
	want, got := map[string]bool{}, map[string]bool{}
	for name := range s.Files {
		want[name] = true
	}
	for name := range s.Segments {
		want[name] = true
	}
	err := Reading(t.Context(), k.data, func(ctx context.Context, st *store.Store) error {
		files, err := st.Intel(ctx, false)
		for _, f := range files {
			want["intel/"+f.ID.String()+".zst"] = true
		}
		k.sources(ctx, t, st, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"lake", "ledger", "tmp", "intel", "quarantine"} {
		err := fs.WalkDir(os.DirFS(k.data), dir, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				got[name] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of a folder at rest (-named +there):\n%s", diff)
	}
}

// sources holds the database's sources against the manifest's.
func (k *killed) sources(ctx context.Context, t *testing.T, st *store.Store, s *depot.State) {
	t.Helper()
	type source struct {
		Bytes, Lines uint64
		Part         bool
	}
	want, got := map[telemetry.SourceID]source{}, map[telemetry.SourceID]source{}
	for id, x := range s.Sources {
		want[id] = source{x.Bytes, x.Lines, x.Part}
	}
	all, err := st.Sources(ctx, store.SourceFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		got[x.ID] = source{x.Bytes, x.Lines, x.Part}
		if x.Name == "" {
			t.Errorf("the database has no account of %s", x.ID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-manifest +database):\n%s", diff)
	}
}

// same compares a folder with one whose writers were never killed.
func (k *killed) same(t *testing.T, calm *killed) {
	t.Helper()
	a, b := calm.read(t), k.read(t)
	if diff := cmp.Diff(a.values, b.values); diff != "" {
		t.Errorf("rows (-undisturbed +killed):\n%s", diff)
	}
	if diff := cmp.Diff(a.ledger, b.ledger); diff != "" {
		t.Errorf("ledger (-undisturbed +killed):\n%s", diff)
	}
	if diff := cmp.Diff(calm.findings(t), k.findings(t)); diff != "" {
		t.Errorf("findings (-undisturbed +killed):\n%s", diff)
	}
}

// findings gives the records and days of each finding.
func (k *killed) findings(t *testing.T) map[hunt.FindingID][2]uint64 {
	t.Helper()
	out := map[hunt.FindingID][2]uint64{}
	l, err := Findings(t.Context(), k.data, FindingQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range l.Findings {
		out[f.ID] = [2]uint64{f.Records, uint64(len(f.Days))}
	}
	if len(out) < 3 {
		t.Errorf("%d findings: too few to tell anything", len(out))
	}
	return out
}
