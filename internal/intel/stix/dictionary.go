package stix

import "strings"

// dictionary gives numbers to texts that come again and again: types, publishers, markings,
// labels. It is bounded; a text that came too late or is too long has no number and stands in
// full where it is used. Whether a text has a number never changes after it was asked for.
type dictionary struct {
	numbers map[string]uint64
	texts   []string
}

// The bounds of a dictionary.
const (
	maxTexts = 1 << 16
	maxText  = 200 // bytes
)

func newDictionary() *dictionary {
	d := &dictionary{numbers: map[string]uint64{}}
	for _, s := range []string{"", "indicator"} { // first in any file, whatever it holds
		d.number(s)
	}
	return d
}

// number gives the number of a text; ok is false when it has none.
func (d *dictionary) number(s string) (n uint64, ok bool) {
	if n, ok = d.numbers[s]; ok {
		return n, true
	}
	if len(d.texts) >= maxTexts || len(s) > maxText {
		return 0, false
	}
	n = uint64(len(d.texts))
	s = strings.Clone(s) // it may be a part of a long text
	d.numbers[s], d.texts = n, append(d.texts, s)
	return n, true
}
