package text

import (
	"strings"

	"stormglass/internal/telemetry"
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

// lease fills the record at place i of the batch of leases.
func (h *header) lease(s *telemetry.Set, i int, t *lease.Told) {
	b := s.Batch(telemetry.KindAAA)
	e := &b.Event[i]
	if e.Host = h.host; e.Host == "" && h.origin.IsValid() {
		e.Host = addrText(b, h.origin)
	}
	h.times(&e.Head)
	t.Fill(b, i)
	if !e.Occurred.Known() {
		s.Undated++
	}
	s.Pass(b.Head(i).Ordinal, noteLease)
}
