package sigma

import (
	"regexp"
	"regexp/syntax"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func wordsOfText(t testing.TB, expression string) []oneWord {
	t.Helper()
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	return wordsOf(re)
}

func TestWordsOf(t *testing.T) {
	for _, x := range []struct {
		expression string
		want       [][]string // "^" before the words: the text begins with one
	}{
		{`^\[(irq|kworker|rcu_)[^ ]*\]`, [][]string{{"^", "[irq", "[rcu_", "[kworker"}}},
		{`(?i)^(do )?copy \S+ (tftp|scp):`, [][]string{{"^", "copy ", "do copy "}, {" scp:", " tftp:"}}},
		{`a[x.]?b +/bin`, [][]string{{" /bin"}, {"ab ", "a.b ", "axb "}}},
		{`(^|; ?)no archive( |$)`, [][]string{{"no archive"}}},
		{`^a|b`, nil},
		{`\d+x?`, nil},
		{`(ab+c)+`, [][]string{{"ab"}, {"bc"}}},
		{`x{2,3}y{0,2}`, nil},
		{`foo|ba.`, [][]string{{"ba", "foo"}}},
		{`foo|.`, nil},
		{"\ufffd\ufffdab", [][]string{}},
		{`KELVIN`, [][]string{{"kelvin"}}},
	} {
		var got [][]string
		for _, w := range wordsOfText(t, x.expression) {
			words := w.words
			if w.begins {
				words = append([]string{"^"}, words...)
			}
			got = append(got, words)
		}
		if len(got)+len(x.want) > 0 && !cmp.Equal(got, x.want) {
			t.Errorf("%s: %s", x.expression, cmp.Diff(x.want, got))
		}
	}
}

// FuzzWordsOf: what an expression is found in meets all its conditions, in either case of letters, and hardly any expression takes long.
func FuzzWordsOf(f *testing.F) {
	for _, x := range [][2]string{
		{`^(do )?copy \S+ (tftp|scp):`, "do copy run tftp:"},
		{`(^|[ :])[S.?][M.?]5[D.?]?[L.?]+ +/(usr/)?s?bin/(x?ip6?tables[a-z-]*|nft)$`, "x S.5.L  /usr/sbin/ip6tables-x"},
		{`(?i)(^ab|cd+e)+`, "ABcdde"},
		{`(a|b|)c{2,}`, "\xffcccc"},
		{`((x+y)+z)+$`, "xxyxyz"},
		{`[kK\x{212a}]elvin|\x{fffd}b`, "\u212aelvin \xffb"},
	} {
		f.Add(x[0], x[1])
	}
	f.Fuzz(func(t *testing.T, expression, text string) {
		if len(expression) > 1000 || len(text) > 1000 {
			return
		}
		re, err := regexp.Compile(expression)
		if err != nil || !re.MatchString(text) {
			return
		}
		for _, w := range wordsOfText(t, expression) {
			if v := (&view{}); !w.holds(v, fold(text)) {
				t.Errorf("%q is found in %q, which lacks each of %q (begins: %v)", expression, text, w.words, w.begins)
			}
			if len(w.words) > maxWords {
				t.Errorf("%q: %d words", expression, len(w.words))
			}
		}
	})
}
