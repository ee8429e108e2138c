package telemetry

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkDull holds that the full look at a dull word finds nothing, wherever in a text a word begins.
func checkDull(t interface{ Fatalf(string, ...any) }, s string) {
	for i := range len(s) {
		if !isLetter(s[i]) && s[i] != '_' || i > 0 && s[i-1] == '\\' {
			continue
		}
		end, ok := dull.word(s, i)
		if !ok {
			continue
		}
		full := redactor{s: s}
		got := full.wordInFull(i)
		quick := redactor{s: s}
		want := max(quick.hostLogin(i, end), end)
		quick.line.prevStart, quick.line.prevEnd = i, end
		for want < got { // over a number that the name says is nobody's
			want = quick.step(want)
		}
		if got != want || full.line != quick.line || !cmp.Equal(full.spans, quick.spans, cmp.AllowUnexported(span{})) {
			t.Fatalf("%q at %d: dull %q to %d, in full to %d, %+v %+v", s, i, s[i:end], want, got, full.line, full.spans)
		}
	}
}

func TestDullWordsAreDull(t *testing.T) {
	texts := append([]string{}, plainTexts...)
	for _, tt := range secretTexts {
		texts = append(texts, planted(tt.in, "Sw0rdfish"))
	}
	for _, tt := range numberTexts {
		texts = append(texts, tt.in)
	}
	texts = append(texts, "a_number=4915112345678", "bPartyId: 12345678", "aNo=12345678", "b_x_address=12345678", "x.k_i=abcdef0123", "x.t_el=12345678", "m_dn12345678x", "session001010123456789_x",
		"a.x001010123456789-b", "count\",\"value\":123456789012345", "bytes:1_x@h.example/", "seq=12-345678-901234-5 x", strings.Repeat("x", 62)+"_ki=abcdef0123")
	for _, s := range texts {
		checkDull(t, s)
	}
	var words []string
	for _, set := range []map[string]bool{fillers, snmpFillers, communityFillers, notSecrets, nothings, routing, keyOwners, callers, counted, counters, asked, schemes, noLogin} {
		for w := range set {
			words = append(words, w)
		}
	}
	for w := range nameWords {
		words = append(words, w)
	}
	words = append(words, secretEnds[:]...)
	words = append(words, "a", "b", "snmp-server", "host", "sshpass", "mysqldump", "redis-cli", "ssh", "PASS", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "v3", "value", "keyword", "x", "PWD", "suci-", "identified")
	digits := []string{"", "1", "12345678", "001010123456789", "4915112345678", "89490200001234567890", "+4915112345678", "12-345678-901234-5", "deadbeef", "ffffffffffffffffffffffffffffffff", "Zq9"}
	after := []string{"=", ":", " ", ": ", " = ", `":"`, "=>", ">", "::", "/", "", ".", "-", "--", "_", `\u003d`, "%3D", "&#61;", "@", "x@h.example/", "\n"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "parts") {
			w := rapid.SampledFrom(words).Draw(t, "word")
			switch rapid.IntRange(0, 5).Draw(t, "case") {
			case 0:
				w = strings.ToUpper(w)
			case 1:
				w = strings.ToUpper(w[:1]) + w[1:]
			case 2:
				if n := rapid.IntRange(0, len(w)).Draw(t, "cut"); n > 0 {
					w = w[:n] + rapid.SampledFrom([]string{"_", "-", ".", "1"}).Draw(t, "in") + w[n:]
				}
			}
			b.WriteString(w)
			b.WriteString(rapid.SampledFrom(after).Draw(t, "after"))
			b.WriteString(rapid.SampledFrom(digits).Draw(t, "digits"))
			b.WriteString(rapid.SampledFrom([]string{"", "", " ", "_", ",", `"`, ".", "Kb"}).Draw(t, "sep"))
		}
		checkDull(t, b.String())
	})
}

func TestDullTableHasRoom(t *testing.T) {
	if dull.states > maxStates {
		t.Errorf("%d states", dull.states)
	}
}

// FuzzDull holds the same for any text.
func FuzzDull(f *testing.F) {
	for i, tt := range secretTexts {
		f.Add(tt.in + " " + plainTexts[i%len(plainTexts)])
	}
	for _, tt := range numberTexts {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 1<<10 {
			checkDull(t, s)
		}
	})
}
