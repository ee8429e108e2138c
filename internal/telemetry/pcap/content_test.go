package pcap_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/pcap"
)

// talk is what is said in a conversation: who says it is its first octet, > or <.
func (w *wire) talk(parts ...string) *wire {
	w.open(100, 200)
	up, down := uint32(100), uint32(200)
	for _, p := range parts {
		if p[0] == '>' {
			w.tcp(here, there, "A", up, down, p[1:])
			up += uint32(len(p) - 1)
		} else {
			w.tcp(there, here, "A", down, up, p[1:])
			down += uint32(len(p) - 1)
		}
	}
	return w
}

func briefHTTP(c *capture) string {
	var lines []string
	for i := range c.http {
		h := &c.http[i]
		lines = append(lines, fmt.Sprintf("%s %s %q %s %s %q %d %d %d", h.Src, h.Method, h.URI, h.Host, h.UserAgent, h.UserName, h.Status, int64(h.RequestBytes), int64(h.ResponseBytes)))
	}
	return strings.Join(lines, "\n")
}

func TestHTTP(t *testing.T) {
	const get = "GET /a HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: x\r\n\r\n"
	const one = `192.0.2.10 GET "/a" www.example.com x "" `
	for _, c := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"one request", []string{">" + get, "<HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"}, one + "200 -1 2"},
		{"no answer", []string{">" + get}, one + "0 -1 -1"},
		{"in pieces", []string{">" + get[:3], ">" + get[3:20], ">" + get[20:], "<HTTP/1.", "<1 404 No\n", "<\n"}, one + "404 -1 -1"},
		{"one after the other", []string{">" + get + get, "<HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n", "<0\r\nTrailer: x\r\n\r\nHTTP/1.1 304 Not\r\n\r\n"}, one + "200 -1 -1\n" + one + "304 -1 -1"},
		{"a body that looks like a request", []string{">POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: " + strconv.Itoa(len(get)) + "\r\n\r\n" + get + get, "<HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\nto the end"}, fmt.Sprintf("192.0.2.10 POST %q h  %q 201 %d 0\n", "/b", "", len(get)) + one + "200 -1 -1"},
		{"the head alone", []string{">HEAD /a HTTP/1.1\r\n\r\n" + get, "<HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nHTTP/1.1 500 No\r\n\r\n"}, `192.0.2.10 HEAD "/a"   "" 200 -1 900` + "\n" + one + "500 -1 -1"},
		{"a user", []string{">GET / HTTP/1.0\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n"}, `192.0.2.10 GET "/"   "user" 0 -1 -1`},
		{"what is no text", []string{">GET /\x01\xff HTTP/1.0\r\n\r\n"}, `192.0.2.10 GET "/\\x01\\xff"   "" 0 -1 -1`},
		{"no HTTP after a request", []string{">" + get + "\x00\x01\x02 nothing\r\n\r\n"}, one + "0 -1 -1"},
		{"no HTTP at all", []string{">GETTING on with it\r\n\r\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := laws(t, newWire(t).talk(c.parts...).pcap())
			if diff := cmp.Diff(c.want, briefHTTP(got)); diff != "" {
				t.Errorf("-want +got\n%s\n%s", diff, got.problems)
			}
			if strings.Contains(strings.Join(got.records, "\n"), "secret") {
				t.Error("a password in a record")
			}
		})
	}
}

// recorder notes what is written to a connection.
type recorder struct {
	net.Conn
	mark  string
	mu    *sync.Mutex
	parts *[]string
}

func (r recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	*r.parts = append(*r.parts, r.mark+string(b))
	r.mu.Unlock()
	return r.Conn.Write(b)
}

// shake gives what two ends of TLS say to each other up to a version.
func shake(t *testing.T, version uint16) []string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "www.example.com", Organization: []string{"A, B"}}, DNSNames: []string{"www.example.com"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	var mu sync.Mutex
	one, two := net.Pipe()
	done := make(chan error, 1)
	go func() {
		s := tls.Server(recorder{two, "<", &mu, &parts}, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MaxVersion: version})
		_, err := io.Copy(s, io.LimitReader(s, 5))
		done <- err
	}()
	c := tls.Client(recorder{one, ">", &mu, &parts}, &tls.Config{ServerName: "www.example.com", InsecureSkipVerify: true, MaxVersion: version, NextProtos: []string{"h2"}})
	if _, err := c.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return parts
}

