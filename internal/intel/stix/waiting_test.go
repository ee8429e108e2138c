package stix

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/observable"
)

// ids draws ids of the usual form and others, among them some that begin alike.
func ids() *rapid.Generator[string] {
	const uuid = "5f9b0f0e-0000-4000-8000-00000000000"
	return rapid.OneOf(
		rapid.StringMatching(`(indicator|x--y|)--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`),
		rapid.SampledFrom([]string{
			"", "-", "--", "indicator", "indicator--", "indicator--1", "indicator--12", "indicator--" + uuid, "indicator--" + uuid + "a",
			"indicator--" + uuid + "A", "indicator--" + uuid + "g", "indicator-" + uuid + "a", "--" + uuid + "a", uuid + "a",
			"indicator--" + strings.ReplaceAll(uuid, "-", "0") + "a", strings.Repeat("x", 300) + "--" + uuid + "a",
		}),
		rapid.String(),
	)
}

// TestID: an id reads as it was written, and is the beginning of no other.
func TestID(t *testing.T) {
	dict := newDictionary()
	rapid.Check(t, func(t *rapid.T) {
		a, b := ids().Draw(t, "a"), ids().Draw(t, "b")
		ea, eb := encoder{dict: dict}, encoder{dict: dict}
		ea.id(a)
		eb.id(b)
		if strings.HasPrefix(string(ea.buf), string(eb.buf)) != (a == b) {
			t.Errorf("%q and %q are written %x and %x", a, b, ea.buf, eb.buf)
		}
		c := cursor{ea.buf, dict}
		if got := c.id(); got != a || len(c.rest) > 0 {
			t.Errorf("%q reads %q, %d bytes are left", a, got, len(c.rest))
		}
	})
}

// TestWaiting: what is held comes back in order, and with it the version that counts. The model
// is the plain one: a list of objects, and for each id the number of the newest so far.
func TestWaiting(t *testing.T) {
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		var some []string
		for range 5 {
			some = append(some, ids().Draw(t, "id"))
		}
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b c", "é", strings.Repeat("long", 100), some[0]}), 0, 3)
		dict := newDictionary()
		dict.texts = append(dict.texts, make([]string, rapid.SampledFrom([]int{0, maxTexts - 4}).Draw(t, "used"))...)
		w := newWaiting(dict)
		var want []pending
		newest := map[string]int{}
		for n := range rapid.IntRange(0, 200).Draw(t, "n") {
			p := pending{
				id: rapid.SampledFrom(some).Draw(t, "id"), createdBy: rapid.SampledFrom(some).Draw(t, "by"),
				head: head{
					revoked: rapid.Bool().Draw(t, "revoked"), badTime: rapid.Bool().Draw(t, "bad"),
					modified: rapid.SampledFrom([]time.Time{{}, day, day.Add(1), day.Add(time.Second), time.Unix(-1, 5)}).Draw(t, "modified"),
				},
				role: rapid.SampledFrom([]string{"", "malware"}).Draw(t, "role"), name: rapid.String().Draw(t, "name"),
				markings: texts.Draw(t, "markings"), labels: texts.Draw(t, "labels"), open: texts.Draw(t, "open"), aliases: texts.Draw(t, "aliases"),
				from: rapid.SampledFrom([]time.Time{{}, day}).Draw(t, "from"), until: rapid.SampledFrom([]time.Time{{}, day}).Draw(t, "until"),
			}
			for _, s := range texts.Draw(t, "terms") {
				p.terms = append(p.terms, Term{observable.Domain, s})
			}
			held := p
			w.hold(&held)
			old, seen := newest[p.id]
			switch {
			case seen && p.modified.Equal(want[old].modified):
				p.version = again
			case seen && p.modified.Before(want[old].modified):
				p.version = older
			default:
				if seen {
					want[old].version = older
				}
				newest[p.id] = n
			}
			want = append(want, p)
		}
		actors := map[string]actor{}
		for id, n := range newest {
			if want[n].role != "" && !want[n].revoked {
				actors[id] = actor{want[n].role, want[n].name}
			}
		}
		got := map[string]actor{}
		for id, a := range w.names() {
			got[(&cursor{[]byte(id), dict}).id()] = a
		}
		if diff := cmp.Diff(actors, got, cmp.AllowUnexported(actor{})); diff != "" {
			t.Errorf("actors: -want +got\n%s", diff)
		}
		n := 0
		for p := range w.drain {
			diff := cmp.Diff(want[n], *p, cmp.AllowUnexported(pending{}, head{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(pending{}, "written"))
			if diff != "" {
				t.Fatalf("object %d: -want +got\n%s", n, diff)
			}
			n++
		}
		if n != len(want) {
			t.Errorf("%d objects came back of %d", n, len(want))
		}
	})
}

// TestLinks: the notes on an id come back in order, up to the limit, and none for other ids.
func TestLinks(t *testing.T) {
	dict := newDictionary()
	l := newLinks(dict)
	written := func(n int) []byte {
		e := encoder{dict: dict}
		e.id(fmt.Sprintf("indicator--5f9b0f0e-0000-4000-8000-%012d", n))
		return e.buf
	}
	for n := range 20_000 {
		l.add(written(n%1000), fmt.Append(nil, n), 15)
	}
	for n := range 1000 {
		notes := l.of(written(n))
		if len(notes) != 15 {
			t.Fatalf("%d notes on %d", len(notes), n)
		}
		for i, c := range notes {
			if want := strconv.Itoa(i*1000 + n); string(c.rest) != want {
				t.Errorf("note %d on %d is %q, want %q", i, n, c.rest, want)
			}
		}
	}
	if notes := l.of(written(1001)); notes != nil {
		t.Errorf("an id without notes has %d", len(notes))
	}
}

// TestDictionaryFull: a text keeps what was said of it when the dictionary fills up.
func TestDictionaryFull(t *testing.T) {
	dict := newDictionary()
	for n := range maxTexts + 10 {
		_, ok := dict.number(strconv.Itoa(n))
		if want := n < maxTexts-2; ok != want {
			t.Fatalf("text %d has a number: %v", n, ok)
		}
	}
	if n, ok := dict.number("7"); !ok || dict.texts[n] != "7" {
		t.Errorf("an early text: %d %v", n, ok)
	}
}

// TestWaitingIsSmall holds the memory of an object that waits, which a file of a million of them
// rests on: what the tape and the table take beyond the value's own text.
func TestWaitingIsSmall(t *testing.T) {
	const n = 100_000
	w := newWaiting(newDictionary())
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		w.hold(&pending{
			id: fmt.Sprintf("indicator--5f9b0f0e-0000-4000-8000-%012d", i), createdBy: "identity--5f9b0f0e-0000-4000-8000-000000000000",
			head: head{modified: day.Add(time.Duration(i) * time.Millisecond)}, from: day, labels: []string{"a", "b"}, markings: []string{"c"},
			terms: []Term{{observable.Prefix, "192.0.2.1"}},
		})
	}
	size := 8 * len(w.latest.slots)
	for _, piece := range w.tape.pieces {
		size += cap(piece)
	}
	if perObject := size/n - len("192.0.2.1"); perObject > 80 {
		t.Errorf("an object that waits takes %d bytes beyond its value", perObject)
	}
}
