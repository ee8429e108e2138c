package sigma

import (
	"net/netip"
	"regexp/syntax"
	"unicode/utf8"
)

// need is what must be true of a record for something to hold: one of its anchors. nil says nothing: it may hold of any record.
type need struct {
	anchors []anchor
	cost    int // about how many of a million records have one of the anchors
}

// anchor is one necessary condition that the index can find.
type anchor struct {
	kind anchorKind
	src  int32 // the place (sources.places); keywords: everywhere
	text string
	num  int64
	addr netip.Addr
}

type anchorKind uint8

const (
	anchorExact anchorKind = iota
	anchorPrefix
	anchorSuffix
	anchorContains
	anchorInt
	anchorAddr
	anchorPresent
)

// everywhere is the source of anchors that may stand in the raw line or any value.
const everywhere int32 = -1

// Costs of anchors. Only their order matters.
const (
	costExact   = 10
	costWord    = 20000 // one of the few words that a field of classes has: "command", "network"
	costInt     = 60
	costPresent = 50000
	costTyped   = 400000 // the presence of a typed field: most records have it
	costJoined  = 200000 // one of few words that registers have for all records; the index would have to join each record to find it
	costMost    = 900000
)

func (a *anchor) cost(s *sources) int {
	if s.joinedPlace(a.src) {
		return costJoined
	}
	switch a.kind {
	case anchorExact, anchorInt:
		if cost, ok := s.classPlace(a.src); ok {
			return cost
		}
		if a.kind == anchorInt {
			return costInt
		}
		return costExact
	case anchorAddr:
		return costExact
	case anchorPrefix, anchorSuffix:
		return 20 + 300>>min(len(a.text), 12)
	case anchorContains:
		return 20 + 40000>>min(len(a.text), 12)
	case anchorPresent:
		if s.typedPlace(a.src) {
			return costTyped
		}
	}
	return costPresent
}

// oneOf gives the need of anchors of which one must be there. Several words of one place cost at most what joining it does: to look up
// one or ten is the same.
func (s *sources) oneOf(anchors []anchor) *need {
	n := &need{anchors: anchors}
	words := 0
	for i := range anchors {
		if cost := anchors[i].cost(s); cost == costWord || cost == costJoined {
			words = min(words+cost, costJoined)
		} else {
			n.cost += cost
		}
	}
	n.cost = min(n.cost+words, costMost)
	return n
}

// either gives what must be true where one of two things holds. It may write behind the anchors of a.
func either(a, b *need) *need {
	if a == nil || b == nil {
		return nil
	}
	return &need{append(a.anchors, b.anchors...), min(a.cost+b.cost, costMost)}
}

// both gives what must be true where two things hold: the rarer.
func both(a, b *need) *need {
	if a == nil || b != nil && b.cost < a.cost {
		return b
	}
	return a
}

// Lengths below which literals are no use to the index.
const minEnd = 3

// anchorOf gives what a pattern's text must have, of a text source.
func anchorOf(src int32, g glob) anchor {
	kind, literal := g.shape()
	switch kind {
	case shapeExact:
		if a := (anchor{kind: anchorExact, src: src, text: fold(literal)}); utf8.ValidString(literal) {
			return a
		}
	case shapePrefix:
		return literalAnchor(anchorPrefix, src, literal)
	case shapeSuffix:
		return literalAnchor(anchorSuffix, src, literal)
	case shapeContains, shapeGlob:
		return literalAnchor(anchorContains, src, g.longest())
	case shapeAny:
	}
	return anchor{kind: anchorPresent, src: src}
}

func literalAnchor(kind anchorKind, src int32, literal string) anchor {
	least := minEnd
	if kind == anchorContains {
		least = gramBytes
	}
	if literal = fold(literal); len(literal) < least || !utf8.ValidString(literal) {
		return anchor{kind: anchorPresent, src: src}
	}
	return anchor{kind: kind, src: src, text: literal}
}

// sizeOf gives about how many instructions an expression compiles to.
func sizeOf(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		n += sizeOf(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}
