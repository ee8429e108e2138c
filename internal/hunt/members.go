package hunt

import (
	"strings"
	"sync"

	"stormglass/internal/telemetry"
)

// Bounds of what is kept of records that correlations count, so that a finding of them can show a few.
const (
	maxMembers    = 16 << 20 // bytes in all, about; later records are shown by place and time only
	maxMemberText = 200      // bytes of one record
	memberSize    = 320      // of a record without its texts, about
)

// member names a record.
type member struct {
	source  string
	ordinal uint64
}

// members holds short texts, without secrets, of records that correlations count.
type members struct {
	mu   sync.Mutex
	size int
	of   map[member]Sample
}

// add keeps what a sample shows of a record, when there is room.
func (m *members) add(b *telemetry.Batch, h *RuleHit) {
	head := b.Head(h.Record)
	at := member{b.Source.Name, head.Ordinal}
	if !head.Occurred.Known() || m.enough(at) { // what has no time is not correlated
		return
	}
	s := ruleSample(b, h)
	s.Line = cut(s.Line, maxMemberText)
	s.Fields = fieldsWithin(s.Fields, maxMemberText)
	at.source = strings.Clone(at.source)
	s.Source = at.source
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil {
		m.of = map[member]Sample{}
	}
	if _, ok := m.of[at]; !ok {
		m.of[at] = s
		m.size += memberSize + sizeOf(&s)
	}
}

// enough reports whether a record is kept already, by another rule say, or there is no room for it.
func (m *members) enough(at member) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, kept := m.of[at]
	return kept || m.size >= maxMembers
}

// find gives what is kept of a record.
func (m *members) find(source string, ordinal uint64) (Sample, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.of[member{source, ordinal}]
	return s, ok
}

// fieldsWithin gives the first fields whose values fit into so many bytes, the last of them cut.
func fieldsWithin(fields []SampleField, room int) []SampleField {
	for i := range fields {
		if room <= 0 {
			return fields[:i:i]
		}
		fields[i].Value = cut(fields[i].Value, room)
		room -= len(fields[i].Value)
	}
	return fields
}

func sizeOf(s *Sample) int {
	n := len(s.Line) + len(s.Flow) + len(s.Ends.UID)
	for _, f := range s.Fields {
		n += 32 + len(f.Name) + len(f.Value)
	}
	return n
}
