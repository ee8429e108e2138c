package text

import (
	"bytes"
	"cmp"
	"net/netip"
	"time"

	"stormglass/internal/telemetry"
)

// Messages makes an event of each syslog message that a socket received (RFC 5424, RFC 3164): the message is
// read as a line of text is, whatever line ends it holds. Where it came from is the pair log.source.address: who sent it, or the
// origin that the message states, and then who sent it is the pair stormglass.log.relay.address, unless both are the same. A sender
// may be a relay, so it names no host; an origin does where the message names none. It serves one goroutine; the zero value is ready.
//
// Syslog has no authentication (RFC 5426, section 5): whoever may send to the port may state any name and any origin. That is
// why the sender is kept too, and who asks whether the device was heard goes by it (register.Speaks). Lists of who may send (allow)
// and TLS with certificates of the senders help.
//
// A message without a time occurred when it was received, and so did one that states a time more than 5 minutes after
// or 7 days before that; then Stated is what it says and Doubt a day.
type Messages struct {
	from   netip.Addr // of the last message
	sender string     // the same as text
	header header     // of the last message
}

var fieldRelay = telemetry.FieldNamed("stormglass.log.relay.address")

// reasonEmpty is why a datagram holds no message.
const reasonEmpty = "syslog datagram without a message"

// How far a message's time is believed, and how wrong the time of receipt may be in its place.
const (
	maxAhead  = telemetry.Instant(5 * time.Minute)
	maxBehind = telemetry.Instant(7 * 24 * time.Hour)
	untimed   = 24 * time.Hour
)

// Decode adds the message in a datagram to a set.
func (m *Messages) Decode(d *telemetry.Datagram, s *telemetry.Set) {
	s.Lines++
	raw := bytes.TrimRight(d.Data, blankEnd)
	if m.sender == "" || m.from != d.From.Addr() {
		m.from = d.From.Addr()
		m.sender = m.from.String()
	}
	if len(raw) == 0 {
		s.Skip(s.Ordinal+1, reasonEmpty, m.sender)
		return
	}
	line := telemetry.View(raw)
	h := &m.header
	h.read(line, d.At.Time())
	if told, is := h.readLease(); is {
		batch, i := s.Append(telemetry.KindAAA)
		h.lease(s, i, &told)
		if e := &batch.Event[i]; e.Host == "" {
			e.Host = m.sender
		}
		received(&batch.Event[i].Head, d.At)
		s.Read++
		return
	}
	batch, i := s.Append(telemetry.KindEvent)
	h.event(batch, i, line, func(note string) { s.Pass(s.Ordinal, note) })
	switch h.origin {
	case netip.Addr{}:
		add(batch, &batch.Event[i].Pairs, fieldSource, m.sender)
	case m.from: // it sent it itself
	default:
		add(batch, &batch.Event[i].Pairs, fieldRelay, m.sender)
	}
	received(&batch.Event[i].Head, d.At)
	if e, is := h.session(s, s.Ordinal); is {
		e.Host = cmp.Or(e.Host, m.sender)
		received(&e.Head, d.At)
	}
	s.Read++
}

// received files a record under when it was received, where its own time is missing or not to be believed.
func received(h *telemetry.Head, at telemetry.Instant) {
	h.Received = at
	switch {
	case !h.Occurred.Known():
		h.Occurred = at
	case h.Occurred > at+maxAhead || h.Occurred < at-maxBehind:
		h.Stated, h.Occurred, h.Doubt = h.Occurred, at, untimed
	}
}
