package analyse_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// words is an analyser for tests: it adds up the numbers under each word, over two days.
type words struct{ bounds analyse.Bounds }

func (words) Name() string             { return "words" }
func (words) Kinds() []telemetry.Kind  { return []telemetry.Kind{telemetry.KindEvent} }
func (w words) Bounds() analyse.Bounds { return w.bounds }

func (words) Note(n *analyse.Notes, b *telemetry.Batch) {
	for i := range b.Event {
		n.Put(b.Event[i].Occurred, []byte(b.Event[i].Raw), []byte{1})
	}
}

func (words) Extract(d *analyse.Day, g *analyse.Group) {
	sum := int(g.More)
	for range g.Values {
		sum++
	}
	d.Row(g.Key, fmt.Appendf(nil, "%d", sum))
}

func (words) Judge(w *analyse.Window) error {
	return w.Each(func(key []byte, rows []analyse.Row) error {
		r := &analyse.Record{At: w.Span(w.Day).Last}
		r.Text("word", string(key))
		for _, row := range rows {
			r.Text(row.Day.String(), string(row.Value))
		}
		return w.Emit(r)
	})
}

func event(days []int, text string) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Name: "a test"}}
	for _, d := range days {
		e := &b.Event[b.Append(uint64(b.Len()+1))]
		e.Occurred, e.Raw = telemetry.Instant(int64(d)*86_400e9+1), text
	}
	return b
}

