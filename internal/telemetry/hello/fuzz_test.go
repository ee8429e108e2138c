package hello_test

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry/hello"
)

var (
	ja3Form = regexp.MustCompile(`^[0-9a-f]{32}$`)
	ja4Form = regexp.MustCompile(`^t(13|12|11|10|s3|s2|d1|d2|d3|00)[di][0-9]{4}[0-9a-zA-Z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$`)
)

// FuzzClient parses what may be a client hello: its lists are no longer than the message, its fingerprints have
// their form, those of JA4 do not depend on the order of ciphers, and what was parsed before leaves no trace.
func FuzzClient(f *testing.F) {
	f.Add(clientHello("www.example.com"))
	f.Add(clientHello(""))
	f.Fuzz(func(t *testing.T, body []byte) {
		used := hello.Client{}
		_ = used.Parse(clientHello("before.example"))
		var c hello.Client
		err := c.Parse(body)
		if again := used.Parse(body); (again == nil) != (err == nil) || used.ServerName != c.ServerName || used.JA3() != c.JA3() {
			t.Fatalf("differs when used again: %v, %v\n%s", err, again, cmp.Diff(c, used))
		}
		if n := 2 * (len(c.Ciphers) + len(c.Extensions) + len(c.Groups) + len(c.Signatures) + len(c.Versions)); n > len(body) {
			t.Fatalf("%d octets of %d", n, len(body))
		}
		if err != nil {
			return
		}
		ja4 := c.JA4(hello.OverTCP)
		if !ja3Form.MatchString(c.JA3()) || !ja4Form.MatchString(ja4) && (c.ALPN == "" || !printable(c.ServerName)) {
			t.Fatalf("%s %s", c.JA3(), ja4)
		}
		slices.Reverse(c.Ciphers)
		if got := c.JA4(hello.OverTCP); got != ja4 {
			t.Fatalf("%s is not %s", got, ja4)
		}
		if !printable(c.ServerName) {
			t.Fatalf("name %q", c.ServerName)
		}
	})
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// FuzzServer parses what may be a server hello, and chains of certificates: what a message holds is no longer than it.
func FuzzServer(f *testing.F) {
	f.Add(append(append([]byte{3, 3}, make([]byte, 32)...), 0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4))
	f.Add([]byte{0, 0, 7, 0, 0, 1, 'a', 0, 0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		var s hello.Server
		if err := s.Parse(body); err == nil {
			if s.Version != binary.BigEndian.Uint16(body) || 4*len(s.Extensions) > len(body) || !ja3Form.MatchString(s.JA3S()) {
				t.Fatalf("%+v", s)
			}
		}
		total := 3
		err := hello.Certificates(body, func(der []byte) {
			total += 3 + len(der)
			if !bytes.Contains(body, der) {
				t.Fatal("a certificate from elsewhere")
			}
			_ = hello.Name(der)
		})
		if err == nil && total != len(body) {
			t.Fatalf("%d octets of certificates in %d", total, len(body))
		}
	})
}
