package dnswire_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"stormglass/internal/telemetry/dnswire"
)

// reply packs a made-up response to a question of type A.
func reply(t testing.TB, answers ...string) []byte {
	t.Helper()
	m := new(dns.Msg)
	m.SetQuestion("www.example.com.", dns.TypeA)
	m.Id, m.Response, m.Compress = 7, true, true
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

func TestUnpack(t *testing.T) {
	var m dnswire.Message
	b := reply(t, "www.example.com. 60 IN CNAME edge.example.net.", "edge.example.net. 60 IN A 192.0.2.1", "edge.example.net. 60 IN AAAA 2001:db8::1",
		`edge.example.net. 60 IN TXT "hello there" "x"`, "edge.example.net. 60 IN HINFO a b")
	if err := m.Unpack(b); err != nil {
		t.Fatal(err)
	}
	want := dnswire.Message{
		ID: 7, Response: true, Query: "www.example.com", QType: dns.TypeA, Owner: "www.example.com", Dropped: 1,
		Answers: []string{"edge.example.net", "192.0.2.1", "2001:db8::1", "TXT 11 hello there TXT 1 x"},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for n := range b {
		err := m.Unpack(b[:n])
		switch {
		case err == nil:
			t.Errorf("%d of %d octets are a message", n, len(b))
		case n < 12 && !errors.Is(err, dnswire.ErrHeader), n >= 33 && (!errors.Is(err, dnswire.ErrAnswer) || m.Query != "www.example.com"):
			t.Errorf("%d octets: %v", n, err)
		}
	}
}

// TestLoop has a name that points to itself.
func TestLoop(t *testing.T) {
	b := append(reply(t)[:12], 0xc0, 12, 0, 1, 0, 1)
	var m dnswire.Message
	if err := m.Unpack(b); !errors.Is(err, dnswire.ErrQuestion) {
		t.Errorf("%v: %+v", err, m)
	}
	if dnswire.Clear(b) {
		t.Error("clear")
	}
}

func TestName(t *testing.T) {
	for name, want := range map[string]string{
		"www.example.com.": "www.example.com", ".": "", `a\.b.example.`: `a\.b.example`, `a\032b.example.`: "a b.example", `\001\255.x.`: `\x01\xff.x`,
		`caf\195\169.example.`: "café.example", `a\\b.`: `a\\b`, `a\@b.`: "a@b", `end\.`: `end\.`,
	} {
		if got := dnswire.Name(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestClear(t *testing.T) {
	good := reply(t, "www.example.com. 60 IN A 192.0.2.1")
	if !dnswire.Clear(good) {
		t.Error("a message is not clear")
	}
	for i, bad := range [][]byte{good[:len(good)-1], append(slices.Clone(good), 0), []byte(strings.Repeat("x", 60)), make([]byte, 40), nil} {
		if dnswire.Clear(bad) {
			t.Errorf("%d is clear", i)
		}
	}
}

// FuzzUnpack holds the reading against the library's own: whatever that unpacks has the same question, and what is
// clear is unpacked without an error.
func FuzzUnpack(f *testing.F) {
	f.Add(reply(f))
	f.Add(reply(f, "www.example.com. 60 IN A 192.0.2.1", `www.example.com. 60 IN TXT "a" "b"`))
	f.Add(reply(f, "www.example.com. 60 IN MX 10 mail.example.", "www.example.com. 60 IN HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m dnswire.Message
		err := m.Unpack(b)
		if len(m.Answers) > 256*64 {
			t.Fatalf("%d answers", len(m.Answers))
		}
		if strings.HasSuffix(m.Query, ".") && !strings.HasSuffix(m.Query, `\.`) {
			t.Fatalf("name %q", m.Query)
		}
		if dnswire.Clear(b) && (m.Query == "" && m.Further > 0 || errors.Is(err, dnswire.ErrQuestion) || errors.Is(err, dnswire.ErrHeader)) {
			t.Fatalf("clear, and %v", err)
		}
		var whole dns.Msg
		if whole.Unpack(b) != nil || len(whole.Question) == 0 || len(whole.Question) > 64 {
			return
		}
		for _, q := range whole.Question {
			if q.Qclass == 0 { // the library takes a question that is cut off
				return
			}
		}
		if errors.Is(err, dnswire.ErrQuestion) || m.Query != dnswire.Name(whole.Question[0].Name) || m.QType != whole.Question[0].Qtype || m.ID != whole.Id {
			t.Fatalf("%v: %+v\n%v", err, m, whole.Question)
		}
	})
}
