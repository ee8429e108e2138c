package observable

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	cases := []struct {
		in   string
		kind Kind
		want string
	}{
		{" 192.0.2.1 ", Addr, "192.0.2.1"},
		{"::ffff:192.0.2.1", Addr, "192.0.2.1"},
		{"2001:DB8:0::1", Addr, "2001:db8::1"},
		{"fe80::1%eth0", Addr, "fe80::1"},
		{"[2001:db8::1]", Addr, "2001:db8::1"},
		{"192[.]0[.]2[.]1", Addr, "192.0.2.1"},
		{"192.0.2.77/24", Prefix, "192.0.2.0/24"},
		{"192.0.2.0/255.255.255.0", Prefix, "192.0.2.0/24"},
		{"2001:db8::1/32", Prefix, "2001:db8::/32"},
		{"::ffff:192.0.2.0/120", Prefix, "192.0.2.0/24"},
		{"Example.COM.", Domain, "example.com"},
		{"*.Example.com", Domain, "example.com"},
		{"_dmarc.example.com", Domain, "_dmarc.example.com"},
		{"r3---sn-4g5e.example.com", Domain, "r3---sn-4g5e.example.com"},
		{"münchen.de", Domain, "xn--mnchen-3ya.de"},
		{"XN--MNCHEN-3YA.DE", Domain, "xn--mnchen-3ya.de"},
		{"faß.de", Domain, "xn--fa-hia.de"},
		{"例子。中国", Domain, "xn--fsqu00a.xn--fiqs8s"},
		{"hxxp://Evil[.]Example:80", URL, "http://evil.example/"},
		{"HTTPS://User:Pw@Example.COM:443/A?B=C#frag", URL, "https://User:Pw@example.com/A?B=C"},
		{"http://example.com:8080?x=%zz", URL, "http://example.com:8080/?x=%zz"},
		{"http://[2001:DB8::1]:80/", URL, "http://[2001:db8::1]/"},
		{"http://0177.0.0.1/x", URL, "http://127.0.0.1/x"},
		{"http://2130706433/", URL, "http://127.0.0.1/"},
		{"http://0x7f.1/", URL, "http://127.0.0.1/"},
		{"http://bücher.example/ä", URL, "http://xn--bcher-kva.example/ä"},
		{"http://localhost/", URL, "http://localhost/"},
		{"D41D8CD98F00B204E9800998ECF8427E", MD5, "d41d8cd98f00b204e9800998ecf8427e"},
		{strings.Repeat("A", 40), SHA1, strings.Repeat("a", 40)},
		{strings.Repeat("A", 64), SHA256, strings.Repeat("a", 64)},
		{strings.Repeat("A", 128), SHA512, strings.Repeat("a", 128)},
		{strings.TrimSuffix(strings.Repeat("AB:", 20), ":"), SHA1, strings.Repeat("ab", 20)},
		{"Bob@Example.COM", Email, "bob@example.com"},
		{"mailto:bob[@]example[.]com", Email, "bob@example.com"},
		{"<bob@bücher.example>", Email, "bob@xn--bcher-kva.example"},
		{"as64496", ASN, "AS64496"},
		{"AS1.10", ASN, "AS65546"},
		{"cve-2023-20198", CVE, "CVE-2023-20198"},
		{"T13D1516H2_8daaf6152771_e5627efa2ab1", JA4, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
		{"1:LQU9qZlK+B5F3KDmev6m5PMibrg=", CommunityID, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
	}
	for _, c := range cases {
		got, err := Parse(c.in)
		if err != nil || got != Of(c.kind, c.want) {
			t.Errorf("Parse(%q) = %s %q, %v; want %s %q", c.in, got.Kind(), got, err, c.kind, c.want)
		}
	}
}

func TestParseAs(t *testing.T) {
	cases := []struct {
		kind     Kind
		in, want string
	}{
		{Domain, "LocalHost", "localhost"},
		{Domain, ".example.com", "example.com"},
		{URL, "Evil[.]com/x", "http://evil.com/x"},
		{URL, "//evil.com", "http://evil.com/"},
		{URL, "evil.com:443/x", "https://evil.com/x"},
		{URL, "evil.com:8443/x", "http://evil.com:8443/x"},
		{ASN, "64496", "AS64496"},
		{ASN, "AS 64496", "AS64496"},
		{CVE, "CVE\u20112023\u201120198", "CVE-2023-20198"},
		{JA3, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"},
		{Prefix, "192.0.2.0 255.255.255.0", "192.0.2.0/24"},
		{FileName, `C:\Windows\Temp\Evil.EXE`, "evil.exe"},
		{FileName, "/tmp/x/run[.]sh", "run.sh"},
		{FileName, `C:\dir\.hidden`, ".hidden"},
		{E164, "+49 (0)170 1234-567", "+491701234567"},
		{E164, "0049 170/1234567", "+491701234567"},
		{E164, "491701234567", "+491701234567"},
		{IMSI, "001010123456789", "001010123456789"},
		{IMSI, "001-01-0123456789", "001010123456789"},
		{IMEI, "49-015420-323751-8", "490154203237518"},
		{IMEI, "49015420323751", "49015420323751"},
		{IMEI, "4901542032375101", "4901542032375101"},
		{UserName, ` CORP\Admin `, `corp\admin`},
	}
	for _, c := range cases {
		got, err := ParseAs(c.kind, c.in)
		if err != nil || got != Of(c.kind, c.want) {
			t.Errorf("ParseAs(%s, %q) = %q, %v; want %q", c.kind, c.in, got, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, in := range []string{
		"", " ", "word", "two words", "192.0.2.1:443", "192.0.2.300", "192.0.2.0/33", "1.2.3.4.5", "example.com/path",
		"a..b.com", strings.Repeat("a", 64) + ".com", strings.Repeat("a.", 127) + "com", "x.1", "as 2014", "CVE-2023-1",
		"CVE-1998-12345", "AS4294967296", "http://", "http:///x", "http://exa mple/", "http://a.com:99999/", "http://1.2.3.4.5/", "bob@", "@example.com",
		"4917012345678", "001010123456789", "\xff.com", "a\x00b.com", strings.Repeat("x", 20000), "*.com",
	} {
		if v, err := Parse(in); err == nil {
			t.Errorf("Parse(%.40q) = %s %q, want an error", in, v.Kind(), v)
		}
	}
	for _, c := range []struct {
		kind     Kind
		in, want string
	}{
		{Addr, "192.0.2.1:443", `"192.0.2.1:443": an address with a port; give the address alone`},
		{Addr, "evil", `"evil": not an IPv4 or IPv6 address`},
		{Addr, "192.0.2.0/24", `"192.0.2.0/24": a network prefix, not an address`},
		{Prefix, "192.0.2.1", `"192.0.2.1": an address without a prefix length, such as /24`},
		{Domain, "192.0.2.1", `"192.0.2.1": an address, not a domain name`},
		{Domain, "a b.com", `"a b.com": not a domain name: it holds a space`},
		{SHA1, "abc", `"abc": not 40 hex digits, as sha1 has`},
		{IMEI, "490154203237517", `"49015********17": not an IMEI: the check digit is wrong`},
		{E164, "0170 1234567", `"0170 *****67": not a telephone number with its country code`},
		{Kind(99), "x", `"x": no such kind of value: kind(99)`},
		{FileName, "/tmp/", `"/tmp/": not a file name: the path ends in no name`},
	} {
		_, err := ParseAs(c.kind, c.in)
		var pe *ParseError
		if !errors.As(err, &pe) || err.Error() != c.want {
			t.Errorf("ParseAs(%s, %q): %v, want %s", c.kind, c.in, err, c.want)
		}
	}
	if _, err := Parse("+49 170 1234567"); err == nil || strings.Contains(err.Error(), "1234567") {
		t.Errorf("Parse of a telephone number: %v, want a masked error", err)
	}
	if _, err := Parse("word"); !errors.Is(err, ErrUnrecognised) {
		t.Errorf("Parse(word): %v, want ErrUnrecognised", err)
	}
	if _, err := ParseAs(Addr, "word"); errors.Is(err, ErrUnrecognised) {
		t.Errorf("ParseAs(Addr, word): %v is ErrUnrecognised", err)
	}
}

func TestSplitPort(t *testing.T) {
	for _, c := range []struct {
		in, host string
		port     uint16
		ok       bool
	}{
		{"192.0.2.1:443", "192.0.2.1", 443, true},
		{"[2001:db8::1]:53", "2001:db8::1", 53, true},
		{"example.org:8080", "example.org", 8080, true},
		{"2001:db8::1", "2001:db8::1", 0, false},
		{"[x]:53", "[x]:53", 0, false},
		{"192.0.2.1", "192.0.2.1", 0, false},
		{"192.0.2.1:0", "192.0.2.1:0", 0, false},
		{"192.0.2.1:65536", "192.0.2.1:65536", 0, false},
		{":53", ":53", 0, false},
		{"", "", 0, false},
	} {
		if host, port, ok := SplitPort(c.in); host != c.host || port != c.port || ok != c.ok {
			t.Errorf("SplitPort(%q) = %q %d %v", c.in, host, port, ok)
		}
	}
}

func TestURLKey(t *testing.T) {
	for in, want := range map[string]string{
		"http://u:p@example.com/a@b?c=d": "example.com/a@b?c=d",
		"https://example.com:8443/":      "example.com:8443/",
		"http://[2001:db8::1]/x":         "[2001:db8::1]/x",
	} {
		if got := URLKey(in); got != want {
			t.Errorf("URLKey(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Of(IMSI, "001010123456789"), "00101********89"},
		{Of(E164, "+491701234567"), "+4917******67"},
		{Of(E164, "+1234567"), "+1******"},
		{Of(Domain, "example.com"), "example.com"},
	} {
		if got := Mask(c.v); got != c.want {
			t.Errorf("Mask(%s) = %s, want %s", c.v, got, c.want)
		}
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Info("seen", slog.Any("value", c.v))
		if !strings.Contains(b.String(), "value="+c.want) {
			t.Errorf("logged %s, want value=%s", b.String(), c.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain text, Ünïcode 例子":       "plain text, Ünïcode 例子",
		"a\x1b]8;;x\x07b":              `a\x1b]8;;x\x07b`,
		"a\nb\tc\rd\x7f\x00":           `a\nb\tc\rd\x7f\x00`,
		"c1\u0085\u009bx":              `c1\u0085\u009bx`,
		"bidi\u202egnp.exe":            `bidi\u202egnp.exe`,
		"zero\u200bwidth\ufeff\u2028x": `zero\u200bwidth\ufeff\u2028x`,
		"bad\xff\xc3x":                 `bad\xff\xc3x`,
		"ok \ufffd":                    "ok \ufffd",
		"tag\U000e0041":                `tag\U000e0041`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
	s := strings.Repeat("plain ", 100)
	if n := testing.AllocsPerRun(10, func() { s = Printable(s) }); n != 0 {
		t.Errorf("Printable of plain text allocates %v times", n)
	}
}
