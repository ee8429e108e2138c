package text

import (
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// isLease reports whether the line tells who had an address: such a line is no event, for it would hold who it was.
func (h *header) isLease() bool {
	return lease.Is(h.device.Process, h.device.Code.Text, h.said5424())
}

// said5424 gives the message; what looks like structured data may be one.
func (h *header) said5424() string {
	if strings.HasPrefix(h.device.Data, "[Userbased") {
		return h.device.Data
	}
	return h.body
}

// lease fills the record at place i of the batch of leases.
func (h *header) lease(s *telemetry.Set, i int) {
	b := s.Batch(telemetry.KindAAA)
	e := &b.Event[i]
	if e.Host = h.host; e.Host == "" && h.origin.IsValid() {
		e.Host = addrText(b, h.origin)
	}
	h.times(&e.Head)
	lease.Message(b, i, h.device.Process, h.device.Code.Text, h.said5424())
	if !e.Occurred.Known() {
		s.Undated++
	}
}
