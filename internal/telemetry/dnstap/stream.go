package dnstap

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/dnswire"
)

// flushAt is how many records are handed on at once.
const flushAt = 2048

// The fields of pairs.
var (
	fieldType     = telemetry.FieldNamed("dnstap.type")
	fieldIdentity = telemetry.FieldNamed("dnstap.identity")
	fieldProtocol = telemetry.FieldNamed("dnstap.protocol")
	fieldZone     = telemetry.FieldNamed("dnstap.zone")
	fieldOpcode   = telemetry.FieldNamed("dnstap.opcode")
)

// Stream reads one source.
type Stream struct {
	set      *telemetry.Set
	env      envelope
	msg      message
	dns      dnswire.Message
	waiting  pending
	identity string // of the last frame, kept since it hardly changes
}

// New makes a stream decoder.
func New() *Stream { return &Stream{} }

// Name gives the name of the format.
func (*Stream) Name() string { return "dnstap" }

// Read reads the source to its end and calls flush for every few thousand records. A frame that cannot be read
// is noted in s. An error is that of flush or r, or why what follows cannot be read.
func (d *Stream) Read(ctx context.Context, r io.Reader, s *telemetry.Set, flush func() error) error {
	d.set = s
	d.waiting = pending{by: map[pendingKey]*transaction{}}
	in := newFrames(r)
	var broken error
	for n := 0; ; n++ {
		data, err := in.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				broken = err
			}
			break
		}
		d.frame(data)
		if n%1024 == 1023 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if s.Len() >= flushAt {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := d.unanswered(flush); err != nil {
		return err
	}
	for range in.passed {
		d.lose("dnstap frame is too long", "")
	}
	if broken == nil && in.started && !in.stopped {
		s.Pass(0, "dnstap stream without its end: still being written, or its writer was stopped")
	}
	return broken
}

// unanswered turns the queries that still wait into records.
func (d *Stream) unanswered(flush func() error) error {
	for t := d.waiting.rest(); t != nil; t = d.waiting.rest() {
		d.add(t, nil)
		if d.set.Len() >= flushAt {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// lose notes a frame that gives no record.
func (d *Stream) lose(reason, detail string) {
	d.set.Lines++
	d.set.Skip(d.set.Ordinal+1, reason, detail)
}

func (d *Stream) frame(data []byte) {
	switch {
	case !d.env.decode(data):
		d.lose("dnstap frame is no protocol buffer", "")
	case d.env.kind != typeMessage:
		d.lose("dnstap frame of a type that is not known", "type "+strconv.FormatUint(d.env.kind, 10))
	case !d.msg.decode(d.env.message):
		d.lose("dnstap message is no protocol buffer", "")
	case !d.msg.known():
		d.lose("dnstap message of a type that is not known", "type "+strconv.FormatUint(d.msg.kind, 10))
	default:
		d.message(&d.msg)
	}
}

// message reads the DNS message in a frame. The response is what counts; servers that state the query beside it,
// or put the one in the other's place, are understood.
func (d *Stream) message(m *message) {
	wire := m.responseMsg
	if len(wire) == 0 || m.isQuery() && len(m.queryMsg) > 0 {
		wire = m.queryMsg
	}
	if len(wire) == 0 {
		d.lose("dnstap message without a DNS message", messageTypes[m.kind])
		return
	}
	err := d.dns.Unpack(wire)
	if err != nil && d.dns.Query == "" && !errors.Is(err, dnswire.ErrAnswer) && !errors.Is(err, dnswire.ErrAnswers) {
		d.lose(err.Error(), messageTypes[m.kind])
		return
	}
	t := d.transaction(m)
	if d.dns.Further > 0 {
		d.set.Pass(d.set.Ordinal+1, "questions after the first of a DNS message: not kept")
	}
	if err != nil {
		d.set.Skip(d.set.Ordinal+1, err.Error(), messageTypes[m.kind])
	}
	if m.policy {
		d.set.Pass(d.set.Ordinal+1, "policies of dnstap: not kept")
	}
	if m.isQuery() && !d.dns.Response {
		d.hold(t)
		return
	}
	d.waiting.settle(t.key)
	d.overdue(t.occurred)
	d.add(t, &d.dns)
}

// hold lets a query wait for its response.
func (d *Stream) hold(t *transaction) {
	if !d.waiting.add(t) {
		d.set.Pass(d.set.Ordinal+1, "questions asked again")
	}
	d.overdue(t.occurred)
}

func (d *Stream) overdue(now telemetry.Instant) {
	for t := d.waiting.overdue(now); t != nil; t = d.waiting.overdue(now) {
		d.add(t, nil)
	}
}

// transaction takes from a frame what its record needs.
func (d *Stream) transaction(m *message) *transaction {
	t := &transaction{opcode: d.dns.Opcode}
	t.key = pendingKey{
		kind: (m.kind + 1) / 2, src: addr(m.queryAddr), dst: addr(m.responseAddr), sport: port(m.queryPort), dport: port(m.responsePort),
		id: d.dns.ID, qtype: d.dns.QType, query: d.dns.Query,
	}
	if m.protocol < uint64(len(protocols)) {
		t.proto, t.protocol = protocols[m.protocol].proto, protocols[m.protocol].name
	}
	t.occurred = instant(m.querySec, m.queryNanos)
	if !t.occurred.Known() {
		t.occurred = instant(m.responseSec, m.responseNanos)
	}
	if string(d.env.identity) != d.identity {
		d.identity = string(d.env.identity[:min(len(d.env.identity), 255)])
	}
	t.identity = d.identity
	t.zone = zone(m.queryZone)
	return t
}

// add makes a record of a transaction, with the message that answers it, if one does.
func (d *Stream) add(t *transaction, m *dnswire.Message) {
	b, i := d.set.Append(telemetry.KindDNS)
	d.set.Lines++
	d.set.Read++
	r := &b.DNS[i]
	if r.Occurred = t.occurred; !t.occurred.Known() {
		d.set.Undated++
	}
	r.Src, r.Dst, r.SrcPort, r.DstPort, r.Proto = t.key.src, t.key.dst, t.key.sport, t.key.dport, t.proto
	r.Query, r.QType = t.key.query, dnswire.TypeText(t.key.qtype)
	kind := 2*t.key.kind - 1
	if m != nil && m.Response {
		kind++
		r.RCode = dnswire.RCodeText(m.RCode)
		for _, a := range m.Answers {
			b.AddText(&r.Answers, a)
		}
		if m.Dropped > 0 {
			d.set.Pass(r.Ordinal, "answers of types that hold no address and no name: not kept")
		}
	}
	pair := func(id telemetry.FieldID, text string) {
		if text != "" {
			b.AddPair(&r.Extra, id, text)
		}
	}
	pair(fieldType, messageTypes[kind])
	pair(fieldIdentity, t.identity)
	pair(fieldProtocol, t.protocol)
	pair(fieldZone, t.zone)
	if t.opcode != 0 {
		pair(fieldOpcode, dnswire.OpcodeText(t.opcode))
	}
}

func addr(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a.Unmap()
}

func port(n uint64) uint16 {
	if n > 65535 {
		return 0
	}
	return uint16(n)
}
