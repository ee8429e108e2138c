package telemetry

import "strings"

// Commands of devices and programs state secrets at places that no name tells, and devices take a word of
// a command as soon as it can be no other: enable sec S. A form lists the words of such a command. It is
// looked for where its anchor stands, a word that dullTable never passes over: the words before it are
// matched backwards, those behind it forwards, and both look at a bounded part of the text.
//
// A form is written as its words: ena!ble may be shortened to ena, a|b is either, # digits, & digits of hex,
// * any word, ... up to eight of them, [..] may be missing, % the ways to write a secret that skipFillers
// knows, : a word with a colon, ( one that a bracket opens, - one or more options, / a share, <<< itself,
// S a secret and L a user/secret. The anchor has an @.

// commandForm is one form.
type commandForm struct {
	back       []formWord // before the anchor, the nearest first
	front      []formWord
	near, next letters // that the first two words of back may begin with
	where      formPlace
}

// formPlace says where a form counts.
type formPlace uint8

const (
	whole    formPlace = iota // as a whole command
	anywhere                  // wherever it stands
	logged                    // as a whole command, in a log of commands or with a secret that looks like one
)

// formWord is one word of a form.
type formWord struct {
	kind  byte        // as it is written, 'w' for words
	words []shortened // of kind w
	group []formWord  // of kind [
}

// shortened is a word with the length of its shortest form.
type shortened struct {
	full  string
	least int
}

func (w shortened) is(s string) bool {
	return len(s) >= w.least && len(s) <= len(w.full) && strings.EqualFold(w.full[:len(s)], s)
}

func isOneOf(words []shortened, s string) bool {
	for k := range words {
		if words[k].is(s) {
			return true
		}
	}
	return false
}

// anchored are the forms with the same anchor.
type anchored struct {
	anchor []shortened
	forms  []commandForm
}

// commandForms are the forms by the first letter of their anchors.
var commandForms = func() (t [32][]*anchored) {
	known := map[string]*anchored{}
	for where, list := range [...]string{whole: wholeForms, anywhere: certainForms, logged: loggedForms} {
		for line := range strings.Lines(list) {
			f, anchor := parseForm(line)
			if anchor == "" {
				continue
			}
			f.where = formPlace(where)
			a := known[anchor]
			if a == nil {
				a = &anchored{anchor: parseShortened(anchor)}
				known[anchor] = a
				seen := letters(0)
				for _, w := range a.anchor {
					if bit := letterOf(w.full[0]); seen&bit == 0 {
						t[w.full[0]&0x1f], seen = append(t[w.full[0]&0x1f], a), seen|bit
					}
				}
			}
			a.forms = append(a.forms, f)
		}
	}
	return t
}()

// letters is a set of letters, to know most words that do not match from their first.
type letters uint32

func letterOf(c byte) letters { return 1 << (c & 0x1f) }

// firstLetters gives the letters that word n before an anchor may begin with.
func firstLetters(back []formWord, n int) (set letters) {
	if n >= len(back) || back[n].kind != 'w' || n > 0 && back[n-1].kind == '.' {
		return ^letters(0)
	}
	for _, w := range back[n].words {
		set |= letterOf(w.full[0])
	}
	return set
}

// parseForm reads a form as it is written, and gives its anchor, "" where a line holds none.
func parseForm(line string) (f commandForm, anchor string) {
	tokens := strings.Fields(strings.NewReplacer("[", "[ ", "]", " ]").Replace(line))
	for n, t := range tokens {
		if t[0] == '@' {
			f.back, _ = parseWords(tokens[:n])
			f.front, _ = parseWords(tokens[n+1:])
			for a, b := 0, len(f.back)-1; a < b; a, b = a+1, b-1 {
				f.back[a], f.back[b] = f.back[b], f.back[a]
			}
			f.near, f.next = firstLetters(f.back, 0), firstLetters(f.back, 1)
			return f, t[1:]
		}
	}
	return f, ""
}

func parseWords(tokens []string) (out []formWord, rest []string) {
	for len(tokens) > 0 {
		t := tokens[0]
		tokens = tokens[1:]
		switch {
		case t == "]":
			return out, tokens
		case t == "[":
			var group []formWord
			group, tokens = parseWords(tokens)
			out = append(out, formWord{kind: '[', group: group})
		case t == "..." || t == "<<<" || len(t) == 1 && strings.Contains("*#&%:(-/SL", t):
			out = append(out, formWord{kind: t[0]})
		default:
			out = append(out, formWord{kind: 'w', words: parseShortened(t)})
		}
	}
	return out, nil
}

func parseShortened(s string) (out []shortened) {
	for w := range strings.SplitSeq(s, "|") {
		least, rest, cut := strings.Cut(w, "!")
		if !cut {
			out = append(out, shortened{w, len(w)})
			continue
		}
		out = append(out, shortened{least + rest, len(least)})
	}
	return out
}
