package coverage

import (
	"cmp"
	"slices"
	"time"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// MaxHours bounds the hours of a survey: three years. Of more the last ones are shown.
const MaxHours = 3 * 366 * 24

// maxCells bounds the hours of all lines together, of about 5 bytes each while a survey is taken.
const maxCells = 40 << 20

// Question is what a survey is made of.
type Question struct {
	Rows      []*Row
	Cut       uint64              // records that were not counted (Counter.Cut)
	Registers *register.Registers // nil: nobody stated any
	From, To  time.Time           // zero: from the first hour counted to the last one
	Now       time.Time           // hours after it are of no clock that is right; zero: nobody says
	Sorts     []Sort              // that somebody asks for, beside those that came
	Holes     []Hole              // of what is kept
}

// Hole is days of which records of a kind can no longer be read.
type Hole struct {
	Kind     telemetry.Kind
	From, To telemetry.Day
}

// Survey says what could be seen, by device, sort and hour.
type Survey struct {
	From, To telemetry.Instant // the first hour's begin, the last one's end; zero when nothing was counted
	Hours    int
	Earlier  bool // hours before From were counted too and are left out
	// Registered is how many devices the register states for that time; 0 when there is no register, or none in it: how many devices there
	// are is then not known.
	Registered int
	// Exporters is how many of them it states to send flows.
	Exporters int
	Devices   []*Device // registered ones first, then by name
	Unknown   int       // devices that were heard and are not in the register, those that stand for many counted as one
	Cut       uint64    // records that were not counted, because there were too many devices and days

	lost  map[telemetry.Kind][]uint32 // records by hour and one more, of nobody knows whom
	any   map[telemetry.Kind][]uint32 // records by hour, of anybody
	holes map[telemetry.Kind][]uint32 // hours of which what is kept can no longer be read
}

// Device is a device, or a sensor, with what came of it.
type Device struct {
	Name       string // its id; else as it was named, "unregistered:NAME", "exporter ADDRESS", "sensor NAME"
	Registered bool
	Sensor     bool   // no device: what saw records that name none
	Exports    bool   // the register states an exporter, or it sent flows
	Claim      *Claim // no device: lines in the name of one that another machine sent; else nil
	Unproven   uint64 // records of lines of which nobody can say whether the device sent them: the register states from where for none
	Platform   string
	Role       string
	Lines      []*Line // by sort

	got map[Sort][]uint32 // records by hour
	max map[Sort][]uint32 // sampling
}

// Line gives the line of a sort; nil when there is none.
func (d *Device) Line(s Sort) *Line {
	n, ok := slices.BinarySearchFunc(d.Lines, s, func(l *Line, s Sort) int { return compareSorts(l.Sort, s) })
	if !ok {
		return nil
	}
	return d.Lines[n]
}

// Take answers a question.
func Take(q *Question) *Survey {
	s := &Survey{Cut: q.Cut, lost: map[telemetry.Kind][]uint32{}, any: map[telemetry.Kind][]uint32{}, holes: map[telemetry.Kind][]uint32{}}
	s.window(q)
	b := &builder{survey: s, registers: q.Registers, byName: map[string]*Device{}}
	b.registered()
	if s.Hours > 0 {
		b.rows(q.Rows)
		for _, h := range q.Holes {
			s.hole(h)
		}
	}
	b.lines(q.Sorts)
	for _, c := range s.Claims() {
		c.sum()
	}
	slices.SortFunc(s.Devices, func(x, y *Device) int {
		return cmp.Or(-compareBool(x.Registered, y.Registered), compareBool(x.Sensor, y.Sensor), cmp.Compare(x.Name, y.Name))
	})
	return s
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// window sets the hours of the survey.
func (s *Survey) window(q *Question) {
	first, end := 0, 0 // of hours
	for _, r := range q.Rows {
		for h, n := range r.Hours {
			at := int(r.Day)*24 + h
			if n == 0 || r.Class == lost || !q.Now.IsZero() && at > int(q.Now.Unix()/3600) {
				continue
			}
			if end == 0 || at < first {
				first = at
			}
			end = max(end, at+1)
		}
	}
	if !q.From.IsZero() {
		first = int(q.From.Unix() / 3600)
	}
	if !q.To.IsZero() {
		end = int((q.To.Unix() + 3599) / 3600)
	}
	if end <= first || first <= 0 && q.From.IsZero() {
		return
	}
	if end-first > MaxHours {
		first, s.Earlier = end-MaxHours, true
	}
	s.From, s.To, s.Hours = telemetry.Instant(first)*hour, telemetry.Instant(end)*hour, end-first
}

func (s *Survey) hole(h Hole) {
	for day := max(h.From, s.From.Day()); day <= min(h.To, s.To.Day()); day++ {
		for n := range 24 {
			s.mark(s.holes, h.Kind, int(day)*24+n-Hour(s.From), 1)
		}
	}
}

// mark counts an hour of a kind.
func (s *Survey) mark(of map[telemetry.Kind][]uint32, k telemetry.Kind, h int, n uint32) {
	if h < 0 || h >= s.Hours {
		return
	}
	if of[k] == nil {
		of[k] = make([]uint32, s.Hours)
	}
	of[k][h] = more(of[k][h], n)
}

func at(of []uint32, h int) bool { return h >= 0 && h < len(of) && of[h] > 0 }

// LostHours counts the hours in which records of a kind were lost, could not be read, or can no longer be.
func (s *Survey) LostHours(k telemetry.Kind) (n int) {
	for h := range s.Hours {
		if at(s.lost[k], h) || at(s.holes[k], h) {
			n++
		}
	}
	return n
}

// Losses tells of hours of some days (nil: of all) in which records of a kind came and others were lost of which nobody knows whose they are.
func (s *Survey) Losses(k telemetry.Kind, days *Days) Losses {
	return lossesOf(Hour(s.From), s.any[k], s.lost[k], days)
}

// GapAt reports whether in an hour, counted from the begin, records of a kind were lost, or can no longer be read, or nothing of it came from
// anybody.
func (s *Survey) GapAt(k telemetry.Kind, h int) bool {
	return at(s.lost[k], h) || at(s.holes[k], h) || !at(s.any[k], h)
}

// QuietHours counts the hours in which nothing of a kind came from anybody.
func (s *Survey) QuietHours(k telemetry.Kind) (n int) {
	for h := range s.Hours {
		if !at(s.any[k], h) {
			n++
		}
	}
	return n
}
