package lake

import (
	"slices"
	"sync"

	"stormglass/internal/telemetry"
)

// sources numbers the sources of records, in the order in which they are met.
type sources struct {
	mu    sync.RWMutex
	ids   map[telemetry.Source]uint32
	words [][sourceParts]string
}

// number gives the number of a source as it is now: its texts are copied.
func (s *sources) number(src *telemetry.Source) uint32 {
	if src == nil {
		src = new(telemetry.Source)
	}
	s.mu.RLock()
	n, ok := s.ids[*src]
	s.mu.RUnlock()
	if ok {
		return n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.ids[*src]; ok {
		return n
	}
	own := telemetry.Source{Name: string([]byte(src.Name)), ID: src.ID, Sensor: string([]byte(src.Sensor))}
	if s.ids == nil {
		s.ids = make(map[telemetry.Source]uint32)
	}
	n = uint32(len(s.words))
	s.ids[own] = n
	s.words = append(s.words, sourceWords(&own))
	return n
}

func (s *sources) word(n uint32) [sourceParts]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.words[n]
}

// sourceWords gives what the columns of a source say.
func sourceWords(src *telemetry.Source) (w [sourceParts]string) {
	if src.ID != (telemetry.SourceID{}) {
		w[sourceID] = src.ID.String()
	}
	w[sourceName], w[sourceSensor] = src.Name, src.Sensor
	for i := range w {
		if needsEscape(w[i]) {
			w[i] = escape(w[i])
		}
	}
	return w
}

// sensors lists the sensors of rows, sorted.
func (t *table) sensors(rows *sensorSet, word func(uint32) [sourceParts]string) {
	last := ^uint32(0)
	from := t.source()
	if from.blocks == nil && t.n > 0 {
		rows.add(unescape(word(from.same)[sourceSensor]))
	}
	for _, block := range from.blocks {
		for _, n := range block {
			if n != last {
				last = n
				rows.add(unescape(word(n)[sourceSensor]))
			}
		}
	}
}

// sensorSet is a sorted set of names.
type sensorSet []string

func (s *sensorSet) add(name string) {
	if i, ok := slices.BinarySearch(*s, name); !ok {
		*s = slices.Insert(*s, i, name)
	}
}
