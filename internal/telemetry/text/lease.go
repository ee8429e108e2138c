package text

import (
	"cmp"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/lease"
)

// noteLease is what an account says of lines that tell who had an address: they are no events, for those would hold who it was.
const noteLease = "lease of an address: kept apart, for subscriber; no rules or indicators are held against it"

// readLease reports whether the line tells who had an address, and reads it.
func (h *header) readLease() (lease.Told, bool) {
	m := lease.Message{Program: h.device.Process, Code: h.device.Code.Text, ID: h.id, Text: h.body}
	if strings.HasPrefix(h.device.Data, "[Userbased") { // what looks like structured data may be the message
		m.Text = h.device.Data + h.body
	}
	if l, device, is := aaa.ISELease(h.rest); is {
		h.host = cmp.Or(device, h.host)
		return lease.Told{Lease: l}, true
	}
	if h.host != "1" {
		return lease.Read(&m)
	}
	host, rest, _ := strings.Cut(h.body, " ") // RFC 5424 but for its time: the version was taken for the host
	m.Text = rest
	t, is := lease.Read(&m)
	if is {
		h.host = host
	}
	return t, is
}

// session adds a lease of one port where the line, which is an event, tells of one session through a translator.
func (h *header) session(s *telemetry.Set, ordinal uint64) (e *telemetry.Event, is bool) {
	block, is := lease.Session(h.device.Code.Text, h.device.Data, h.body)
	if !is {
		return nil, false
	}
	b := s.Batch(telemetry.KindAAA)
	i := b.Append(ordinal)
	h.head(b, i)
	(&lease.Told{Blocks: []lease.Block{block}}).Fill(b, i)
	return &b.Event[i], true
}

// lease fills the record at place i of the batch of leases.
func (h *header) lease(s *telemetry.Set, i int, t *lease.Told) {
	b := s.Batch(telemetry.KindAAA)
	h.head(b, i)
	t.Fill(b, i)
	if !b.Event[i].Occurred.Known() {
		s.Undated++
	}
	s.Pass(b.Head(i).Ordinal, noteLease)
}

// head fills in who wrote the line of a lease, and when.
func (h *header) head(b *telemetry.Batch, i int) {
	e := &b.Event[i]
	if e.Host = h.host; e.Host == "" && h.origin.IsValid() {
		e.Host = addrText(b, h.origin)
	}
	h.times(&e.Head)
}
