package unheard

import (
	"slices"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Around a restart a count may begin anew, around the time of a loss others' losses are of the same cause, and on a device that loses one
// message in so many the numbers mean nothing.
const (
	aroundRestart = int64(30 * time.Minute)
	aroundLoss    = int64(2 * time.Minute)
	usualLoss     = 20
	maxTold       = 8 // losses of a device and day
)

// Judge implements analyse.Analyser.
func (Sequence) Judge(w *analyse.Window) error {
	j := missing{window: w}
	if err := w.Each(j.row); err != nil {
		return err
	}
	slices.Sort(j.begins)
	slices.Sort(j.ends)
	for i := range j.lossy {
		if err := j.tell(&j.lossy[i]); err != nil {
			return err
		}
	}
	return nil
}

type missing struct {
	window       *analyse.Window
	devices      int // that numbered their messages
	lossy        []lossy
	begins, ends []int64 // of all losses
}

type lossy struct {
	name   string
	losses []loss
	usual  bool
}

func (j *missing) row(_ []byte, rows []analyse.Row) error {
	last := len(rows) - 1
	today, ok := numbersOf(rows[last].Value)
	if rows[last].Day != j.window.Day || !ok || today.wild || len(today.counts) == 0 {
		return nil
	}
	j.devices++
	d := lossy{name: today.name, losses: today.losses}
	days, bad := 0, 0
	var before numbers
	for _, r := range rows[:last] {
		if before, ok = numbersOf(r.Value); ok && len(before.counts)+len(before.losses) > 0 || before.wild {
			days++
			if before.wild || len(before.losses) > 0 {
				bad++
			}
		}
	}
	list, restarts := today.counts, today.restarts
	if last > 0 && j.adjacent(rows[last-1].Day) && len(before.counts) > 0 {
		list = append([]stretch{before.counts[len(before.counts)-1]}, list...)
		restarts = append(slices.Clone(before.restarts), restarts...)
	}
	d.losses = append(d.losses, between(list, restarts)...)
	if len(d.losses) == 0 {
		return nil
	}
	if len(j.lossy) >= maxDevices {
		j.window.Dropped(1)
		return nil
	}
	d.usual = days >= 3 && bad*2 > days || uint64(len(d.losses)*usualLoss) > today.lines
	slices.SortFunc(d.losses, func(a, b loss) int { return int(min(1, max(-1, a.end-b.end))) })
	for _, l := range d.losses {
		j.begins, j.ends = append(j.begins, l.begin), append(j.ends, l.end)
	}
	j.lossy = append(j.lossy, d)
	return nil
}

// adjacent reports whether all days since one are held, so that what is not there was not sent.
func (j *missing) adjacent(since telemetry.Day) bool {
	for d := since; d < j.window.Day; d++ {
		if j.window.Span(d).Records == 0 {
			return false
		}
	}
	return true
}

// between gives what is missing between counts, or that one began anew without a restart.
func between(list []stretch, restarts []int64) (out []loss) {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if b.lo == a.hi+1 || b.lo > a.hi && b.lo-a.hi > farthest && b.lo == b.hi {
			continue
		}
		if b.lo <= a.hi && b.lo+late > a.hi && b.hi > a.hi { // late lines over midnight
			continue
		}
		if slices.ContainsFunc(restarts, func(t int64) bool { return a.end-aroundRestart <= t && t <= b.begin+aroundRestart }) {
			continue
		}
		out = append(out, loss{a.end, b.begin, a.hi, b.lo})
	}
	return out
}

// tell tells of the losses of a device, unless others lost messages at the same time.
func (j *missing) tell(d *lossy) error {
	if d.usual {
		return nil
	}
	told := 0
	for _, l := range d.losses {
		others := max(0, j.during(l)-own(d.losses, l))
		if others > 0 && others*4 >= j.devices-1 {
			continue
		}
		if told++; told > maxTold {
			j.window.Dropped(1)
			continue
		}
		r := &analyse.Record{At: telemetry.Instant(max(l.end, int64(j.window.Day)*day+1)), Host: d.name}
		if l.reset() {
			r.Text("stormglass.sequence.what", "reset")
		} else {
			r.Text("stormglass.sequence.what", "gap")
			r.Int("stormglass.sequence.missing", int64(l.next-l.after-1))
		}
		r.Int("stormglass.sequence.after", int64(l.after))
		r.Int("stormglass.sequence.next", int64(l.next))
		r.Int("stormglass.sequence.others", int64(j.devices-1))
		r.Int("stormglass.sequence.others_lost", int64(others))
		r.Time("event.start", telemetry.Instant(l.begin))
		r.Time("event.end", telemetry.Instant(l.end))
		if err := j.window.Emit(r); err != nil {
			return err
		}
	}
	return nil
}

// during counts the losses of all devices in the time of one.
func (j *missing) during(l loss) int {
	ended, _ := slices.BinarySearch(j.ends, l.begin-aroundLoss)
	begun, _ := slices.BinarySearch(j.begins, l.end+aroundLoss+1)
	return begun - ended
}

// own counts those of one device.
func own(list []loss, l loss) (n int) {
	for _, o := range list {
		if o.end >= l.begin-aroundLoss && o.begin <= l.end+aroundLoss {
			n++
		}
	}
	return n
}
