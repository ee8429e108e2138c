package analyse

import (
	"maps"
	"sync"

	"stormglass/internal/telemetry"
)

// Span is what was read of a day, of the kinds that an analyser looks at.
type Span struct {
	First, Last telemetry.Instant
	Records     uint64
}

func (s *Span) join(o Span) {
	if o.Records == 0 {
		return
	}
	if s.Records == 0 || o.First < s.First {
		s.First = o.First
	}
	s.Last = max(s.Last, o.Last)
	s.Records += o.Records
}

// spans are those of the days of one source, by kind.
type spans struct {
	mu      sync.Mutex
	days    [telemetry.NumKinds]map[telemetry.Day]Span
	undated [telemetry.NumKinds]uint64
	beyond  [telemetry.NumKinds]uint64 // records of days that are not told apart
}

// maxSpanDays bounds the days that are told apart of a kind: a record may state any, and each costs a judgement. Eleven years.
const maxSpanDays = 4096

// add looks at the times of a batch.
func (s *spans) add(b *telemetry.Batch) {
	var now Span
	var day telemetry.Day
	var undated uint64
	flush := func() {
		if now.Records > 0 {
			s.day(b.Kind, day, now)
			now = Span{}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Len() {
		at := b.Head(i).Occurred
		if !at.Known() {
			undated++
			continue
		}
		if d := at.Day(); d != day {
			flush()
			day = d
		}
		now.join(Span{at, at, 1})
	}
	flush()
	s.undated[b.Kind] += undated
}

func (s *spans) day(k telemetry.Kind, day telemetry.Day, more Span) {
	days := s.days[k]
	if days == nil {
		days = map[telemetry.Day]Span{}
		s.days[k] = days
	}
	had, ok := days[day]
	if !ok && len(days) >= maxSpanDays {
		s.beyond[k] += more.Records
		return
	}
	had.join(more)
	days[day] = had
}

// take adds what another holds.
func (s *spans) take(o *spans) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range telemetry.NumKinds {
		for day, span := range o.days[k] {
			s.day(k, day, span)
		}
		s.undated[k] += o.undated[k]
		s.beyond[k] += o.beyond[k]
	}
}

// of gives the days of some kinds together, and how many records are of none or of further days.
func (s *spans) of(kinds []telemetry.Kind) (days map[telemetry.Day]Span, undated, beyond uint64) {
	days = map[telemetry.Day]Span{}
	for _, k := range kinds {
		for day, more := range maps.All(s.days[k]) {
			had := days[day]
			had.join(more)
			days[day] = had
		}
		undated += s.undated[k]
		beyond += s.beyond[k]
	}
	return days, undated, beyond
}
