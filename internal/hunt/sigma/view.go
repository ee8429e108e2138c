package sigma

import (
	"unsafe"

	"stormglass/internal/telemetry"
)

// view is the record at hand, as the rules of its kind see it: what was asked of it is not asked again.
type view struct {
	scratch
	kind *kindProgram
	b    *telemetry.Batch
	i    int
	gen  uint32

	slots []slot
	memo  []uint32 // by predicate: gen*2, and 1 when it holds
	steps int64    // since the record began

	allGen uint32
	all    []value // what keywords are looked for in
}

// maxGen is the last generation that memo can hold.
const maxGen = 1<<31 - 1

func newView(k *kindProgram, maxText int) *view {
	return &view{kind: k, slots: make([]slot, len(k.sources.all)), memo: make([]uint32, len(k.predicates)), scratch: scratch{maxText: maxText}}
}

// look turns to record i of a batch.
func (v *view) look(b *telemetry.Batch, i int) {
	if v.gen++; v.gen > maxGen {
		v.gen, v.allGen = 1, 0
		clear(v.memo)
		for n := range v.slots {
			v.slots[n].gen = 0
		}
	}
	v.b, v.i, v.buf, v.steps = b, i, v.buf[:0], 0
	if len(v.kind.sources.pairs) > 0 {
		v.sortPairs()
	}
}

// sortPairs fills the slots of the pairs that rules ask for.
func (v *view) sortPairs() {
	asked := v.kind.sources.pairs
	for _, p := range pairsOf(v.b, v.i) {
		if int(p.Field) >= len(asked) || asked[p.Field] < 0 {
			continue
		}
		s := &v.slots[asked[p.Field]]
		if s.gen != v.gen {
			s.gen, s.n, s.more = v.gen, 0, s.more[:0]
		}
		s.add(value{typ: telemetry.TypeText, text: p.Text})
	}
}

// slot gives the values of a source.
func (v *view) slot(src int32) *slot {
	s := &v.slots[src]
	if s.gen != v.gen {
		s.gen, s.n, s.more = v.gen, 0, s.more[:0]
		v.kind.sources.all[src].fill(s, v.b, v.i)
	}
	return s
}

// first gives the first of several places that holds a value, nil when none does.
func (v *view) first(places []int32) *slot {
	for _, src := range places {
		if s := v.slot(src); s.n > 0 {
			return s
		}
	}
	return nil
}

// everything gives the texts in which keywords are looked for: the raw line, and every value that is no part of it.
func (v *view) everything() []value {
	if v.allGen == v.gen {
		return v.all
	}
	v.allGen, v.all = v.gen, v.all[:0]
	raw := ""
	if v.b.Kind.Eventful() {
		if raw = v.b.Event[v.i].Raw; raw != "" {
			v.all = append(v.all, v.line(raw))
		}
	} else {
		v.addTyped()
	}
	for _, p := range pairsOf(v.b, v.i) {
		if p.Text != "" && !partOf(p.Text, raw) {
			v.all = append(v.all, value{typ: telemetry.TypeText, text: p.Text})
		}
	}
	return v.all
}

// line gives the line of an event: where rules ask it as a field too, it is folded once.
func (v *view) line(raw string) value {
	if v.kind.sources.line < 0 {
		return value{typ: telemetry.TypeText, text: raw}
	}
	s := v.slot(v.kind.sources.line)
	v.foldedOf(&s.one)
	return s.one
}

func (v *view) addTyped() {
	var s slot
	for _, f := range telemetry.Schema(v.b.Kind) {
		if f.Type == telemetry.TypeTime {
			continue
		}
		s.n, s.more = 0, s.more[:0]
		(&source{field: f}).fillTyped(&s, v.b, v.i)
		for n := range s.n {
			v.all = append(v.all, *s.value(n))
		}
	}
}

// partOf reports whether a text lies in the memory of another: decoders cut values out of the line without copying, so what is found
// in the one is found in the other.
func partOf(text, of string) bool {
	if of == "" {
		return false
	}
	at, begin := uintptr(unsafe.Pointer(unsafe.StringData(text))), uintptr(unsafe.Pointer(unsafe.StringData(of))) //nolint:gosec // only compared
	return at >= begin && at+uintptr(len(text)) <= begin+uintptr(len(of))
}

// occurred gives the record's time, by which registers are read.
func (v *view) occurred() telemetry.Instant { return v.b.Head(v.i).Occurred }