// emitted runs what was gathered to its end.
func emitted(t *testing.T, a analyse.Analyser, g *analyse.Gather) (out []string) {
	t.Helper()
	var list []*analyse.Extract
	if err := g.Extracts(func(_ int, x *analyse.Extract) error { list = append(list, x); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		var kept bytes.Buffer // each goes through a file
		if err := x.Write(&kept, analyse.Made{Entry: 7}); err != nil {
			t.Fatal(err)
		}
		again, made, err := analyse.Read(kept.Bytes())
		if err != nil || made.Entry != 7 || again.Span != x.Span || again.Day != x.Day {
			t.Fatalf("%v, %+v, %+v", err, made, again)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		*x = *again
	}
	for _, x := range list {
		err := analyse.Judge(t.Context(), a, analyse.Env{}, x.Day, list, &hunt.AnalyserAccount{}, func(_ context.Context, b *telemetry.Batch) error {
			for i := range b.Event {
				if b.Event[i].Dataset != "stormglass.words" {
					continue
				}
				var parts []string
				for _, p := range b.PairsOf(b.Event[i].Pairs) {
					parts = append(parts, p.Text)
				}
				out = append(out, x.Day.String()+" "+strings.Join(parts, " "))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestWindowsAndSources: days see those before them, a source that does not count leaves nothing, and spilling changes nothing.
func TestWindowsAndSources(t *testing.T) {
	want := []string{"1970-04-11 a 2", "1970-04-11 b 1", "1970-04-12 a 2 1", "1970-04-12 b 1", "1970-04-13 a 1 3"}
	for _, memory := range []int64{1 << 20, 1, 400} {
		a := words{analyse.Bounds{Version: 1, Days: 2, Rows: 1 << 20}}
		g := analyse.New(analyse.Env{}, analyse.Limits{Memory: memory, Disk: 1 << 20}, a)
		counts, void := g.Source(), g.Source()
		for _, b := range []*telemetry.Batch{event([]int{100, 100, 101, 102}, "a"), event([]int{100}, "b"), event([]int{102, 102}, "a")} {
			if err := errors.Join(counts.Batch(t.Context(), b), void.Batch(t.Context(), b)); err != nil {
				t.Fatal(err)
			}
		}
		counts.Commit()
		void.Void()
		if got := emitted(t, a, g); !slices.Equal(got, want) {
			t.Errorf("with %d bytes: %q, want %q", memory, got, want)
		}
	}
}

// TestManyGoroutines: notes come from all sides and none is lost.
func TestManyGoroutines(t *testing.T) {
	a := words{analyse.Bounds{Version: 1, Days: 1, Rows: 1 << 20}}
	g := analyse.New(analyse.Env{}, analyse.Limits{Memory: 5000, Disk: 1 << 24}, a)
	s := g.Source()
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for i := range 500 {
				_ = s.Batch(t.Context(), event([]int{100}, fmt.Sprintf("w%d", (i+n)%50)))
			}
		})
	}
	wait.Wait()
	s.Commit()
	got := emitted(t, a, g)
	if len(got) != 50 || !slices.Contains(got, "1970-04-11 w7 80") {
		t.Errorf("%q", got)
	}
}

// TestBoundsAreTold: rows that do not fit, and notes beyond a key's bound, are counted.
func TestBoundsAreTold(t *testing.T) {
	a := words{analyse.Bounds{Version: 1, Days: 1, Values: 3, Rows: 40}}
	g := analyse.New(analyse.Env{}, analyse.DefaultLimits(), a)
	s := g.Source()
	for i := range 100 {
		if err := s.Batch(t.Context(), event([]int{100, 100, 100, 100, 100}, fmt.Sprintf("w%02d", i))); err != nil {
			t.Fatal(err)
		}
	}
	s.Commit()
	var dropped uint64
	err := g.Extracts(func(_ int, x *analyse.Extract) error {
		dropped = x.Dropped
		return x.Close()
	})
	if err != nil || dropped < 80 || dropped > 98 {
		t.Errorf("%d rows dropped, %v", dropped, err)
	}
}

// FuzzRead: what can be read as an extract has rows in order, no more of them than bytes, all of which its window gives; and what is written
// of it reads as the same, and writes the same bytes again.
func FuzzRead(f *testing.F) {
	for _, rows := range [][]string{{}, {"a"}, {"a", "ab", "b"}, {"same", "same", strings.Repeat("long", 100), "\x00", "\xff\xff"}} {
		a := words{analyse.Bounds{Version: 1, Days: 1, Rows: 1 << 20}}
		g := analyse.New(analyse.Env{}, analyse.DefaultLimits(), a)
		s := g.Source()
		for _, w := range append(rows, "end") {
			if err := s.Batch(context.Background(), event([]int{100, 101}, w)); err != nil {
				f.Fatal(err)
			}
		}
		s.Commit()
		err := g.Extracts(func(_ int, x *analyse.Extract) error {
			var kept bytes.Buffer
			x.Missing, x.Dropped = uint64(len(rows)), 1<<40
			err := x.Write(&kept, analyse.Made{Entry: 1 << 50})
			f.Add(kept.Bytes()[:kept.Len()-32])
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		data := analyse.Sealed(body) // a checksum that is right, so that the rest is looked at
		x, made, err := analyse.Read(data)
		if err != nil {
			if !errors.Is(err, analyse.ErrDamaged) {
				t.Fatalf("%v is not ErrDamaged", err)
			}
			return
		}
		rows := rowsOf(t, x)
		if len(rows) > len(body) || !slices.IsSortedFunc(rows, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) }) {
			t.Fatalf("%d rows of %d bytes, or not in order: %.200q", len(rows), len(body), rows)
		}
		again := written(t, x, made)
		y, twice, err := analyse.Read(again)
		if err != nil || twice != made || y.Analyser != x.Analyser || y.Version != x.Version || y.Span != x.Span || y.Day != x.Day || y.Dropped != x.Dropped || y.Missing != x.Missing {
			t.Fatalf("%v: %+v %+v, then %+v %+v", err, x, made, y, twice)
		}
		if more := rowsOf(t, y); !slices.Equal(more, rows) {
			t.Fatalf("rows %.200q, then %.200q", rows, more)
		}
		if !bytes.Equal(written(t, y, twice), again) {
			t.Fatal("writing it again gives other bytes")
		}
	})
}

func written(t *testing.T, x *analyse.Extract, m analyse.Made) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lister is an analyser that shows the rows of its window.
type lister struct {
	words
	name string
	rows *[][2]string
}

func (l lister) Name() string { return l.name }

func (l lister) Judge(w *analyse.Window) error {
	return w.Each(func(key []byte, rows []analyse.Row) error {
		for _, r := range rows {
			*l.rows = append(*l.rows, [2]string{string(key), string(r.Value)})
		}
		return nil
	})
}

// rowsOf gives the rows of an extract as an analyser sees them; none where nothing was read of its day.
func rowsOf(t *testing.T, x *analyse.Extract) (rows [][2]string) {
	t.Helper()
	l := lister{words{analyse.Bounds{Days: 1}}, x.Analyser, &rows}
	none := func(context.Context, *telemetry.Batch) error { return nil }
	if err := analyse.Judge(t.Context(), l, analyse.Env{}, x.Day, []*analyse.Extract{x}, &hunt.AnalyserAccount{}, none); err != nil {
		t.Fatal(err)
	}
	return rows
}
