package sigma

import (
	"net/netip"
	"slices"

	"stormglass/internal/telemetry"
)

// index finds the plans of a kind that a record may satisfy, by what their needs are anchored in.
type index struct {
	words  int      // of a set of plans
	always []uint64 // plans that may match any record
	places []*placeIndex
	every  *placeIndex // keywords; nil when there are none
}

// placeIndex holds the anchors of one place.
type placeIndex struct {
	src      int32
	row      []int32 // its sources, of which the first with a value counts
	exact    map[string][]int32
	ints     map[int64][]int32
	addrs    map[netip.Addr][]int32
	prefix   ends
	suffix   ends
	literals []string // that stand in a text
	holders  [][]int32
	byText   map[string]int
	contains *grams
	present  []int32
}

// ends are literals at one end of a text, by their outermost bytes.
type ends struct {
	lengths []int
	plans   map[string][]int32
}

// endLengths are how much of a literal is looked up: as much as it has.
var endLengths = [...]int{12, 8, 6, 4, 3}

func endLength(n int) int {
	for _, l := range endLengths {
		if l <= n {
			return l
		}
	}
	return 0
}

func (e *ends) add(key string, plan int32) {
	if e.plans == nil {
		e.plans = map[string][]int32{}
	}
	if !slices.Contains(e.lengths, len(key)) {
		e.lengths = append(e.lengths, len(key))
	}
	e.plans[key] = addPlan(e.plans[key], plan)
}

func addPlan(to []int32, plan int32) []int32 {
	if n := len(to); n > 0 && to[n-1] == plan {
		return to
	}
	return append(to, plan)
}

// newIndex makes the index of plans by their needs.
func newIndex(s *sources, needs []*need) *index {
	x := &index{words: (len(needs) + 63) / 64}
	x.always = make([]uint64, x.words)
	bySource := map[int32]*placeIndex{}
	for plan, n := range needs {
		if n == nil || n.cost >= costMost {
			x.always[plan/64] |= 1 << (plan % 64)
			continue
		}
		for i := range n.anchors {
			a := &n.anchors[i]
			p := bySource[a.src]
			if p == nil {
				p = &placeIndex{src: a.src, byText: map[string]int{}}
				bySource[a.src] = p
				x.places = append(x.places, p)
			}
			p.add(a, int32(plan))
		}
	}
	x.finish(s)
	return x
}

func (x *index) finish(s *sources) {
	slices.SortFunc(x.places, func(a, b *placeIndex) int { return int(a.src - b.src) })
	for _, p := range x.places {
		if len(p.literals) > 0 {
			p.contains = newGrams(p.literals)
			for _, id := range p.contains.refused {
				for _, plan := range p.holders[id] {
					x.always[plan/64] |= 1 << (plan % 64)
				}
			}
		}
		if p.src != everywhere {
			p.row = s.places[p.src]
		}
	}
	if len(x.places) > 0 && x.places[0].src == everywhere {
		x.every, x.places = x.places[0], x.places[1:]
	}
}

func (p *placeIndex) add(a *anchor, plan int32) {
	switch a.kind {
	case anchorExact:
		if p.exact == nil {
			p.exact = map[string][]int32{}
		}
		p.exact[a.text] = addPlan(p.exact[a.text], plan)
	case anchorInt:
		if p.ints == nil {
			p.ints = map[int64][]int32{}
		}
		p.ints[a.num] = addPlan(p.ints[a.num], plan)
	case anchorAddr:
		if p.addrs == nil {
			p.addrs = map[netip.Addr][]int32{}
		}
		p.addrs[a.addr] = addPlan(p.addrs[a.addr], plan)
	case anchorPrefix:
		p.prefix.add(a.text[:endLength(len(a.text))], plan)
	case anchorSuffix:
		p.suffix.add(a.text[len(a.text)-endLength(len(a.text)):], plan)
	case anchorContains:
		p.addLiteral(a.text, plan)
	case anchorPresent:
		p.present = addPlan(p.present, plan)
	}
}

func (p *placeIndex) addLiteral(text string, plan int32) {
	id, ok := p.byText[text]
	if !ok {
		id = len(p.literals)
		p.byText[text] = id
		p.literals, p.holders = append(p.literals, text), append(p.holders, nil)
	}
	p.holders[id] = addPlan(p.holders[id], plan)
}

// candidates adds to a set the plans that the record at hand may satisfy.
func (x *index) candidates(v *view, to []uint64) {
	copy(to, x.always)
	for _, p := range x.places {
		s := v.first(p.row)
		if s == nil {
			continue
		}
		mark(to, p.present)
		for n := range s.n {
			p.candidates(v, s.value(n), to)
		}
	}
	if x.every != nil {
		all := v.everything()
		for i := range all {
			x.every.texts(v.foldedOf(&all[i]), to)
		}
	}
}

func (p *placeIndex) candidates(v *view, of *value, to []uint64) {
	if of.typ == telemetry.TypeInt {
		mark(to, p.ints[of.num])
		return
	}
	if of.typ == telemetry.TypeAddr {
		mark(to, p.addrs[of.addr])
		return
	}
	if p.exact != nil || p.prefix.plans != nil || p.suffix.plans != nil || p.contains != nil {
		p.texts(v.foldedOf(of), to)
	}
}

func (p *placeIndex) texts(s string, to []uint64) {
	if p.exact != nil {
		mark(to, p.exact[s])
	}
	for _, n := range p.prefix.lengths {
		if n <= len(s) {
			mark(to, p.prefix.plans[s[:n]])
		}
	}
	for _, n := range p.suffix.lengths {
		if n <= len(s) {
			mark(to, p.suffix.plans[s[len(s)-n:]])
		}
	}
	if p.contains != nil {
		p.contains.scan(s, func(id int32) bool {
			mark(to, p.holders[id])
			return true
		})
	}
}

func mark(to []uint64, plans []int32) {
	for _, n := range plans {
		to[n/64] |= 1 << (n % 64)
	}
}
