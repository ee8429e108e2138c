package scan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes the tokens of text one by one: class, text, then what else is set.
func show(text string) []string {
	var s Scanner
	s.Reset([]byte(text))
	out := []string{}
	for s.Next() {
		t := s.Token()
		line := t.Class.String() + " " + string(t.Text)
		if t.Class == Addr && t.Addr.String() != string(t.Text) {
			line += " is " + t.Addr.String()
		}
		if t.Class == Prefix {
			line += fmt.Sprintf(" is %s %d", t.Addr, t.Bits)
		}
		if t.Port != 0 {
			line += fmt.Sprintf(" port %d", t.Port)
		}
		if t.Class == URL || t.Class == Email {
			line += " host " + string(t.Text[t.HostStart:t.HostEnd])
		}
		if t.Fanged {
			line += " fanged " + text[t.Start:t.End]
		}
		out = append(out, line)
	}
	return out
}

const (
	md5hex = "d41d8cd98f00b204e9800998ecf8427e"
	sha1   = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
	sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	ja4fp  = "t13d1516h2_8daaf6152771_e5627efa2ab1"
)

// cases: text, then the tokens expected, separated by "; ".
var cases = []struct{ text, want string }{
	// IPv4
	{"192.0.2.1", "addr 192.0.2.1"},
	{"at 192.0.2.1.", "addr 192.0.2.1"},
	{"SRC=192.0.2.1,DST=198.51.100.7;x", "addr 192.0.2.1; addr 198.51.100.7"},
	{`"192.0.2.1"|'198.51.100.7'|<203.0.113.9>|(203.0.113.8)`, "addr 192.0.2.1; addr 198.51.100.7; addr 203.0.113.9; addr 203.0.113.8"},
	{"192.0.2.1:443 x", "addr 192.0.2.1 port 443"},
	{"192.0.2.1:443.", "addr 192.0.2.1 port 443"},
	{"192.0.2.1:70000", "addr 192.0.2.1"},
	{"192.0.2.1: denied", "addr 192.0.2.1"},
	{"IP 192.0.2.1.443 > 198.51.100.7.51514: Flags", "addr 192.0.2.1 port 443; addr 198.51.100.7 port 51514"},
	{"2018.12.15.14.05.43 1.1.1.1.1.1 1.1.1.1.1 1.2.3 .1.3.6.1.4.1.9", ""},
	{"192.0.02.1 256.1.1.1 1.2.3.4.5.6.7 v1.2.3.4 1.2.3.4-beta", ""},
	{"10.0.0.1-10.0.0.5", "addr 10.0.0.1; addr 10.0.0.5"},
	{"pkg-1.2.3.4-5.x86_64", ""},
	{"192.0.2.1%eth0", "addr 192.0.2.1"},
	{"client @0x7f 100.64.1.2#5353 (www", "addr 100.64.1.2 port 5353"},
	{"DIRECT/93.184.216.34 -", "addr 93.184.216.34"},
	{`\n192.0.2.1\t198.51.100.7`, "addr 192.0.2.1; addr 198.51.100.7"},
	// prefixes, Cisco ports
	{"192.0.2.0/24 10.0.0.0/8,", "prefix 192.0.2.0/24 is 192.0.2.0 24; prefix 10.0.0.0/8 is 10.0.0.0 8"},
	{"192.0.2.0/24.", "prefix 192.0.2.0/24 is 192.0.2.0 24"},
	{"outside:192.0.2.1/443 inside:10.0.0.1(51000)", "addr 192.0.2.1 port 443; addr 10.0.0.1 port 51000"},
	{"192.0.2.1(0) 192.0.2.1(12x) 192.0.2.1/70000", "addr 192.0.2.1; addr 192.0.2.1; addr 192.0.2.1"},
	{"192.0.2.1/24/x 192.0.2.1/path /a/192.0.2.1/24", "addr 192.0.2.1; addr 192.0.2.1; addr 192.0.2.1"},
	{"10.0.0.0/255.255.255.0", "addr 10.0.0.0; addr 255.255.255.0"},
	{"2001:db8::/32", "prefix 2001:db8::/32 is 2001:db8:: 32"},
	{"::/0", "prefix ::/0 is :: 0"},
	{"2001:db8::1/128", "prefix 2001:db8::1/128 is 2001:db8::1 128"},
	{"2001:db8::1/443", "addr 2001:db8::1 port 443"},
	{"::ffff:192.0.2.0/120", "prefix ::ffff:192.0.2.0/120 is 192.0.2.0 24"},
	// IPv6
	{"from 2001:db8::1 to", "addr 2001:db8::1"},
	{"2001:DB8:0:0:0:0:0:1", "addr 2001:DB8:0:0:0:0:0:1 is 2001:db8::1"},
	{"[2001:db8::1]:443", "addr 2001:db8::1 port 443"},
	{"[fe80::1%eth0]:22", "addr fe80::1 port 22"},
	{"fe80::1%eth0.100 up", "addr fe80::1"},
	{"::ffff:192.0.2.1", "addr ::ffff:192.0.2.1 is 192.0.2.1"},
	{"::ffff:192.0.2.1:80", "addr ::ffff:192.0.2.1 is 192.0.2.1 port 80"},
	{"src:2001:db8::1: denied 2001:db8::2, ::1", "addr 2001:db8::1; addr 2001:db8::2; addr ::1"},
	{"2001:db8::1.443 >", "addr 2001:db8::1 port 443"},
	{"2001:db8:1:2:3:4:5:6:443", "addr 2001:db8:1:2:3:4:5:6 port 443"},
	{"2001:db8::1:eth0", "addr 2001:db8::1"},
	{"12:34:56 2024-11-21T10:15:20.123 00:11:22:33:44:55 00:11:22:33:44:55:66:77 :: a::", "addr a::"},
	{"serial AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99", ""},
	{"std::string Foo::Bar Foo::abc x:y:z 1:2:3", ""},
	{"12345::1 1::2::3", ""},
	// domains
	{"www.example.com.", "domain www.example.com"},
	{"(www.example.com): query", "domain www.example.com"},
	{"host=Example.COM,x", "domain Example.COM"},
	{"_dmarc.example.com a_b.example", "domain _dmarc.example.com; domain a_b.example"},
	{"example.com:8443 example.com:x example.com:10:20", "domain example.com port 8443; domain example.com; domain example.com"},
	{"*.example.com .example.org", "domain example.com; domain example.org"},
	{"xn--mnchen-3ya.de a.xn--p1ai", "domain xn--mnchen-3ya.de; domain a.xn--p1ai"},
	{"setup.exe report.doc index.html a.JS", ""},
	{"evil.zip foo.py", "domain evil.zip; domain foo.py"},
	{"e.g. i.e. U.S. 3.14 a.b1 foo.1x localhost", ""},
	{"wait...example.com", "domain example.com"},
	{"-example.com- example.com-", "domain example.com; domain example.com"},
	{"a..b..c", ""},
	{"u=%2F%2Fevil.com%2F", "domain evil.com"},
	{"münchen.de пример.рф 例子.中国", "domain münchen.de; domain пример.рф; domain 例子.中国"},
	{"访问evil.com查看 192.0.2.1。", "domain evil.com; addr 192.0.2.1"},
	{"“evil.com” evil.com\u00a0x", "domain evil.com; domain evil.com"},
	{strings.Repeat("x", 64) + ".com", ""},
	{strings.Repeat("a.", 130) + "com", ""},
	// URLs
	{"GET http://cdn.example.com/p/f.js?x=1 -", "url http://cdn.example.com/p/f.js?x=1 host cdn.example.com"},
	{"(see https://example.com/a_(b)).", "url https://example.com/a_(b) host example.com"},
	{`<a href="http://example.com/x">`, "url http://example.com/x host example.com"},
	{"http://u:p@example.com:8080/", "url http://u:p@example.com:8080/ port 8080 host example.com"},
	{"http://[2001:db8::1]:81/x", "url http://[2001:db8::1]:81/x port 81 host 2001:db8::1"},
	{"http://192.0.2.1/24", "url http://192.0.2.1/24 host 192.0.2.1"},
	{"url:http://example.com, tcp://192.0.2.1:9;", "url http://example.com host example.com; url tcp://192.0.2.1:9 port 9 host 192.0.2.1"},
	{"http:// http://, foo://example.com/x", "domain example.com"},
	{"http://example.com\u00a0x http://example.com/ä“y", "url http://example.com host example.com; url http://example.com/ä host example.com"},
	{`{"u":"http:\/\/example.com\/x"}`, `url http://example.com/x host example.com fanged http:\/\/example.com\/x`},
	{`\nhttp://example.com/`, "url http://example.com/ host example.com"},
	{"http://example.com?q=1 http://example.com|x", "url http://example.com?q=1 host example.com; url http://example.com host example.com"},
	// hashes, JA4
	{"sha256=" + sha256 + " md5:" + md5hex, "hash " + sha256 + "; hash " + md5hex},
	{sha1 + "," + strings.Repeat("ab", 64), "hash " + sha1 + "; hash " + strings.Repeat("ab", 64)},
	{sha256 + "0 x" + md5hex + " " + md5hex[:31] + " " + strings.Repeat("a", 96), ""},
	{md5hex + ".exe /q/" + sha256 + "_x", "hash " + md5hex + "; hash " + sha256},
	{"d41d8cd9-8f00-b204-e980-0998ecf8427e", ""},
	{"ja4=" + ja4fp, "ja4 " + ja4fp},
	// e-mail
	{"<bob@example.com>", "email bob@example.com host example.com"},
	{"from=John.Doe+tag@mail.example.com,", "email John.Doe+tag@mail.example.com host mail.example.com"},
	{"sip:user@example.com:5060 [user1@isp.example/<via", "email user@example.com host example.com; email user1@isp.example host isp.example"},
	{"john.doe@pc1 root@192.0.2.1 @example.com", "addr 192.0.2.1; domain example.com"},
	{"a@münchen.de", "email a@münchen.de host münchen.de"},
	// defanged
	{"evil[.]com", "domain evil.com fanged evil[.]com"},
	{"x evil(.)example{.}com, y", "domain evil.example.com fanged evil(.)example{.}com"},
	{"evil[dot]com evil(DOT)com", "domain evil.com fanged evil[dot]com; domain evil.com fanged evil(DOT)com"},
	{"evil[.com/ evil[.com] evil.]com", "domain evil.com fanged evil[.com; domain evil.com fanged evil[.com]; domain evil.com fanged evil.]com"},
	{"fpw.[com].my", "domain fpw.com.my fanged fpw.[com].my"},
	{`evil\.com [[[.]]]x a[[[.]]]com`, `domain evil.com fanged evil\.com; domain a.com fanged a[[[.]]]com`},
	{"192[.]0[.]2[.]1:443 192.0.2[.]0/24", "addr 192.0.2.1 port 443 fanged 192[.]0[.]2[.]1; prefix 192.0.2.0/24 is 192.0.2.0 24 fanged 192.0.2[.]0/24"},
	{"hxxp://evil.com/x.", "url http://evil.com/x host evil.com fanged hxxp://evil.com/x"},
	{"hXXps[:]//evil[.]com/a[.]php?b=1 z", "url https://evil.com/a.php?b=1 host evil.com fanged hXXps[:]//evil[.]com/a[.]php?b=1"},
	{"http://evil[.]com/x", "url http://evil.com/x host evil.com fanged http://evil[.]com/x"},
	{"h__p://evil.com/ hzzzp://evil.com/ h00p://evil.com h**p://evil.com", "url http://evil.com/ host evil.com fanged h__p://evil.com/; url http://evil.com/ host evil.com fanged hzzzp://evil.com/; url http://evil.com host evil.com fanged h00p://evil.com; url http://evil.com host evil.com fanged h**p://evil.com"},
	{`http:\\evil.com http[:]//evil.com http[://]evil.com http:__evil.com`, `url http://evil.com host evil.com fanged http:\\evil.com; url http://evil.com host evil.com fanged http[:]//evil.com; url http://evil.com host evil.com fanged http[://]evil.com; url http://evil.com host evil.com fanged http:__evil.com`},
	{"fxp://evil.com ftx://evil.com", "url ftp://evil.com host evil.com fanged fxp://evil.com; url ftp://evil.com host evil.com fanged ftx://evil.com"},
	{"bob[@]evil[.]com bob@evil[.]com bob[at]evil.com", "email bob@evil.com host evil.com fanged bob[@]evil[.]com; email bob@evil.com host evil.com fanged bob@evil[.]com; email bob@evil.com host evil.com fanged bob[at]evil.com"},
	{"2001[:]db8::1", "addr 2001:db8::1 fanged 2001[:]db8::1"},
	{"evil。com", "domain evil.com fanged evil。com"},
	{"named[812]: foo(bar) x[at] a[.] b[d] c{dot}", ""},
	{`C:\Users\bob\evil.com`, "domain evil.com"},
	{"", ""},
}

func TestTokens(t *testing.T) {
	for _, c := range cases {
		want := []string{}
		if c.want != "" {
			want = strings.Split(c.want, "; ")
		}
		if diff := cmp.Diff(want, show(c.text)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.text, diff)
		}
	}
}
