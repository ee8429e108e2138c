package lake

import "stormglass/internal/telemetry"

// sorter parts the records of a batch by partition, with memory it keeps.
type sorter struct {
	addition
	runs []run
	used int
}

// run are the records of a batch that belong to one partition.
type run struct {
	partition
	rows []int32
	hour int64 // of time, since 1970; -1 without one
}

func (s *sorter) sort(b *telemetry.Batch, class func(i int) Class) {
	s.used = 0
	last := -1
	for i := range b.Len() {
		t, c := b.Head(i).Occurred, class(i)
		hour := int64(-1)
		if t > 0 {
			hour = int64(t) / hourNanos
		}
		if last < 0 || s.runs[last].hour != hour || s.runs[last].class != c {
			last = s.find(b.Kind, t, hour, c)
		}
		s.runs[last].rows = append(s.runs[last].rows, int32(i))
	}
}

// find gives the run of an hour and class. A batch meets few; one that meets many costs a walk for
// each change.
func (s *sorter) find(k telemetry.Kind, t telemetry.Instant, hour int64, c Class) int {
	for i := range s.used {
		if s.runs[i].hour == hour && s.runs[i].class == c {
			return i
		}
	}
	if s.used == len(s.runs) {
		s.runs = append(s.runs, run{})
	}
	r := &s.runs[s.used]
	r.partition, r.hour, r.rows = partitionOf(k, t, c), hour, r.rows[:0]
	s.used++
	return s.used - 1
}
