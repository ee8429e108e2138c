package sigma

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// TestARuleIsCutWhenItsBudgetIsUsedUp: a dear rule sees some records and no more, what it did not see is counted, and the cheap rule
// beside it sees all.
func TestARuleIsCutWhenItsBudgetIsUsedUp(t *testing.T) {
	var dear strings.Builder
	dear.WriteString("s:\n  a|re:\n")
	for i := range 40 {
		fmt.Fprintf(&dear, "    - '(x+x+)+y%d|[a-z]{1,40}!'\n", i)
	}
	dear.WriteString("condition: s")
	cheap := strings.Replace(detection("s:\n  a|endswith: xx\ncondition: s"), "title: t", "title: cheap", 1)
	p := program(t, parse(t, detection(dear.String())+"---\n"+cheap), Options{Budget: Budget{Steps: 1}}, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	for range 200 {
		event(b, "", "a", strings.Repeat("x", 4000))
	}
	found := matches(p, b)
	s := p.Stats()
	if len(found) != 200 || s.Rules[1].Matched != 200 || s.Rules[1].Cut != 0 {
		t.Errorf("the cheap rule matched %d of 200, stats %+v", len(found), s.Rules[1])
	}
	if r := s.Rules[0]; r.Cut == 0 || r.Evaluated == 0 || r.Cut+r.Evaluated != 200 {
		t.Errorf("the dear rule: %+v", r)
	}
}

// TestABudgetComesBack: what was cut in a burst is asked again later.
func TestABudgetComesBack(t *testing.T) {
	c := count{}
	b := Budget{Steps: 10}
	c.afford(1, b)
	if c.spend(10*purseRecords + 1); c.afford(1, b) {
		t.Error("still affordable")
	}
	if !c.afford(2, b) {
		t.Error("not affordable at the next record")
	}
	if c.afford(1e9, b); c.purse > 10*purseRecords {
		t.Errorf("saved up %d", c.purse)
	}
}

func TestLongTextsAreLookedAtUpToABound(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  a|contains: needle\ncondition: s")), Options{Budget: Budget{Text: 1000}}, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	event(b, "", "a", strings.Repeat("Ä", 400)+"needle")
	event(b, "", "a", strings.Repeat("Ä", 600)+"needle")
	if got := fmt.Sprint(matched(p, b)); got != "[true false]" {
		t.Errorf("matched %s", got)
	}
	if n := p.Stats().Shortened; n != 1 {
		t.Errorf("%d texts shortened, want 1", n)
	}
}

// TestLiteralsThatShareAllPieces holds the index to rules whose literals cannot be told apart by their pieces.
func TestLiteralsThatShareAllPieces(t *testing.T) {
	var text strings.Builder
	const rules = 3 * maxBucket
	for i := range rules {
		fmt.Fprintf(&text, "---\n%s", strings.Replace(detection(fmt.Sprintf("s:\n  a|contains: %s\ncondition: s", strings.Repeat("a", 4+i))), "title: t", fmt.Sprintf("title: t%d", i), 1))
	}
	p := program(t, parse(t, text.String()), Options{}, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	event(b, "", "a", strings.Repeat("a", 4+rules/2))
	if got := len(matches(p, b)); got != rules/2+1 {
		t.Errorf("%d rules match, want %d", got, rules/2+1)
	}
}

// TestGramsFindWhatContainsFinds is the law of the table: it holds a text's literals exactly when one is contained in it.
func TestGramsFindWhatContainsFinds(t *testing.T) {
	word := rapid.StringMatching(`[ab\xc3é.]{4,9}`)
	rapid.Check(t, func(t *rapid.T) {
		literals := rapid.SliceOfNDistinct(word, 1, 80, rapid.ID).Draw(t, "literals")
		s := rapid.StringMatching(`[ab\xc3é.]{0,60}`).Draw(t, "text")
		g := newGrams(literals)
		refused := map[int]bool{}
		for _, id := range g.refused {
			refused[id] = true
		}
		found := map[int32]bool{}
		g.scan(s, func(id int32) bool {
			found[id] = true
			return true
		})
		for id, l := range literals {
			if len(l) >= gramBytes && !refused[id] && found[int32(id)] != strings.Contains(s, l) {
				t.Fatalf("%q in %q: %t", l, s, found[int32(id)])
			}
		}
	})
}

// FuzzGlob holds patterns to the plain meaning of their parts.
func FuzzGlob(f *testing.F) {
	f.Add(`C:\\*\?.exe`, `c:\x\y.EXE`)
	f.Add("a*b*?c", "aXbYc")
	f.Add("*\u017f?", "\u212as\xff")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 40 || len(text) > 200 {
			return
		}
		for _, cased := range []bool{false, true} {
			g := globOf(rule.ParsePattern(pattern).Parts, cased)
			s := text
			if !cased {
				s = fold(text)
			}
			got := g.match(s)
			if want := plainMatch(g, s); got != want {
				t.Fatalf("%q of %q, cased %t: %t, want %t", pattern, text, cased, got, want)
			}
			if fold(s) != fold(text) {
				t.Fatalf("folding %q twice gives another text", text)
			}
			if !got {
				continue
			}
			if a := anchorOf(0, g); a.kind == anchorContains && !strings.Contains(fold(s), a.text) || a.kind == anchorExact && fold(s) != a.text {
				t.Fatalf("%q matches %q without its anchor %+v", pattern, text, a)
			}
		}
	})
}

// plainMatch tries everything: a table over parts and places.
func plainMatch(g glob, s string) bool {
	at := map[int]bool{0: true}
	for _, p := range g {
		next := map[int]bool{}
		for i := range at {
			switch {
			case p.wild == '*':
				for n := i; n <= len(s); n++ {
					next[n] = true
				}
			case p.wild == '?' && i < len(s):
				next[i+runeLen(s, i)] = true
			case p.wild == 0 && strings.HasPrefix(s[i:], p.literal):
				next[i+len(p.literal)] = true
			}
		}
		at = next
	}
	return at[len(s)]
}
