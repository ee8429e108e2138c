package unheard

import (
	"slices"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/logged"
	"stormglass/internal/register"
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

// maxAccounts bounds the accounts that are told apart, of all devices and of one.
const (
	maxAccounts   = 100_000
	maxAccountsOf = 4096
	maxSignsOf    = 16_384 // signs of a device
)

// Judge implements analyse.Analyser. A sign is told of once the time after it was looked at: late in the evening it is by the next day.
func (Accounting) Judge(w *analyse.Window) error {
	j := accounts{window: w, registers: w.Registers, known: map[string]bool{}}
	if j.registers == nil {
		j.registers = &register.Registers{}
	}
	if err := w.Each(j.count); err != nil {
		return err
	}
	if !j.any {
		w.Blind("no AAA server tells of devices")
		return nil
	}
	if err := w.Each(j.row); err != nil {
		return err
	}
	return j.end()
}

// accounts holds how much AAA servers told, by slot: of the day before, then of the day that is told of; and the device whose rows come.
type accounts struct {
	window    *analyse.Window
	any       bool
	registers *register.Registers
	known     map[string]bool // accounts of which AAA servers told
	slots     [2 * slots]int32
	device
}

// device is one while its rows come, account by account. Slots are those of the two days.
type device struct {
	key       string
	accounted [2 * slots]int32            // how many of its accounts
	by        map[string]*[2 * slots]bool // each of them
	elsewhere int                         // slots of earlier days
	last      int64                       // the last of these
	signs     []sign
}

func (j *accounts) count(key []byte, rows []analyse.Row) error {
	for _, r := range rows {
		x, at := workedOf(r.Value), int(r.Day-j.window.Day)+1
		for i := range slots {
			if !x.accounted.has(i) {
				continue
			}
			j.any = true
			if _, account := workerOf(key); account != "" && len(j.known) < maxAccounts {
				j.known[account] = true
			}
			if at >= 0 {
				j.slots[at*slots+i]++
			}
		}
	}
	return nil
}

func (j *accounts) row(key []byte, rows []analyse.Row) error {
	of, account := workerOf(key)
	if of != j.key {
		if err := j.end(); err != nil {
			return err
		}
		j.device = device{key: of, by: map[string]*[2 * slots]bool{}}
	}
	if len(j.by) >= maxAccountsOf {
		j.window.Dropped(1)
		return nil
	}
	mine := &[2 * slots]bool{}
	j.by[account] = mine
	for _, r := range rows {
		x, at := workedOf(r.Value), int(r.Day-j.window.Day)+1
		for i := range slots {
			switch {
			case !x.accounted.has(i):
			case at >= 0:
				mine[at*slots+i] = true
				j.accounted[at*slots+i]++
			default:
				j.elsewhere++
				j.last = max(j.last, int64(r.Day)*day+int64(i)*slot)
			}
		}
		if at >= 0 {
			fit := min(len(x.signs), maxSignsOf-len(j.signs))
			j.signs = append(j.signs, x.signs[:fit]...)
			if left := len(x.signs) - fit; left > 0 {
				j.window.Dropped(uint64(left))
			}
		}
	}
	return nil
}

// end tells of the device whose rows came.
func (j *accounts) end() error {
	slices.SortFunc(j.signs, func(a, b sign) int { return a.compare(&b) })
	from := int64(j.window.Day)*day - sameWork
	var open []sign // that are told of together
	for _, s := range j.signs {
		if s.at < from || s.at >= from+day || !j.unheard(&s) {
			continue
		}
		if len(open) > 0 && s.at > open[len(open)-1].at+otherTime {
			if err := j.emit(open); err != nil {
				return err
			}
			open = open[:0]
		}
		open = append(open, s)
	}
	if len(open) == 0 {
		return nil
	}
	return j.emit(open)
}

// place gives the slot of a time among those of the two days.
func (j *accounts) place(at int64) int { return int((at - int64(j.window.Day-1)*day) / slot) }

// around gives the first and last slot within some time of another.
func (j *accounts) around(at, within int64) (first, last int) {
	return max(0, j.place(at-within)), min(2*slots-1, j.place(at+within))
}

// unheard reports whether AAA servers told nothing of the device about the time of a sign, and do at other times, and told of others. Where
// the sign names an account that AAA servers know, it is of that account that they must have told.
func (j *accounts) unheard(s *sign) bool {
	account := logged.Account(j.registers, s.user, telemetry.Instant(s.at))
	mine := j.by[account]
	named := j.known[account]
	first, last := j.around(s.at, sameWork)
	for i := first; i <= last; i++ {
		if !named && j.accounted[i] > 0 || named && mine != nil && mine[i] {
			return false
		}
	}
	first, last = j.around(s.at, otherTime)
	times := j.elsewhere
	for i, n := range j.accounted {
		if n > 0 && (i < first || i > last) {
			times++
		}
	}
	return times >= ownTimes && j.others(s.at, feedWhole) > 0
}

// others counts slots of accounts on other devices within some time.
func (j *accounts) others(at, within int64) (n int) {
	first, last := j.around(at, within)
	for i := first; i <= last; i++ {
		n += int(j.slots[i] - j.accounted[i])
	}
	return n
}

func (j *accounts) emit(list []sign) error {
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
	r.Int("stormglass.aaasilent.others", int64(j.others(list[0].at, otherTime)))
	r.Time("stormglass.aaasilent.last", telemetry.Instant(j.before(list[0].at)))
	r.Time("event.start", telemetry.Instant(list[0].at))
	r.Time("event.end", telemetry.Instant(list[len(list)-1].at))
	return j.window.Emit(r)
}

// before gives when AAA servers last told of the device before a time; 0 when they did not.
func (j *accounts) before(at int64) int64 {
	for i := min(2*slots-1, j.place(at)); i >= 0; i-- {
		if j.accounted[i] > 0 {
			return int64(j.window.Day-1)*day + int64(i)*slot
		}
	}
	return j.last
}
