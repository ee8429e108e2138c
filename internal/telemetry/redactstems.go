package telemetry

import "strings"

// dullTable finds the stems in one pass: a state for each beginning of one, as Aho and Corasick have it.
type dullTable struct {
	next   [maxStates][32]uint16 // by state and letter; with isHard where a stem ends
	count  [maxStates]bool       // a name ends here whose number is nobody's
	states uint16
	pieces shortWords
	party  shortWords
}

const (
	maxStates = 512 // TestDullTableHasRoom holds that they are enough
	isHard    = 1 << 15
)

var dull = newDullTable(strings.Fields(stems), strings.Fields(pieces))

func newDullTable(stems, pieces []string) *dullTable {
	d := &dullTable{states: 1}
	var hard [maxStates]bool
	for _, s := range stems {
		hard[d.plant(s)] = true
	}
	for s := range counters {
		d.count[d.plant(s)] = true
	}
	d.link(&hard)
	for _, s := range pieces {
		d.pieces.add(s)
	}
	for s := range strings.FieldsSeq(afterParty) {
		d.party.add(s)
	}
	return d
}

// plant gives the state at the end of a word, with those before it.
func (d *dullTable) plant(word string) uint16 {
	at := uint16(0)
	for i := range len(word) {
		next := &d.next[at][word[i]-'a']
		if *next == 0 {
			*next = d.states
			d.states++
		}
		at = *next
	}
	return at
}

// link completes the states: what is no further letter of a word goes on in the longest end that begins
// another.
func (d *dullTable) link(hard *[maxStates]bool) {
	type pair struct{ at, back uint16 }
	queue := []pair{{0, 0}}
	for n := 0; n < len(queue); n++ {
		p := queue[n]
		for x := range d.next[p.at] {
			next, back := &d.next[p.at][x], d.next[p.back][x]&^isHard
			if p.at == 0 {
				back = 0
			}
			if *next == 0 {
				*next = back
			} else {
				hard[*next] = hard[*next] || hard[back]
				d.count[*next] = d.count[*next] || d.count[back]
				queue = append(queue, pair{*next, back})
			}
			if hard[*next] {
				*next |= isHard
			}
		}
	}
}

// after gives the state after a letter.
func (d *dullTable) after(state uint16, letter byte) uint16 {
	return d.next[state%maxStates][letter&0x1f-1]
}

// shortWords is a set of words of up to five letters, with a few others that fall on the same bits.
type shortWords [1 << 12 / 64]uint64

// codeOf packs the letters of a short word.
func codeOf(s string) (code uint32) {
	for i := range len(s) {
		code = code<<5 | uint32(s[i]&0x1f)
	}
	return code
}

func bitOf(code uint32) (word, bit uint32) {
	h := code * 0x9e3779b1 >> 20
	return h / 64, h % 64
}

func (w *shortWords) add(s string) {
	word, bit := bitOf(codeOf(s))
	w[word] |= 1 << bit
}

func (w *shortWords) has(code uint32) bool {
	word, bit := bitOf(code)
	return w[word]&(1<<bit) != 0
}
