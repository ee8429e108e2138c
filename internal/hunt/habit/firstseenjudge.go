package habit

import (
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// maxSources bounds the sources of an account on a day that are compared with each other.
const maxSources = 64

// Judge implements analyse.Analyser.
func (FirstSeen) Judge(w *analyse.Window) error {
	j := sources{window: w}
	if err := w.Each(j.row); err != nil {
		return err
	}
	signed(w, j.signed)
	return j.end()
}

// sources is what is known of one account while its rows come, one source after the other.
type sources struct {
	window  *analyse.Window
	signed  bool
	learned bool

	account string
	known   map[telemetry.Day]bool // days before on which the account was used
	today   []source
}

// source is where an account was used from on the day that is told of.
type source struct {
	sight
	uses  uint64
	fresh bool // never before
	list  []stretch
}

func (j *sources) row(key []byte, rows []analyse.Row) error {
	if len(key) == 0 {
		j.signed, j.learned = true, learned(j.window, rows, learnDays)
		return nil
	}
	account, from, ok := pairOf(key)
	if !ok {
		return nil
	}
	if account != j.account {
		if err := j.end(); err != nil {
			return err
		}
		j.account = account
	}
	for _, r := range rows {
		if r.Day != j.window.Day {
			j.known[r.Day] = true
			continue
		}
		if s, ok := sourceOf(r.Value); ok && len(j.today) < maxSources {
			s.from, s.fresh = from, len(rows) == 1
			j.today = append(j.today, s)
		} else {
			j.window.Dropped(1)
		}
	}
	return nil
}

func sourceOf(row []byte) (s source, ok bool) {
	v := analyse.ValueOf(row)
	s.sight, s.uses = sightOf(v), v.Uint()
	if !v.OK() {
		return s, false
	}
	for len(s.list) < maxStretches {
		begin, length := v.Int(), v.Int()
		if !v.OK() {
			break
		}
		s.list = append(s.list, stretch{begin, begin + length})
	}
	return s, true
}

// end tells of the account whose rows came.
func (j *sources) end() error {
	for i := range j.today {
		if s := &j.today[i]; s.fresh && j.learned {
			if err := j.window.Emit(j.record(s, "pair")); err != nil {
				return err
			}
		}
	}
	err := j.overlap()
	j.today, j.known = j.today[:0], map[telemetry.Day]bool{}
	return err
}

func (j *sources) record(s *source, what string) *analyse.Record {
	r := s.record()
	r.Text("stormglass.firstseen.what", what)
	r.Int("stormglass.firstseen.uses", int64(s.uses))
	r.Int("stormglass.firstseen.days", int64(len(j.known)))
	r.Time("event.start", telemetry.Instant(s.at))
	return r
}

// overlap tells, once a day, that the account was used from two sources at once, one of which at least is neither a jump host nor stated as
// its own.
func (j *sources) overlap() error {
	for i := range j.today {
		for k := range j.today {
			a, b := &j.today[i], &j.today[k]
			if i == k || j.usual(a) || i > k && !j.usual(b) {
				continue
			}
			at, ok := meet(a.list, b.list)
			if !ok {
				continue
			}
			r := j.record(a, "overlap")
			r.At = telemetry.Instant(at)
			r.Text("stormglass.firstseen.other", b.from.String())
			return j.window.Emit(r)
		}
	}
	return nil
}

// usual reports whether people come from there in any case.
func (j *sources) usual(s *source) bool {
	r, at := j.window.Registers, telemetry.Instant(s.at)
	if r == nil {
		return false
	}
	if r.States("jump_hosts") && r.State("jump_hosts", s.from, at) == register.Approved {
		return true
	}
	a, ok := r.Account(s.user, at)
	return ok && len(a.Hosts) > 0 && a.From(s.from)
}

// meet gives the first time that lies in a stretch of both lists.
func meet(a, b []stretch) (at int64, ok bool) {
	for len(a) > 0 && len(b) > 0 {
		if from, to := max(a[0].begin, b[0].begin), min(a[0].end, b[0].end); from <= to {
			return from, true
		}
		if a[0].end < b[0].end {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return 0, false
}
