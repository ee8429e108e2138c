package analyse

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// TestGoes: what goes at which level, by hand. An analyser that can do with 4 notes: at level 1 go those of one hour below 16, at level 2
// of two hours below 64, at level 3 of three below 256.
func TestGoes(t *testing.T) {
	s := newShare([]Bounds{{Evict: 4, Known: func(key []byte) bool { return key[0] == 'k' }}, {}}, 1<<20)
	s.used = []int64{1 << 20, 1 << 20}
	key := func(analyser uint8, text string) []byte { return append(appendPlace(nil, analyser, 20_000), text...) }
	for _, c := range []struct {
		key   []byte
		notes uint32
		hours uint32
		want  int
	}{
		{key(0, "a"), 3, 0xffffff, 0},
		{key(0, "a"), 4, 0b1, 1},
		{key(0, "a"), 15, 0b1, 1},
		{key(0, "a"), 16, 0b1, 2},
		{key(0, "a"), 16, 0b110, 2},
		{key(0, "a"), 64, 0b110, 3},
		{key(0, "a"), 4, 0b10101, 3},
		{key(0, "a"), 4, 0xff, 8},
		{key(0, "a"), 9, 0x1ff, never},
		{key(0, "a"), 4 << 16, 0b1, never},
		{key(0, "k"), 1, 0b1, never}, // the registers know it
		{key(1, "a"), 1, 0b1, never}, // of an analyser that can spare none
	} {
		if got := s.goes(c.key, &group{count: c.notes, hours: c.hours}); got != c.want {
			t.Errorf("%q with %d notes in hours %b goes at %d, want %d", c.key, c.notes, c.hours, got, c.want)
		}
	}
	s.used[0] = s.own()
	if got := s.goes(key(0, "a"), &group{count: 1, hours: 1}); got != never {
		t.Errorf("an analyser within its own part loses a key at %d", got)
	}
}

// TestThin: of 100 notes the first 32 and the last 32 are left, and the others are counted.
func TestThin(t *testing.T) {
	g := group{more: 5}
	for n := range 100 {
		g.data = append(g.data, 1, 2, byte(n), 7)
		g.count++
	}
	g.thin(64)
	var got []byte
	for v := range (&Group{data: g.data}).Values {
		got = append(got, v[0])
	}
	if g.count != 64 || g.more != 41 || len(got) != 64 || got[0] != 0 || got[31] != 31 || got[32] != 68 || got[63] != 99 {
		t.Errorf("%d notes, %d more: %v", g.count, g.more, got)
	}
	if g.thin(64); g.count != 64 || g.more != 41 {
		t.Errorf("thinned again: %d notes, %d more", g.count, g.more)
	}
}

// counter is an analyser that keeps all notes, under a name.
type counter struct {
	name string
	kind telemetry.Kind
}

func (c counter) Name() string            { return c.name }
func (c counter) Kinds() []telemetry.Kind { return []telemetry.Kind{c.kind} }
func (counter) Bounds() Bounds {
	return Bounds{Version: 1, Days: 1, Rows: 1 << 20, Known: func(key []byte) bool { return key[0] == 'k' }}
}

func (c counter) Note(n *Notes, b *telemetry.Batch) {
	for i := range b.Len() {
		text := "f" + strconv.FormatUint(b.Head(i).Ordinal, 10)
		if c.kind == telemetry.KindEvent {
			text = b.Event[i].Raw
		}
		n.Put(b.Head(i).Occurred, []byte(text), make([]byte, 20))
	}
}

func (counter) Extract(d *Day, g *Group) {
	if g.Key[0] != 'f' {
		d.Row(g.Key, fmt.Appendf(nil, "%v", g.Partial))
	}
}
func (counter) Judge(*Window) error { return nil }

// TestOneFloodedOthersNot: who looks at what is flooded loses notes, and says of keys that some may be missing; what the registers know, and
// what others look at, is whole. The disk's bound holds.
func TestOneFloodedOthersNot(t *testing.T) {
	limits := Limits{Memory: 64 << 10, Disk: 256 << 10}
	g := New(Env{}, limits, counter{"flows", telemetry.KindFlow}, counter{"events", telemetry.KindEvent})
	s := g.Source()
	at := telemetry.Instant(20_000 * dayLength)
	put := func(b *telemetry.Batch) {
		if err := s.Batch(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	say := func(text string) {
		b := &telemetry.Batch{Kind: telemetry.KindEvent}
		e := &b.Event[b.Append(1)]
		e.Occurred, e.Raw = at, text
		put(b)
	}
	for i := range 50 {
		b := &telemetry.Batch{Kind: telemetry.KindFlow}
		for k := range 1000 {
			b.Flow[b.Append(uint64(i*1000+k+1))].Occurred = at
		}
		put(b)
		say("k1")
		say("other")
		if g.table.share.full && i < 25 { // long before the end
			say("late")
		}
	}
	s.Commit()
	sum := int64(0)
	for _, n := range g.table.share.used {
		sum += n
	}
	if !g.table.share.full || sum > limits.Disk+limits.Memory {
		t.Fatalf("full %v with %d bytes on disk", g.table.share.full, sum)
	}
	err := g.Extracts(func(n int, x *Extract) error {
		if n == 0 && x.Missing == 0 || n == 1 && x.Missing > 0 {
			t.Errorf("analyser %d lacks %d notes", n, x.Missing)
		}
		var rows []string
		for r := x.reader(); r.next(0) == nil; {
			rows = append(rows, string(r.key)+" "+string(r.data))
		}
		if got := strings.Join(rows, ", "); n == 1 && got != "k1 false, late false, other false" {
			t.Errorf("%s", got)
		}
		return x.Close()
	})
	if err = errors.Join(err, g.Close()); err != nil {
		t.Fatal(err)
	}
}
