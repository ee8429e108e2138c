package coverage

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"stormglass/internal/telemetry"
)

// Bounds of what a counter holds: names come from outside.
const (
	MaxSpeakers = 10_000  // further ones are counted as one
	MaxRows     = 100_000 // of about 400 bytes; further ones are not counted, which Cut tells
)

// Counter counts what comes, by speaker, sort and hour. The zero value is ready. It is for one goroutine at a time; counters of several
// are joined by Merge.
type Counter struct {
	rows     map[place]*Row
	speakers map[Speaker]bool
	last     *Row // of the record before, mostly that of the next
	at       place
	cut      uint64

	kinds [telemetry.NumKinds]bool // of the records that stood in the last set (Unread)
	until telemetry.Instant        // the last of their times
}

// place is where a record is counted. Texts are those of the batch until they are kept.
type place struct {
	Speaker
	Sort
	day telemetry.Day
}

const hour = telemetry.Instant(3600 * 1e9)

// Hour gives the number of whole hours since 1970-01-01 UTC.
func Hour(t telemetry.Instant) int { return int(t / hour) }

// Batch counts the records of a batch. What has no time is not counted: nothing can be said of when it was.
func (c *Counter) Batch(b *telemetry.Batch) {
	sensor := ""
	if b.Source != nil {
		sensor = b.Source.Sensor
	}
	switch b.Kind {
	case telemetry.KindFlow:
		for i := range b.Flow {
			f := &b.Flow[i]
			s := Speaker{Exporter: f.Exporter.Unmap().WithZone(""), Domain: f.Domain}
			if !f.Exporter.IsValid() {
				s = Speaker{Sensor: sensor}
			}
			c.record(s, Sort{Kind: b.Kind}, f.Occurred, 1, f.Sampling)
		}
	case telemetry.KindEvent:
		for i := range b.Event {
			c.event(b, &b.Event[i], sensor)
		}
	default:
		for i := range b.Len() {
			c.record(Speaker{Sensor: sensor}, Sort{Kind: b.Kind}, b.Head(i).Occurred, 1, 0)
		}
	}
}

func (c *Counter) event(b *telemetry.Batch, e *telemetry.Event, sensor string) {
	s := Speaker{Host: e.Host}
	if e.Host == "" {
		s = Speaker{Sensor: sensor}
	}
	class := b.ClassOf(e)
	line := lineOf(b, e)
	if line.told {
		class += told
	}
	if e.Host != "" {
		s.From, s.Origin = line.from, line.origin
	}
	c.record(s, Sort{telemetry.KindEvent, class}, e.Occurred, 1, 0)
}

// Unread notes what of a set could not be read, and what it tells to be missing. What could not be read is lost to the kinds, and in the hours, of the records that stand beside it; without any
// with a time, to the kinds of before and the time given.
func (c *Counter) Unread(s *telemetry.Set, sensor string, otherwise telemetry.Instant) {
	for i := range s.Missed {
		c.missed(&s.Missed[i])
	}
	var kinds [telemetry.NumKinds]bool
	first, last, some := telemetry.Instant(0), telemetry.Instant(0), false
	for b := range s.Batches {
		kinds[b.Kind], some = true, true
		for i := range b.Len() {
			if t := b.Head(i).Occurred; t.Known() {
				if first == 0 || t < first {
					first = t
				}
				last = max(last, t)
			}
		}
	}
	if some {
		c.kinds = kinds
	}
	if first != 0 {
		c.until = last
	} else {
		first, last = otherwise, otherwise
		if otherwise == 0 {
			first, last = c.until, c.until
		}
	}
	lost := s.Losses()
	if lost == 0 {
		return
	}
	for k, is := range c.kinds {
		if is {
			c.Lost(telemetry.Kind(k), Speaker{Sensor: sensor}, first, last, lost)
		}
	}
}

// Set counts what a decoder read of one block, and what it could not read. The batches have their source.
func (c *Counter) Set(s *telemetry.Set) {
	sensor := ""
	for b := range s.Batches {
		c.Batch(b)
		if b.Source != nil {
			sensor = b.Source.Sensor
		}
	}
	c.Unread(s, sensor, 0)
}

// record counts n records of an hour.
func (c *Counter) record(s Speaker, of Sort, at telemetry.Instant, n, sampling uint32) {
	if !at.Known() {
		return
	}
	p := place{s, of, at.Day()}
	if c.last == nil || p != c.at {
		row := c.row(p)
		if row == nil {
			c.cut++
			return
		}
		c.last, c.at = row, place{row.Speaker, row.Sort, row.Day}
		if s != row.Speaker { // its name is kept otherwise
			c.at = place{}
			defer func() { c.last = nil }()
		}
	}
	h := Hour(at) % 24
	c.last.Hours[h] = more(c.last.Hours[h], n)
	c.last.Sampling[h] = max(c.last.Sampling[h], sampling)
}

// row gives the row of a place, nil when there is no room for a new one.
func (c *Counter) row(p place) *Row {
	if r, ok := c.rows[p]; ok {
		return r
	}
	if c.rows == nil {
		c.rows, c.speakers = map[place]*Row{}, map[Speaker]bool{}
	}
	p.Speaker = p.kept()
	if !c.speakers[p.Speaker] {
		if len(c.speakers) >= MaxSpeakers {
			p.Speaker = Speaker{}
		}
		c.speakers[p.Speaker] = true
	}
	if r, ok := c.rows[p]; ok {
		return r
	}
	if len(c.rows) >= MaxRows {
		return nil
	}
	r := &Row{Speaker: p.Speaker, Sort: p.Sort, Day: p.day}
	c.rows[p] = r
	return r
}

// Merge adds what another counter counted.
func (c *Counter) Merge(o *Counter) {
	for _, r := range o.rows {
		mine := c.row(place{r.Speaker, r.Sort, r.Day})
		if mine == nil {
			c.cut++
			continue
		}
		mine.Add(r)
	}
	c.cut += o.cut
}

// Empty reports whether it counts nothing.
func (c *Counter) Empty() bool { return len(c.rows) == 0 && c.cut == 0 }

// Clear forgets what was counted, and not what stood in the last set (Unread).
func (c *Counter) Clear() { c.rows, c.speakers, c.last, c.cut = nil, nil, nil, 0 }

// Cut is how many records, at least, were not counted because there were too many devices and days.
func (c *Counter) Cut() uint64 { return c.cut }

// Rows gives what was counted, by day, sort and speaker. The rows are the counter's.
func (c *Counter) Rows() []*Row { return slices.SortedFunc(maps.Values(c.rows), compareRows) }

func compareRows(a, b *Row) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), compareSorts(a.Sort, b.Sort), cmp.Compare(a.Speaker.String(), b.Speaker.String()))
}

// more adds to a count that stays at its largest.
func more(a, b uint32) uint32 { return uint32(min(uint64(a)+uint64(b), math.MaxUint32)) }
