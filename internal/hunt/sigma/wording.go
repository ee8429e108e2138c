package sigma

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// wording is what a regular expression says of the texts that it is found in, without matching it.
type wording struct {
	exact []string  // folded: what it matches is one of these; nil: not known, or they are too many
	must  []oneWord // each of which holds of the text
}

// oneWord holds of a folded text in which one of its words stands, or which begins with one.
type oneWord struct {
	words  []string
	begins bool
	grams  *grams // of many words that may stand anywhere
}

const (
	maxWords      = 64 // alternatives that are written out
	maxClass      = 8  // characters of a class that are
	maxConditions = 6  // of one expression
)

// wordsOf gives what must be true of texts in which an expression is found: each of the conditions, of which there may be none.
func wordsOf(re *syntax.Regexp) []oneWord {
	w := wordingOf(re)
	if w.exact != nil {
		w.must = append(w.must, oneWord{words: w.exact})
	}
	out := make([]oneWord, 0, len(w.must))
	for _, m := range w.must {
		if m.trim(); m.shortest() > 1 {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b oneWord) int { return a.price() - b.price() })
	out = out[:min(len(out), maxConditions)]
	for i := range out {
		out[i].done()
	}
	return out
}

func wordingOf(re *syntax.Regexp) wording {
	switch re.Op { //nolint:exhaustive // the others say nothing
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return wording{exact: []string{""}}
	case syntax.OpLiteral:
		if plain(re.Rune) {
			return wording{exact: []string{fold(string(re.Rune))}}
		}
	case syntax.OpCharClass:
		return wording{exact: classWords(re.Rune)}
	case syntax.OpCapture:
		return wordingOf(re.Sub[0])
	case syntax.OpQuest:
		if w := wordingOf(re.Sub[0]); w.exact != nil {
			return wording{exact: joined(w.exact, []string{""})}
		}
	case syntax.OpPlus, syntax.OpRepeat:
		if repeats(re) {
			return wordingOf(re.Sub[0]).held()
		}
	case syntax.OpConcat:
		return rowWording(re.Sub)
	case syntax.OpAlternate:
		return anyWording(re.Sub)
	}
	return wording{}
}

// plain reports whether runes are letters as they stand in texts: what is no UTF-8 also matches U+FFFD.
func plain(runes []rune) bool {
	return !slices.ContainsFunc(runes, func(r rune) bool { return r == utf8.RuneError || !utf8.ValidRune(r) })
}

// classWords gives the characters of a small class (pairs of first and last), nil of another.
func classWords(pairs []rune) []string {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1]-pairs[i] >= 2*maxClass {
			return nil
		}
		for r := pairs[i]; r <= pairs[i+1]; r++ {
			if !plain([]rune{r}) {
				return nil
			}
			if s := fold(string(r)); !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	if len(out) > maxClass {
		return nil
	}
	return out
}

// held gives what is true where something matches once or more.
func (w wording) held() wording {
	if w.exact != nil {
		return wording{must: []oneWord{{words: w.exact}}}
	}
	return wording{must: w.must}
}

// rowWording joins the words of expressions that follow each other, as far as they are known and few.
func rowWording(row []*syntax.Regexp) wording {
	var out wording
	run, whole := oneWord{words: []string{""}, begins: row[0].Op == syntax.OpBeginText}, true
	cut := func(next []string) {
		out.must = append(out.must, run)
		run, whole = oneWord{words: next}, false
	}
	for _, sub := range row {
		again := repeats(sub)
		if again {
			sub = sub.Sub[0]
		}
		w := wordingOf(sub)
		long := product(run.words, w.exact)
		switch {
		case w.exact == nil:
			cut([]string{""})
			out.must = append(out.must, w.must...)
		case again: // what stands before is followed by one, and what stands behind follows one
			if long != nil {
				run.words = long
			}
			cut(w.exact)
		case long != nil:
			run.words = long
		default:
			cut(w.exact)
		}
	}
	if whole && !run.begins {
		return wording{exact: run.words}
	}
	out.must = append(out.must, run)
	return out
}

// repeats reports whether what an expression is made of stands there once or more.
func repeats(re *syntax.Regexp) bool {
	return re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Min > 0
}

// anyWording gives what holds where one of several expressions matches.
func anyWording(all []*syntax.Regexp) wording {
	exact, one, known := []string{}, oneWord{begins: true}, true
	for _, sub := range all {
		w := wordingOf(sub)
		if known = known && w.exact != nil; known {
			exact = joined(exact, w.exact)
			known = exact != nil
		}
		best := w.best()
		if one.words = append(one.words, best.words...); best.words == nil || len(one.words) > maxWords {
			one.words = nil
			break
		}
		one.begins = one.begins && best.begins
	}
	switch {
	case known && len(exact) > 0 && one.words != nil:
		return wording{exact: exact}
	case one.words == nil:
		return wording{}
	}
	return wording{must: []oneWord{one}}
}

// best gives the condition that says most, one without words when there is none.
func (w wording) best() oneWord {
	var best oneWord
	for _, m := range w.held().must {
		if best.words == nil || m.shortest() > best.shortest() {
			best = m
		}
	}
	return best
}

// joined gives the words of both lists, each once, nil when they are too many.
func joined(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) > maxWords {
		return nil
	}
	return out
}

// product gives each word of the one list followed by each of the other, nil when they are too many.
func product(a, b []string) []string {
	if len(b) == 0 || len(a)*len(b) > maxWords {
		return nil
	}
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

// trim leaves out words that hold only where a shorter one does.
func (o *oneWord) trim() {
	slices.SortFunc(o.words, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	var kept []string
	for _, w := range o.words {
		if !slices.ContainsFunc(kept, func(k string) bool {
			return o.begins && strings.HasPrefix(w, k) || !o.begins && strings.Contains(w, k)
		}) {
			kept = append(kept, w)
		}
	}
	o.words = kept
}

func (o *oneWord) shortest() int {
	if len(o.words) == 0 {
		return 0
	}
	n := len(o.words[0])
	for _, w := range o.words {
		n = min(n, len(w))
	}
	return n
}

// price is about what asking costs.
func (o *oneWord) price() int {
	if o.begins {
		return len(o.words)
	}
	return 8 * min(len(o.words), manyContains)
}

// done makes the table of many words.
func (o *oneWord) done() {
	if !o.begins && len(o.words) > manyContains && o.shortest() >= gramBytes {
		if g := newGrams(o.words); len(g.refused) == 0 {
			o.grams = g
		}
	}
}

// holds reports whether a condition is true of a folded text, and counts what that takes.
func (o *oneWord) holds(v *view, folded string) bool {
	if o.grams != nil {
		v.steps += int64(len(folded)/4) + 1
		return o.grams.any(folded)
	}
	if o.begins {
		v.steps += int64(len(o.words)/stepBytes) + 1
		return slices.ContainsFunc(o.words, func(w string) bool { return strings.HasPrefix(folded, w) })
	}
	for _, w := range o.words {
		v.steps += int64(len(folded)/stepBytes) + 1
		if strings.Contains(folded, w) {
			return true
		}
	}
	return false
}

// anchors gives what the index can look for in the place of a condition; not ok when a word is too short.
func (o *oneWord) anchors(src int32) (out []anchor, ok bool) {
	kind, least := anchorContains, gramBytes
	if o.begins && src != everywhere {
		kind, least = anchorPrefix, minEnd
	}
	for _, w := range o.words {
		if len(w) < least {
			return nil, false
		}
		out = append(out, anchor{kind: kind, src: src, text: w})
	}
	return out, len(out) > 0
}
