package observable

import "testing"

// The forms of stix-taxii.md, section 5, and those of its sources.
func TestRefang(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"hxxp://evil.com/x", "http://evil.com/x"},
		{"hXXps://evil.com", "https://evil.com"},
		{"h__p://evil.com", "http://evil.com"},
		{"hzzzp://evil.com", "http://evil.com"},
		{"h00p://evil.com", "http://evil.com"},
		{"h**p://evil.com", "http://evil.com"},
		{"ftx://evil.com", "ftp://evil.com"},
		{"fxp://evil.com", "ftp://evil.com"},
		{"http:__evil.com", "http://evil.com"},
		{`http:\\evil.com`, "http://evil.com"},
		{`http:\/\/evil.com`, "http://evil.com"},
		{"http[:]//evil.com", "http://evil.com"},
		{"hxxps[://]evil[.]com", "https://evil.com"},
		{"http:[//]evil.com", "http://evil.com"},
		{"http:[/][/]evil.com", "http://evil.com"},
		{"http:// evil.com/x", "http://evil.com/x"},
		{"evil[.]com", "evil.com"},
		{"evil(.)com", "evil.com"},
		{"evil{.}com", "evil.com"},
		{"evil[. .]com", "evil.com"},
		{"evil[dot]com", "evil.com"},
		{"evil(dot)com", "evil.com"},
		{"evil[ DOT ]com", "evil.com"},
		{"evil dot com", "evil.com"},
		{"evil DOT com", "evil.com"},
		{`evil\.com`, "evil.com"},
		{"evil[[[.]]]com", "evil.com"},
		{"evil[[.]com", "evil.com"},
		{"evil[.com", "evil.com"},
		{"evil.]com", "evil.com"},
		{"evil[.com]", "evil.com"},
		{"evil[/]x", "evil/x"},
		{"http://evil,com/x", "http://evil.com/x"},
		{"192,0,2,1", "192.0.2.1"},
		{"bob[at]evil.com", "bob@evil.com"},
		{"bob(at)evil[dot]com", "bob@evil.com"},
		{"bob{@}evil.com", "bob@evil.com"},
		{"bob[@]evil[.]com", "bob@evil.com"},
		{"bob AT evil.com", "bob@evil.com"},
		{"bob at evil dot com", "bob@evil.com"},
		{"bob/AT/evil.com", "bob@evil.com"},
		{"bob [at] evil [dot] com", "bob@evil.com"},
		{"evil [.] com", "evil.com"},
		{"evil[.] com", "evil.com"},
		{"fpw.[com].my", "fpw.com.my"},
		{"evil［.］com", "evil.com"},
		{"evil【．】com", "evil.com"},
		{"evil。com", "evil.com"},
		{"evil．com", "evil.com"},
		{"hxxp：／／evil.com", "http://evil.com"},
		{"bob＠evil.com", "bob@evil.com"},
		{"2001[:]db8[:]:1", "2001:db8::1"},
		{"[:]:1", "::1"},
		{"192[.]0[.]2[.]1[:]443", "192.0.2.1:443"},
		{"see hxxp://evil[.]com and bob[@]evil[.]com.", "see http://evil.com and bob@evil.com."},
		{"the host evil DOT com was", "the host evil.com was"},
	} {
		if got := Refang(c.in); got != c.want {
			t.Errorf("Refang(%q) = %q, want %q", c.in, got, c.want)
		}
		if got := Refang(c.want); got != c.want {
			t.Errorf("Refang(%q) = %q, want it unchanged", c.want, got)
		}
	}
}

func TestRefangLeavesPlainText(t *testing.T) {
	for _, s := range []string{
		"", "example.com", "www.example.com.", "_dmarc.example.com", "münchen.de", "例子。中国",
		"192.0.2.1", "192.0.2.0/24", "2001:db8::1", "[2001:db8::1]:443", "fe80::1%eth0",
		"https://user:pw@example.com:8443/a(b)/c[1]?x[]=1&y={z}#f", "http://[2001:db8::1]/", "HTTP://Example.COM/x",
		"bob@example.com", "John.Doe+x@example.com", "AS64496", "CVE-2023-20198",
		"We use several applications. [To be continued]", "The connection failed at host.example yesterday.",
		"He works (at home) and (dot) nothing.", "meet at noon", "look at example.com", "dot com bubble", "a dot is a point",
		"LOGIN FAILED AT EXAMPLE.COM", "CONNECT THE DOT NOW", "See [1], [2]. [3] and (.NET) or func(.5).",
		`C:\Users\bob\.ssh\config`, "list[:] = x[:]", "${arr[@]} and arr[@]", "one, two, three", "foo,bar", "1,234", "a,b.com",
		"use the http:// prefix", "time 12:34:56", "named[812]: query (cache) {x}", "使用evil.com。然后", "it ends here.[1] Next", "note: __init__",
	} {
		if got := Refang(s); got != s {
			t.Errorf("Refang(%q) = %q, want it unchanged", s, got)
		}
	}
}

func TestDefang(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Of(Addr, "192.0.2.1"), "192[.]0[.]2[.]1"},
		{Of(Addr, "2001:db8::1"), "2001[:]db8::1"},
		{Of(Prefix, "192.0.2.0/24"), "192[.]0[.]2[.]0/24"},
		{Of(Domain, "evil.example"), "evil[.]example"},
		{Of(URL, "https://evil.example/a.php"), "hxxps[:]//evil[.]example/a.php"},
		{Of(Email, "a.b@evil.example"), "a.b[@]evil[.]example"},
		{Of(ASN, "AS64496"), "AS64496"},
	} {
		if got := c.v.Defang(); got != c.want {
			t.Errorf("Defang(%s) = %s, want %s", c.v, got, c.want)
		}
	}
	const in, want = "See http://a.example/x.php, bob@b.example. End.", "See hxxp[:]//a[.]example/x[.]php, bob[@]b[.]example. End."
	if got := Defang(in); got != want || Defang(got) != want || Refang(got) != in {
		t.Errorf("Defang(%q) = %q, back %q", in, got, Refang(got))
	}
}
