package scan

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// laws walks over text and holds every law of tokens against it.
func laws(t interface{ Fatalf(string, ...any) }, text []byte) {
	var s, again Scanner
	s.Reset(text)
	again.Reset(text)
	end := 0
	for s.Next() {
		k := *s.Token()
		if !again.Next() || !cmp.Equal(k, *again.Token(), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })) {
			t.Fatalf("%q: second run gives %+v, want %+v", text, *again.Token(), k)
		}
		if k.Start < end || k.End <= k.Start || k.End > len(text) {
			t.Fatalf("%q: span %d:%d after %d", text, k.Start, k.End, end)
		}
		end = k.End
		if !k.Fanged && !bytes.Equal(k.Text, text[k.Start:k.End]) {
			t.Fatalf("%q: text %q, span %q", text, k.Text, text[k.Start:k.End])
		}
		if len(k.Text) == 0 || k.HostStart < 0 || k.HostEnd < k.HostStart || k.HostEnd > len(k.Text) {
			t.Fatalf("%q: token %+v", text, k)
		}
		switch k.Class {
		case Addr:
			if a, err := netip.ParseAddr(string(k.Text)); err != nil || a.Unmap() != k.Addr {
				t.Fatalf("%q: address %q is %v, not %v (%v)", text, k.Text, a, k.Addr, err)
			}
		case Prefix:
			p, err := netip.ParsePrefix(string(k.Text))
			if err != nil || p.Addr().Unmap() != k.Addr || k.Bits < 0 || k.Bits > k.Addr.BitLen() {
				t.Fatalf("%q: prefix %q is %v, not %v/%d (%v)", text, k.Text, p, k.Addr, k.Bits, err)
			}
		case Hash:
			if _, err := hex.DecodeString(string(k.Text)); err != nil {
				t.Fatalf("%q: hash %q: %v", text, k.Text, err)
			}
		case Domain, URL, Email, JA4:
			if k.Class != JA4 && k.Class != Domain && k.HostEnd == k.HostStart {
				t.Fatalf("%q: no host in %+v", text, k)
			}
		default:
			t.Fatalf("%q: class %d", text, k.Class)
		}
	}
	if again.Next() || s.Next() {
		t.Fatalf("%q: more tokens after the end", text)
	}
}

func TestLaws(t *testing.T) {
	pieces := []string{
		"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "::", "example.com", "http://", "hxxp", "[.]", "(.)", "[:]", "//", "/", "/24", ":443",
		"@", "bob", "é", "。", "中", md5hex, "\\", "\\.", " ", ",", "[com]", ".", "-", "%eth0", "+", "#", "?", "(443)", "\xff", ja4fp, "[", "]", "{", "}",
	}
	rapid.Check(t, func(t *rapid.T) {
		laws(t, []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")))
	})
}

// reference finds addresses and hashes between plain delimiters, slowly and simply.
func reference(text string) []string {
	out := []string{}
	digits := regexp.MustCompile(`^[0-9a-fA-F]+$`)
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(` ,;=|"'<>(){}`, r) }) {
		if a, err := netip.ParseAddr(f); err == nil {
			out = append(out, "addr "+a.Unmap().String())
		} else if n := len(f); digits.MatchString(f) && (n == 32 || n == 40 || n == 64 || n == 128) {
			out = append(out, "hash "+f)
		}
	}
	return out
}

func TestReference(t *testing.T) {
	v4 := rapid.Custom(func(t *rapid.T) string {
		var a [4]byte
		for i := range a {
			a[i] = rapid.Byte().Draw(t, "octet")
		}
		return netip.AddrFrom4(a).String()
	})
	v6 := rapid.Custom(func(t *rapid.T) string {
		var a [16]byte
		for i := range a {
			a[i] = rapid.SampledFrom([]byte{0, 0, 0, 1, 0xfe, 0x20}).Draw(t, "octet")
		}
		a[0] |= 1 // never "::" alone
		return netip.AddrFrom16(a).String()
	})
	word := rapid.OneOf(v4, v6,
		rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,3}){2,3}`),
		rapid.StringMatching(`[0-9a-f]{31,33}|[0-9A-F]{40}|[0-9a-f]{64}|[0-9a-f]{127,129}`),
		rapid.StringMatching(`[0-9]{2}:[0-9]{2}:[0-9]{2}|([0-9a-f]{2}:){5}[0-9a-f]{2}|[a-z]{1,8}`))
	delim := rapid.SampledFrom([]string{" ", ",", ";", "=", "|", `"`, " <", "> ", " (", ") "})
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 8).Draw(t, "words") {
			b.WriteString(word.Draw(t, "word") + delim.Draw(t, "delim"))
		}
		got := []string{}
		var s Scanner
		s.Reset([]byte(b.String()))
		for s.Next() {
			switch k := s.Token(); k.Class {
			case Addr:
				got = append(got, "addr "+k.Addr.String())
			default:
				got = append(got, k.Class.String()+" "+string(k.Text))
			}
		}
		if diff := cmp.Diff(reference(b.String()), got); diff != "" {
			t.Fatalf("%q (-want +got)\n%s", b.String(), diff)
		}
	})
}

func TestAllocs(t *testing.T) {
	text := syslogLines(1<<16, 7)
	text = append(text, "http://[2001:db8::1]:80/x bob@example.com 访问evil.com查看 münchen.de [fe80::1%eth0]:22 12:34:56 12345::1 a.b:c\n"...)
	var s Scanner
	n := testing.AllocsPerRun(5, func() {
		s.Reset(text)
		for s.Next() {
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
	fanged := bytes.Repeat([]byte("hxxp://evil[.]example/x 192[.]0[.]2[.]1 bob[@]evil[dot]com "), 10)
	n = testing.AllocsPerRun(5, func() {
		s.Reset(fanged)
		for s.Next() {
		}
	})
	if n != 0 {
		t.Errorf("%v allocations for defanged text", n)
	}
}

// TestLong: 50 MB without a delimiter are walked over once, in each of the shapes that begin something.
func TestLong(t *testing.T) {
	if testing.Short() {
		t.Skip("long text")
	}
	for _, unit := range []string{"a", "1.", "a:", "[.]a", "http://a/"} {
		text := bytes.Repeat([]byte(unit), (50<<20)/len(unit))
		var s Scanner
		s.Reset(text)
		for s.Next() {
		}
		if cap(s.buf) > 2*maxFanged {
			t.Errorf("%s: a buffer of %d bytes is kept", unit, cap(s.buf))
		}
	}
	word := strings.Repeat("a.", 3000) + "com"
	if got := show(word + " example.com"); len(got) != 1 {
		t.Errorf("long word: %v", got)
	}
	url := "http://example.com/" + strings.Repeat("x", 10000)
	if got := show(url); len(got) != 1 || got[0] != "url "+url+" host example.com" {
		t.Errorf("long URL: %.100v", got)
	}
}

func FuzzScan(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { laws(t, text) })
}

func ExampleScanner() {
	var s Scanner
	s.Reset([]byte("DROP SRC=192.0.2.1:443 host evil[.]example"))
	for s.Next() {
		t := s.Token()
		fmt.Println(t.Class, string(t.Text), t.Port, t.Fanged)
	}
	// Output:
	// addr 192.0.2.1 443 false
	// domain evil.example 0 true
}
