package habit

import (
	"encoding/binary"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Dormant tells of accounts that were not used for a long time, and then are: on devices of the network and on hosts.
type Dormant struct{}

// How many days without use make an account dormant, and how far back the last use is looked for.
const (
	dormantAfter = 60
	dormantDays  = 91
)

// Name implements analyse.Analyser.
func (Dormant) Name() string { return "dormant" }

// Kinds implements analyse.Analyser.
func (Dormant) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindEvent} }

// Bounds implements analyse.Analyser.
func (Dormant) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: dormantDays, Keep: true, Values: 4096, Rows: 4 << 20}
}

// Note implements analyse.Analyser. A key is the account; a value whether somebody was there (what a clock starts shows nobody), and the use.
func (Dormant) Note(n *analyse.Notes, b *telemetry.Batch) {
	var value []byte
	uses(n, b, func(u *use) {
		n.Put(u.at, sign, nil)
		s := sight{at: int64(u.at), user: u.user, host: u.host, from: u.from}
		present := byte(1)
		if u.line.Via == "cron" {
			present = 0
		}
		value = s.append(append(value[:0], present))
		n.Put(u.at, []byte(u.account), value)
	})
}

// Extract implements analyse.Analyser. A row is when the account was last used, and the first use by somebody, if there was one.
func (Dormant) Extract(d *analyse.Day, g *analyse.Group) {
	if len(g.Key) == 0 {
		d.Row(g.Key, nil)
		return
	}
	var first sight
	in, last, some := false, int64(0), false
	for b := range g.Values {
		v := analyse.ValueOf(b)
		present, s := v.Uint() == 1, sightOf(v)
		if !v.OK() {
			continue
		}
		if present && (!in || s.before(&first)) {
			first, in = s, true
		}
		last, some = max(last, s.at), true
	}
	if !some {
		return
	}
	row := binary.AppendVarint(nil, last)
	if in {
		row = first.append(row)
	}
	d.Row(g.Key, row)
}

// Judge implements analyse.Analyser.
func (Dormant) Judge(w *analyse.Window) error {
	ready, came := false, false
	err := w.Each(func(key []byte, rows []analyse.Row) error {
		if len(key) == 0 {
			ready, came = learned(w, rows, dormantAfter), true
			return nil
		}
		today := rows[len(rows)-1]
		if !ready || today.Day != w.Day || len(rows) > 1 && rows[len(rows)-2].Day > w.Day-dormantAfter {
			return nil
		}
		v := analyse.ValueOf(today.Value)
		v.Int()
		s := sightOf(v)
		if !v.OK() { // nobody was there
			return nil
		}
		if len(rows) > 1 {
			return w.Emit(s.waking(rows[len(rows)-2].Value, w.Day-rows[len(rows)-2].Day))
		}
		if !existed(w, &s) { // it is new: FirstSeen tells of it
			return nil
		}
		return w.Emit(s.waking(nil, dormantDays))
	})
	signed(w, came)
	return err
}

// existed reports whether the register knew the account all that time.
func existed(w *analyse.Window, s *sight) bool {
	if w.Registers == nil {
		return false
	}
	_, ok := w.Registers.Account(s.user, telemetry.Instant(s.at-dormantAfter*day))
	return ok
}

// waking makes the record. Without a row of its last use it was not used as long as is looked back.
func (s *sight) waking(last []byte, days telemetry.Day) *analyse.Record {
	r := s.record()
	r.Int("stormglass.dormant.days", int64(days))
	if v := analyse.ValueOf(last); last != nil {
		if at := v.Int(); v.OK() {
			r.Time("stormglass.dormant.last", telemetry.Instant(at))
		}
	}
	r.Time("event.start", telemetry.Instant(s.at))
	return r
}