// inPieces cuts what is said into segments of n octets.
func inPieces(parts []string, n int) (all []string) {
	for _, p := range parts {
		for mark, rest := p[:1], p[1:]; rest != ""; {
			m := min(n, len(rest))
			all = append(all, mark+rest[:m])
			rest = rest[m:]
		}
	}
	return all
}

func briefTLS(c *capture) string {
	var lines []string
	for i := range c.tls {
		h := &c.tls[i]
		ja4, _, _ := strings.Cut(h.JA4, "_")
		lines = append(lines, fmt.Sprintf("%s > %s %s %q %s %d %q %v", h.Src, h.Dst, h.ServerName, h.Version, ja4[:min(4, len(ja4))], len(c.prints[i]), h.Subject, answers[h.Established]))
	}
	return strings.Join(lines, "\n")
}

func TestTLS(t *testing.T) {
	old, recent := shake(t, tls.VersionTLS12), shake(t, tls.VersionTLS13)
	const begins = `192.0.2.10 > 198.51.100.20 www.example.com `
	const older, newer = begins + `"TLSv12" t12d 2 "CN=www.example.com,O=A\\, B" answered`, begins + `"TLSv13" t13d 0 "" answered`
	for _, c := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"1.2", old, older},
		{"1.3", recent, newer},
		{"1.2 in pieces", inPieces(old, 7), older},
		{"1.3 octet by octet", inPieces(recent, 1), newer},
		{"after a greeting", append([]string{"<220 mail ESMTP\r\n", ">EHLO me\r\n", "<250 STARTTLS\r\n", ">STARTTLS\r\n", "<220 go\r\n"}, old...), older},
		{"through a proxy", append([]string{">CONNECT www.example.com:443 HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\n"}, recent...), newer},
		{"no answer", old[:1], begins + `"" t12d 0 "" unanswered`},
		{"the server alone", old[1:2], `192.0.2.10 > 198.51.100.20  "TLSv12"  2 "CN=www.example.com,O=A\\, B" unanswered`},
		{"a record that is none", []string{old[0][:9] + strings.Repeat("x", 300)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := laws(t, newWire(t).talk(c.parts...).pcap())
			if diff := cmp.Diff(c.want, briefTLS(got)); diff != "" {
				t.Errorf("-want +got\n%s\n%s", diff, got.problems)
			}
		})
	}
}

// TestOrder sends the segments of a handshake in another order, twice over, and with one of them forged later.
func TestOrder(t *testing.T) {
	parts := inPieces(shake(t, tls.VersionTLS12), 100)
	w := newWire(t).talk(parts...)
	for i := 3; i+2 < len(w.frames); i += 3 {
		w.frames[i].data, w.frames[i+2].data = w.frames[i+2].data, w.frames[i].data
	}
	for i := len(w.frames) - 1; i > 3; i -= 2 {
		w.frames = append(w.frames[:i+1], append([]frame{w.frames[i]}, w.frames[i+1:]...)...)
	}
	got := laws(t, w.pcap())
	if !strings.Contains(briefTLS(got), `www.example.com "TLSv12" t12d 2 "CN=www.example.com,O=A\\, B" answered`) {
		t.Errorf("%s\n%s", briefTLS(got), got.problems)
	}
	w = newWire(t).talk(parts...)
	w.frames = append(w.frames[:5], w.frames[6:]...) // one is missing
	if got := laws(t, w.pcap()); len(got.tls) > 1 || len(got.tls) == 1 && got.tls[0].Established == telemetry.Answered && got.tls[0].ServerName == "" {
		t.Errorf("%s\n%s", briefTLS(got), got.problems)
	}
}

