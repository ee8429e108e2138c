package unheard

import (
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// How far from a sign a record of AAA may be and still be of the same work; how far it is another time; within what time AAA servers must
// have told of other devices, so that the feed is known to be whole.
const (
	sameWork  = int64(30 * time.Minute)
	otherTime = int64(time.Hour)
	feedWhole = int64(6 * time.Hour)
	ownTimes  = 3 // slots at other times, to be a device of which AAA servers hear
)

// Judge implements analyse.Analyser. A sign is told of once the time after it was looked at: late in the evening it is by the next day.
func (Accounting) Judge(w *analyse.Window) error {
	j := accounts{window: w}
	if err := w.Each(j.count); err != nil {
		return err
	}
	if !j.any {
		w.NotAssessed("no AAA server tells of devices")
		return nil
	}
	return w.Each(j.row)
}

// accounts holds of how many devices AAA servers told, by slot: of the day before, then of the day that is told of.
type accounts struct {
	window *analyse.Window
	any    bool
	slots  [2 * slots]int32
}

func (j *accounts) count(_ []byte, rows []analyse.Row) error {
	for _, r := range rows {
		x := workedOf(r.Value)
		j.any = j.any || !x.accounted.empty()
		at := int(r.Day-j.window.Day) + 1
		for i := 0; at >= 0 && i < slots; i++ {
			if x.accounted.has(i) {
				j.slots[at*slots+i]++
			}
		}
	}
	return nil
}

// device is one while its rows are looked through. Slots are those of the two days.
type device struct {
	accounted [2 * slots]bool
	elsewhere int   // slots of earlier days
	last      int64 // the last slot before the two days
}

func (j *accounts) row(_ []byte, rows []analyse.Row) error {
	var d device
	var signs []sign
	for _, r := range rows {
		x := workedOf(r.Value)
		at := int(r.Day-j.window.Day) + 1
		for i := range slots {
			if !x.accounted.has(i) {
				continue
			}
			if at >= 0 {
				d.accounted[at*slots+i] = true
				continue
			}
			d.elsewhere++
			d.last = int64(r.Day)*day + int64(i)*slot
		}
		if at >= 0 {
			signs = append(signs, x.signs...)
		}
	}
	from := int64(j.window.Day)*day - sameWork
	var open []sign // that are told of together
	for _, s := range signs {
		if s.at < from || s.at >= from+day || !j.unheard(&d, &s) {
			continue
		}
		if len(open) > 0 && s.at > open[len(open)-1].at+otherTime {
			if err := j.emit(&d, open); err != nil {
				return err
			}
			open = open[:0]
		}
		open = append(open, s)
	}
	if len(open) == 0 {
		return nil
	}
	return j.emit(&d, open)
}

// place gives the slot of a time among those of the two days.
func (j *accounts) place(at int64) int { return int((at - int64(j.window.Day-1)*day) / slot) }

// around gives the first and last slot within some time of another.
func (j *accounts) around(at, within int64) (first, last int) {
	return max(0, j.place(at-within)), min(2*slots-1, j.place(at+within))
}

// unheard reports whether AAA servers told nothing of the device about the time of a sign, and do at other times, and told of others.
func (j *accounts) unheard(d *device, s *sign) bool {
	first, last := j.around(s.at, sameWork)
	for i := first; i <= last; i++ {
		if d.accounted[i] {
			return false
		}
	}
	first, last = j.around(s.at, otherTime)
	times := d.elsewhere
	for i, is := range d.accounted {
		if is && (i < first || i > last) {
			times++
		}
	}
	return times >= ownTimes && j.others(d, s.at, feedWhole) > 0
}

// others counts slots of other devices within some time.
func (j *accounts) others(d *device, at, within int64) (n int) {
	first, last := j.around(at, within)
	for i := first; i <= last; i++ {
		n += int(j.slots[i])
		if d.accounted[i] {
			n--
		}
	}
	return n
}

func (j *accounts) emit(d *device, list []sign) error {
	best := list[0]
	for _, s := range list {
		if s.kind > best.kind {
			best.kind = s.kind
		}
		if best.user == "" {
			best.user = s.user
		}
		if !best.from.IsValid() {
			best.from = s.from
		}
	}
	r := &analyse.Record{At: telemetry.Instant(max(list[0].at, int64(j.window.Day)*day+1)), Host: best.host}
	r.Ends.Src = best.from
	r.Text("user.name", best.user)
	r.Text("stormglass.aaasilent.what", signNames[best.kind])
	r.Int("stormglass.aaasilent.signs", int64(len(list)))
	r.Int("stormglass.aaasilent.others", int64(j.others(d, list[0].at, otherTime)))
	r.Time("stormglass.aaasilent.last", telemetry.Instant(d.before(j, list[0].at)))
	r.Time("event.start", telemetry.Instant(list[0].at))
	r.Time("event.end", telemetry.Instant(list[len(list)-1].at))
	return j.window.Emit(r)
}

// before gives when AAA servers last told of the device before a time; 0 when they did not.
func (d *device) before(j *accounts, at int64) int64 {
	for i := min(2*slots-1, j.place(at)); i >= 0; i-- {
		if d.accounted[i] {
			return int64(j.window.Day-1)*day + int64(i)*slot
		}
	}
	return d.last
}
