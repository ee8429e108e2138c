package telemetry

import "net/netip"

// Missed tells of records that a sender numbered and that never came. A sender is named as the records that did come name theirs.
type Missed struct {
	Kind     Kind
	Exporter netip.Addr // with Domain; not valid: nobody knows of whom
	Domain   uint32
	From, To Instant // what came before they should have, and what told that they had not; From may be unknown
	// Records is about how many; 0: nobody knows. Below zero so many came late that were taken for lost before.
	Records int64
}

// MaxMissed bounds what a Set tells of senders apart: beyond it all is of nobody.
const MaxMissed = 1024

// Miss notes records that are missing. What is of one sender and hour is told of once.
func (s *Set) Miss(m Missed) {
	n := len(s.Missed)
	if n >= MaxMissed {
		m.Exporter, m.Domain = netip.Addr{}, 0
	}
	if n > 0 && s.Missed[n-1].joins(&m) {
		return
	}
	if n > MaxMissed { // of nobody, and another kind or hour: the last one stands for all
		last := &s.Missed[n-1]
		last.From, last.To, last.Records = min(last.From, m.From), max(last.To, m.To), last.Records+max(m.Records, 0)
		return
	}
	s.Missed = append(s.Missed, m)
}

// joins adds another of the same sender and hour, and reports whether it was one. What came late stays apart from what is lost: it may be
// of what was told of before.
func (m *Missed) joins(o *Missed) bool {
	const hour = 3600 * 1e9
	if m.Kind != o.Kind || m.Exporter != o.Exporter || m.Domain != o.Domain || m.To/hour != o.To/hour || m.Records <= 0 || o.Records <= 0 {
		return false
	}
	if o.From.Known() && (!m.From.Known() || o.From < m.From) {
		m.From = o.From
	}
	m.To, m.Records = max(m.To, o.To), m.Records+o.Records
	return true
}
