package ledger

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/telemetry"
)

// sums combines rows that fold into the same row, or could: what folding must not change.
func sums(space Space, rows []*Row) map[string]*Row {
	m := map[string]*Row{}
	for _, r := range rows {
		value := r.Value
		if key, ok := FoldOf(space, value); ok {
			value = key
		}
		key := fmt.Sprintf("%x %d %d", value, r.Day, r.Kind)
		if m[key] == nil {
			m[key] = &Row{Value: value, Day: r.Day, Kind: r.Kind}
		}
		m[key].Combine(r)
		m[key].Values = 0
	}
	return m
}

// TestBuilderFolds gives builders with tiny tables and budgets values that fold: nothing is lost but
// which values they were, and what was folded once is folded whole.
func TestBuilderFolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))}
		fs := disktest.NewMemory()
		want := model{}
		builders := make([]*Builder, rapid.IntRange(1, 2).Draw(rt, "builders"))
		for i := range builders {
			builders[i] = NewBuilder(fs, "tmp", BuilderOptions{
				maxRows: rapid.IntRange(5, 60).Draw(rt, "rows"), Budget: rapid.Uint64Range(1, 60).Draw(rt, "budget"), siblings: 3,
			})
		}
		for range rapid.IntRange(1, 1500).Draw(rt, "facts") {
			s := c.fact(2)
			s.space, s.text, s.addr = Space(c.IntN(2)), c.sibling(), c.scanner()
			s.fact.Roles, s.fact.Packets = 1<<3, 1
			if c.IntN(5) == 0 {
				s.fact.Roles = 1 << 2
			}
			s.tell(builders[c.IntN(len(builders))])
			want.tell(&s)
		}
		made, err := Finish(context.Background(), builders, segmentName(0))
		if err != nil {
			rt.Fatal(err)
		}
		segs := openAll(t, fs, namesOf(made))
		for space := range Texts {
			got := allRows(t, segs, space)
			if diff := gocmp.Diff(sums(space, want.rows(space)), sums(space, got), asRows); diff != "" {
				rt.Fatalf("%s (-want +got)\n%s", space, diff)
			}
			checkWhole(rt, space, got)
		}
	})
}

// checkWhole expects that no row could have been folded into one that there is.
func checkWhole(t *rapid.T, space Space, rows []*Row) {
	type unit struct {
		value string
		day   telemetry.Day
		kind  telemetry.Kind
	}
	folded := map[unit]bool{}
	for _, r := range rows {
		if r.Folded {
			folded[unit{string(r.Value), r.Day, r.Kind}] = true
		}
	}
	for _, r := range rows {
		key, ok := FoldOf(space, r.Value)
		if ok && !r.Folded && naiveFoldable(space, r, key) && folded[unit{string(key), r.Day, r.Kind}] {
			t.Errorf("a row of %x is not folded", r.Value)
		}
	}
}

// TestBudgetIsKept folds no more than the budget asks for: the largest groups first.
func TestBudgetIsKept(t *testing.T) {
	fs := disktest.NewMemory()
	b := NewBuilder(fs, "tmp", BuilderOptions{Budget: 1000, siblings: 10})
	at := telemetry.Instant(firstDay) * 86400e9
	for domain, n := range map[string]int{"large.example": 900, "middle.example": 300, "small.example": 20, "alone.example": 5} {
		for i := range n {
			b.Name(fmt.Sprintf("n%d.%s", i, domain), &Fact{At: at})
		}
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range allRows(t, openAll(t, fs, namesOf(made)), Names) {
		name := NameOf(r.Value)
		if r.Folded {
			got["*."+name] = int(r.Values)
			continue
		}
		key, _ := FoldOf(Names, r.Value)
		got[NameOf(key)]++
	}
	want := map[string]int{"*.large.example": 900, "middle.example": 300, "small.example": 20, "alone.example": 5}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// runOf writes rows to a run, a section for each day.
func runOf(t testing.TB, fs *disktest.Memory, rows []*Row) *run {
	t.Helper()
	n, err := writeRun(fs, "tmp", func(w *runWriter) error {
		byDay := map[telemetry.Day][]*Row{}
		for _, r := range rows {
			byDay[r.Day] = append(byDay[r.Day], r)
		}
		for _, day := range slices.Sorted(maps.Keys(byDay)) {
			w.begin(day)
			for _, r := range byDay[day] {
				if err := w.add(r); err != nil {
					return err
				}
			}
			if err := w.flush(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// readRun gives the rows of a run.
func readRun(n *run) ([]*Row, error) {
	var rows []*Row
	for _, s := range n.sections {
		err := eachRow(context.Background(), n.read(s), func(r *Row) error {
			rows = append(rows, r.Clone())
			return nil
		})
		if err != nil {
			return rows, err
		}
	}
	slices.SortFunc(rows, (*Row).Compare)
	return rows, nil
}

// TestRunDamage changes each byte of a run: reading it gives an error.
func TestRunDamage(t *testing.T) {
	c := chance{rand.New(rand.NewPCG(1, 1))}
	fs := disktest.NewMemory()
	rows := c.foldableRows(Names, 60, 3)
	slices.SortFunc(rows, (*Row).Compare)
	n := runOf(t, fs, rows)
	got, err := readRun(n)
	if diff := gocmp.Diff(rows, got, asRows); err != nil || diff != "" {
		t.Fatalf("whole: %v (-want +got)\n%s", err, diff)
	}
	content := disktest.Bytes(t, fs, n.name)
	for i := range content {
		damaged := disktest.NewMemory()
		changed := bytes.Clone(content)
		changed[i] ^= 0x41
		disktest.Put(t, damaged, "run", changed)
		f, err := damaged.Open("run")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readRun(&run{fs: damaged, name: "run", file: f, sections: n.sections}); err == nil {
			t.Fatalf("byte %d changed, no error", i)
		}
	}
}

// FuzzRunRow reads a row from any bytes: what is read is written and read again as the same.
func FuzzRunRow(f *testing.F) {
	c := chance{rand.New(rand.NewPCG(1, 1))}
	for _, r := range append(c.foldableRows(Names, 9, 3), c.foldableRows(Addrs, 9, 3)...) {
		f.Add(appendRow(nil, nil, firstDay, r))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := runRows{day: firstDay, rest: reader{b: b}}
		for len(s.rest.b) > 0 {
			last := bytes.Clone(s.value)
			var r Row
			if !s.row(&r) {
				return
			}
			if r.Day < 0 || r.Day > maxDay || r.First < 0 || r.Last < r.First || r.First == 0 && r.Last != 0 {
				return // a row that nobody writes
			}
			again := runRows{day: firstDay, rest: reader{b: appendRow(nil, last, firstDay, &r)}, value: last}
			var got Row
			if !again.row(&got) || len(again.rest.b) > 0 {
				t.Fatalf("%+v is not read again", r)
			}
			if diff := gocmp.Diff(r, got, asRows); diff != "" {
				t.Fatalf("(-want +got)\n%s", diff)
			}
		}
	})
}
