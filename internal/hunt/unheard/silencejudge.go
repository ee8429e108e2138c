package unheard

import (
	"fmt"
	"math/bits"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// A device is steady when it wrote in 19 of 20 hours of a week and more. It is silent when nothing came for so many hours: fewer where it
// wrote in 99 of 100.
const (
	steadyDays  = 7
	steadyShare = 0.95
	surelyShare = 0.99
	silentHours = 6
	surelyHours = 3
	looked      = 48 // hours: of the day before and of the day that is told of
)

// steady is a device that wrote to its log every hour. Hours of the two days are counted from the beginning of the first.
type steady struct {
	name       string
	share      float64
	spoke      uint64 // a bit for each of the two days' hours
	flow       uint64
	everFlowed bool
}

// Judge implements analyse.Analyser.
func (Silence) Judge(w *analyse.Window) error {
	j := listening{window: w, held: map[telemetry.Day]bool{}}
	for _, d := range w.Held() {
		j.held[d] = true
	}
	if first := w.Held()[0]; first > w.Day-steadyDays {
		w.Warming(first + steadyDays)
		return nil
	}
	if err := w.Each(j.row); err != nil {
		return err
	}
	j.from, j.to = 0, 24+complete(w)
	if !j.held[w.Day-1] {
		j.from = 24
	}
	if len(j.list) < 2 {
		w.Blind("fewer than two devices write to their logs every hour: a silent one is not told from a silent collector")
		return nil
	}
	j.count()
	for i := range j.list {
		if err := j.device(&j.list[i]); err != nil {
			return err
		}
	}
	return nil
}

// complete gives how many hours of the day that is told of are over, by the last record.
func complete(w *analyse.Window) int {
	last := int64(w.Span(w.Day).Last) % day
	if last%hour > hour*5/6 {
		last += hour
	}
	return int(last / hour)
}

type listening struct {
	window   *analyse.Window
	held     map[telemetry.Day]bool
	list     []steady
	speaking [looked]int
	from, to int // hours that can be told of
}

func (j *listening) row(_ []byte, rows []analyse.Row) error {
	var s steady
	first, spoken, most := telemetry.Day(0), 0, 0
	byDay := map[telemetry.Day]uint32{}
	for _, r := range rows {
		h, ok := heardOf(r.Value)
		if !ok {
			continue
		}
		if h.name != "" {
			s.name = h.name // as it is called now
		}
		if h.log != 0 && first == 0 {
			first = r.Day
			most -= bits.TrailingZeros32(h.log) // it was not there before
		}
		byDay[r.Day] = h.log
		s.everFlowed = s.everFlowed || h.flow != 0
		if at := int(r.Day - j.window.Day + 1); at >= 0 {
			s.spoke |= uint64(h.log) << (24 * at)
			s.flow |= uint64(h.flow) << (24 * at)
		}
	}
	days := 0
	for d := first; first != 0 && d < j.window.Day; d++ {
		if j.held[d] {
			days, most, spoken = days+1, most+24, spoken+bits.OnesCount32(byDay[d])
		}
	}
	if days < steadyDays || float64(spoken) < steadyShare*float64(most) {
		return nil
	}
	if len(j.list) >= maxDevices {
		j.window.Dropped(1)
		return nil
	}
	s.share = float64(spoken) / float64(most)
	j.list = append(j.list, s)
	return nil
}

// count counts the devices that spoke in each hour.
func (j *listening) count() {
	for i := range j.list {
		for h := range looked {
			j.speaking[h] += int(j.list[i].spoke >> h & 1)
		}
	}
	for h := max(24, j.from); h < j.to; h++ {
		if j.speaking[h]*2 < len(j.list) {
			j.window.NotAssessed(fmt.Sprintf("%s: most devices were silent at %02d:00, as if the collector had been", j.window.Day, h-24))
			return
		}
	}
}

// whole reports whether most of the devices spoke in an hour.
func (j *listening) whole(h int) bool { return j.speaking[h] > 0 && j.speaking[h]*2 >= len(j.list) }

// device tells of the silences of a device that last into the day.
func (j *listening) device(s *steady) error {
	need := silentHours
	if s.share >= surelyShare {
		need = surelyHours
	}
	for h := j.from; h < j.to; h++ {
		begin := h
		for h < j.to && s.spoke>>h&1 == 0 && j.whole(h) {
			h++
		}
		if h-begin < need || h <= 24 {
			continue
		}
		if err := j.window.Emit(j.record(s, begin, h)); err != nil {
			return err
		}
	}
	return nil
}

func (j *listening) record(s *steady, begin, end int) *analyse.Record {
	at := func(h int) telemetry.Instant {
		return telemetry.Instant((int64(j.window.Day)-1)*day + int64(h)*hour)
	}
	r := &analyse.Record{At: at(max(begin, 24)), Host: s.name}
	r.Int("stormglass.silence.hours", int64(end-begin))
	r.Text("stormglass.silence.flows", s.flows(begin, end))
	r.Number("stormglass.silence.steady", s.share)
	r.Int("stormglass.silence.others", int64(len(j.list)-1))
	r.Time("event.start", at(begin))
	r.Time("event.end", at(end))
	return r
}

// flows says whether the flows of a device went on: "true", "false", or "unknown" where it exports none that are known as its own.
func (s *steady) flows(begin, end int) string {
	if !s.everFlowed {
		return "unknown"
	}
	mask := (uint64(1)<<(end-begin) - 1) << begin
	if n := bits.OnesCount64(s.flow & mask); n*4 >= (end-begin)*3 {
		return "true"
	}
	return "false"
}
