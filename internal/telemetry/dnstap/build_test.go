package dnstap_test

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
	"google.golang.org/protobuf/encoding/protowire"
)

// Files are put together by hand, so that the tests do not rest on the code they test.

func frame(data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...)
}

func control(kind uint32, content string) []byte {
	b := binary.BigEndian.AppendUint32(nil, kind)
	if content != "" {
		b = binary.BigEndian.AppendUint32(b, 1)
		b = append(b, frame([]byte(content))...)
	}
	return append([]byte{0, 0, 0, 0}, frame(b)...)
}

var (
	start = control(2, "protobuf:dnstap.Dnstap")
	stop  = control(3, "")
)

func file(frames ...[]byte) []byte {
	b := append([]byte{}, start...)
	for _, f := range frames {
		b = append(b, frame(f)...)
	}
	return append(b, stop...)
}

// tap is one frame; what is zero is left out.
type tap struct {
	kind, protocol    uint64
	src, dst          string
	sport, dport      uint64
	asked, answered   uint64 // seconds
	query, response   []byte
	identity          string
	zone              []byte
	policy, otherType bool
}

func (p tap) bytes() []byte {
	var m []byte
	number := func(n protowire.Number, v uint64) {
		if v != 0 {
			m = protowire.AppendVarint(protowire.AppendTag(m, n, protowire.VarintType), v)
		}
	}
	text := func(n protowire.Number, v []byte) {
		if len(v) > 0 {
			m = protowire.AppendBytes(protowire.AppendTag(m, n, protowire.BytesType), v)
		}
	}
	number(1, p.kind)
	number(2, 1)
	number(3, p.protocol)
	if p.src != "" {
		text(4, netip.MustParseAddr(p.src).AsSlice())
	}
	if p.dst != "" {
		text(5, netip.MustParseAddr(p.dst).AsSlice())
	}
	number(6, p.sport)
	number(7, p.dport)
	number(8, p.asked)
	if p.asked != 0 {
		m = protowire.AppendFixed32(protowire.AppendTag(m, 9, protowire.Fixed32Type), 250_000_000)
	}
	text(10, p.query)
	text(11, p.zone)
	number(12, p.answered)
	if p.answered != 0 {
		m = protowire.AppendFixed32(protowire.AppendTag(m, 13, protowire.Fixed32Type), 500_000_000)
	}
	text(14, p.response)
	if p.policy {
		text(15, []byte{8, 1})
	}
	message := m
	m = nil
	text(1, []byte(p.identity))
	text(2, []byte("made up"))
	text(14, message)
	if p.otherType {
		number(15, 2)
	} else {
		number(15, 1)
	}
	return m
}

// client is a question of a client and what a resolver says to it.
func client(query, response []byte) (tap, tap) {
	base := tap{protocol: 1, src: "192.0.2.10", dst: "192.0.2.53", sport: 40000, dport: 53, asked: 1_700_000_000, identity: "resolver1"}
	q, r := base, base
	q.kind, q.query = 5, query
	r.kind, r.response, r.answered = 6, response, 1_700_000_000
	return q, r
}

func question(t testing.TB, id uint16, name string, qtype uint16) *dns.Msg {
	t.Helper()
	m := new(dns.Msg)
	m.SetQuestion(name, qtype)
	m.Id = id
	return m
}

func pack(t testing.TB, m *dns.Msg) []byte {
	t.Helper()
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func answer(t testing.TB, q *dns.Msg, records ...string) []byte {
	t.Helper()
	m := new(dns.Msg)
	m.SetReply(q)
	m.Compress = true
	for _, text := range records {
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		m.Answer = append(m.Answer, rr)
	}
	return pack(t, m)
}
