package sigma

import "strings"

// gramBytes is the length of the pieces by which literals are found; shorter ones cannot be.
const gramBytes = 4

// maxBucket bounds the literals that share a piece, and so what hostile text can cost.
const maxBucket = 32

// grams finds many literals in a text at once: each stands under its rarest piece of four bytes, a bit for each piece says whether any
// literal stands there. One pass over the text, most places of which cost one look at 8 KiB of bits.
//
// An Aho-Corasick automaton over the literals of 3,000 rules has some 100,000 states: at every byte it misses the processor's cache.
type grams struct {
	bits    [1 << 10]uint64
	buckets map[uint32][]gram
	refused []int // literals, by number, whose bucket was full
}

type gram struct {
	literal string
	before  int    // bytes of the literal before the piece
	end     uint32 // its last piece: most literals of a bucket differ there
	id      int32
}

// newGrams makes the table of literals of at least gramBytes; their numbers are their ids.
func newGrams(literals []string) *grams {
	g := &grams{buckets: make(map[uint32][]gram, len(literals))}
	shared := make(map[uint32]int, 8*len(literals))
	for _, l := range literals {
		for i := 0; i+gramBytes <= len(l); i++ {
			shared[pieceAt(l, i)]++
		}
	}
	for id, l := range literals {
		g.add(l, int32(id), shared)
	}
	return g
}

func (g *grams) add(literal string, id int32, shared map[uint32]int) {
	best, least := -1, 0
	for i := 0; i+gramBytes <= len(literal); i++ {
		key := pieceAt(literal, i)
		if len(g.buckets[key]) >= maxBucket {
			continue
		}
		if n := 16*shared[key] + plainness(literal[i:i+gramBytes]); best < 0 || n < least {
			best, least = i, n
		}
	}
	if best < 0 {
		g.refused = append(g.refused, int(id))
		return
	}
	key := pieceAt(literal, best)
	g.buckets[key] = append(g.buckets[key], gram{literal, best, pieceAt(literal, len(literal)-gramBytes), id})
	h := bitOf(key)
	g.bits[h/64] |= 1 << (h % 64)
}

// plainness is how common a piece is in text, roughly: letters that words are made of, then others.
func plainness(piece string) int {
	n := 0
	for i := range len(piece) {
		switch c := piece[i]; {
		case strings.IndexByte("eatonsri", c) >= 0:
			n += 3
		case 'a' <= c && c <= 'z' || c == ' ' || c == '.' || c == '\\' || c == '/' || c == '0':
			n += 2
		default:
			n++
		}
	}
	return n
}

func pieceAt(s string, i int) uint32 {
	_ = s[i+3]
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

func bitOf(piece uint32) uint32 { return piece * 0x9e3779b1 >> 16 }

// scan calls found with the id of each literal in s, as often as it stands there, until it gives false.
func (g *grams) scan(s string, found func(id int32) bool) {
	if len(s) < gramBytes {
		return
	}
	piece := pieceAt(s, 0) << 8
	for i := gramBytes - 1; i < len(s); i++ {
		piece = piece>>8 | uint32(s[i])<<24
		if h := bitOf(piece); g.bits[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		at := i - gramBytes + 1
		bucket := g.buckets[piece]
		for n := range bucket {
			e := &bucket[n]
			from := at - e.before
			to := from + len(e.literal)
			if from >= 0 && to <= len(s) && pieceAt(s, to-gramBytes) == e.end && s[from:to] == e.literal && !found(e.id) {
				return
			}
		}
	}
}

// any reports whether s holds one of the literals.
func (g *grams) any(s string) bool {
	held := false
	g.scan(s, func(int32) bool {
		held = true
		return false
	})
	return held
}
