package habit

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Hours tells of accounts that are used in hours of the week in which they were not used in the weeks before.
type Hours struct{}

// The window, and how much must be known of an account: on how many days it was used.
const (
	hoursDays  = 57 // eight weeks, and the day that is told of
	enoughDays = 5
)

// Name implements analyse.Analyser.
func (Hours) Name() string { return "hours" }

// Kinds implements analyse.Analyser.
func (Hours) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindEvent} }

// Bounds implements analyse.Analyser.
func (Hours) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: hoursDays, Keep: true, Values: 4096, Rows: 8 << 20}
}

// Note implements analyse.Analyser. A key is the account, a zero byte and the hour of the day (UTC).
func (Hours) Note(n *analyse.Notes, b *telemetry.Batch) {
	var key, value []byte
	uses(n, b, func(u *use) {
		if !u.line.Network {
			return
		}
		n.Put(u.at, sign, nil)
		if u.expected(n.Registers) {
			return
		}
		s := sight{at: int64(u.at), user: u.user, host: u.host, from: u.from}
		value = s.append(value[:0])
		key = append(append(append(key[:0], u.account...), 0), byte(int64(u.at)%day/int64(time.Hour)))
		n.Put(u.at, key, value)
	})
}

// Extract implements analyse.Analyser. A row is the first use in that hour, and how many there were.
func (Hours) Extract(d *analyse.Day, g *analyse.Group) {
	if len(g.Key) == 0 {
		d.Row(g.Key, nil)
		return
	}
	var first sight
	n := uint64(0)
	for b := range g.Values {
		v := analyse.ValueOf(b)
		s := sightOf(v)
		if !v.OK() {
			continue
		}
		if n == 0 || s.before(&first) {
			first = s
		}
		n++
	}
	if n > 0 {
		d.Row(g.Key, binary.AppendUvarint(first.append(nil), n+g.More))
	}
}

// Judge implements analyse.Analyser.
func (Hours) Judge(w *analyse.Window) error {
	j := clock{window: w}
	if err := w.Each(j.row); err != nil {
		return err
	}
	signed(w, j.signed)
	return j.end()
}

// clock is what is known of one account while its rows come, hour by hour.
type clock struct {
	window  *analyse.Window
	signed  bool
	learned bool

	account string
	days    map[telemetry.Day]uint32 // days before, a bit for each hour with uses
	today   []hourOf
}

type hourOf struct {
	sight
	hour int
	uses uint64
}

func (j *clock) row(key []byte, rows []analyse.Row) error {
	if len(key) == 0 {
		j.signed, j.learned = true, learned(j.window, rows, learnDays)
		return nil
	}
	if !j.learned || len(key) < 3 || key[len(key)-2] != 0 || key[len(key)-1] > 23 {
		return nil
	}
	account, hour := string(key[:len(key)-2]), int(key[len(key)-1])
	if account != j.account {
		if err := j.end(); err != nil {
			return err
		}
		j.account = account
	}
	for _, r := range rows {
		if r.Day != j.window.Day {
			j.days[r.Day] |= 1 << hour
			continue
		}
		v := analyse.ValueOf(r.Value)
		if h := (hourOf{sightOf(v), hour, v.Uint()}); v.OK() {
			j.today = append(j.today, h)
		}
	}
	return nil
}

// end tells of the account whose rows came: of each run of hours that are not its own once.
func (j *clock) end() error {
	today, p := j.today, profile{j.days, j.window.Day}
	j.today, j.days = nil, map[telemetry.Day]uint32{}
	if len(today) == 0 || !p.known() {
		return nil
	}
	today = slices.DeleteFunc(today, func(h hourOf) bool { return p.usual(h.hour) })
	for len(today) > 0 {
		n, uses := 1, today[0].uses
		for n < len(today) && today[n].hour == today[n-1].hour+1 {
			uses += today[n].uses
			n++
		}
		r := today[0].record()
		r.Int("stormglass.hours.hour", int64(today[0].hour))
		r.Text("stormglass.hours.weekday", strings.ToLower(weekday(j.window.Day).String()))
		r.Int("stormglass.hours.length", int64(n))
		r.Int("stormglass.hours.uses", int64(uses))
		r.Int("stormglass.hours.days", int64(len(p.days)))
		r.Time("event.start", telemetry.Instant(today[0].at))
		if err := j.window.Emit(r); err != nil {
			return err
		}
		today = today[n:]
	}
	return nil
}