// message packs a made-up DNS message.
func message(t testing.TB, id uint16, name string, response bool, answers ...string) []byte {
	t.Helper()
	m := new(dns.Msg)
	m.SetQuestion(name, dns.TypeA)
	m.Id, m.Response = id, response
	for _, a := range answers {
		rr, err := dns.NewRR(a)
		if err != nil {
			t.Fatal(err)
		}
		m.Answer = append(m.Answer, rr)
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func briefDNS(c *capture) string {
	var lines []string
	for i := range c.dns {
		d := &c.dns[i]
		lines = append(lines, fmt.Sprintf("%s > %s:%d %d %s %s %s %v", d.Src, d.Dst, d.DstPort, d.Proto, d.Query, d.QType, d.RCode, c.answers[i]))
	}
	return strings.Join(lines, "\n")
}

func TestDNS(t *testing.T) {
	const client, server = "192.0.2.10:5000", "192.0.2.53:53"
	ask, reply := message(t, 7, "www.Example.com.", false), message(t, 7, "www.example.com.", true, "www.example.com. 60 IN A 198.51.100.1")
	other := message(t, 8, "other.example.", false)
	framed := func(b []byte) string { return string(append([]byte{byte(len(b) >> 8), byte(len(b))}, b...)) }
	const answered, unanswered = "192.0.2.10 > 192.0.2.53:53 17 www.Example.com A NOERROR [198.51.100.1]", "192.0.2.10 > 192.0.2.53:53 17 other.example A  []"
	for _, c := range []struct {
		name string
		make func(w *wire)
		want string
	}{
		{"a question with its answer", func(w *wire) { w.udp(client, server, ask).udp(server, client, reply) }, answered},
		{"one without", func(w *wire) {
			w.udp(client, server, other).udp(client, server, ask).udp(server, client, reply).pass(40*time.Second).udp(client, server, []byte("no message"))
		}, answered + "\n" + unanswered},
		{"the answer alone", func(w *wire) { w.udp(server, client, reply) }, strings.ToLower(answered[:26]) + " 17 www.example.com A NOERROR [198.51.100.1]"},
		{"an answer to something else", func(w *wire) {
			w.udp(client, server, other).udp(server, client, message(t, 8, "forged.example.", true))
		}, "192.0.2.10 > 192.0.2.53:53 17 forged.example A NOERROR []\n" + unanswered},
		{"asked twice", func(w *wire) { w.udp(client, server, other).udp(client, server, other) }, unanswered + "\n" + unanswered},
		{"asked far too often", func(w *wire) {
			for range 40 {
				w.udp(client, server, ask)
			}
			for range 40 {
				w.udp(server, client, reply)
			}
		}, strings.Repeat(answered+"\n", 16) + strings.TrimSuffix(strings.Repeat(strings.ToLower(answered[:46])+answered[46:]+"\n", 24)+strings.Repeat("192.0.2.10 > 192.0.2.53:53 17 www.Example.com A  []\n", 24), "\n")},
		{"at a port of its own", func(w *wire) { w.udp(client, "192.0.2.53:5300", ask).udp("192.0.2.53:5300", client, reply) }, strings.Replace(answered, ":53 ", ":5300 ", 1)},
		{"to a group", func(w *wire) {
			w.udp("192.0.2.10:5353", "224.0.0.251:5353", ask).udp("192.0.2.53:5353", "224.0.0.251:5353", reply)
		}, "192.0.2.53 > 224.0.0.251:5353 17 www.example.com A NOERROR [198.51.100.1]\n192.0.2.10 > 224.0.0.251:5353 17 www.Example.com A  []"},
		{"over TCP", func(w *wire) {
			a, b := framed(ask), framed(reply)
			w.tcp(client, server, "S", 99, 0, "").tcp(server, client, "SA", 199, 100, "").tcp(client, server, "A", 100, 200, a[:1]).tcp(client, server, "A", 101, 200, a[1:])
			w.tcp(server, client, "A", 200, 100, b+framed(message(t, 9, "more.example.", true)))
		}, strings.Replace(answered, "17", "6", 1) + "\n192.0.2.10 > 192.0.2.53:53 6 more.example A NOERROR []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t)
			c.make(w)
			got := laws(t, w.pcap())
			if diff := cmp.Diff(c.want, briefDNS(got)); diff != "" {
				t.Errorf("-want +got\n%s\n%s", diff, got.problems)
			}
		})
	}
}

// TestContentsAreBounded begins far more records of TLS than may be held, and ends none.
func TestContentsAreBounded(t *testing.T) {
	w := newWire(t)
	part := "\x16\x03\x01\x40\x00\x01" + strings.Repeat("x", 16000)
	for i := range 100 {
		w.tcp(fmt.Sprintf("192.0.2.%d:1000", 1+i), there, "A", 1, 1, part)
	}
	d := pcap.New(nil)
	d.SetMaxHeld(1 << 20)
	got := read(t, d, bytes.NewReader(w.pcap()))
	if !strings.Contains(got.problems, "passed contents of TCP not read: too many at a time 37 ") || len(got.flows) != 100 {
		t.Errorf("%d conversations\n%s", len(got.flows), got.problems)
	}
}
