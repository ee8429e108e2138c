package habit

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// FirstSeen tells of pairs of an account and a source that were never seen before on devices of the network, and of accounts that are
// used from two sources at once.
type FirstSeen struct{}

// Of the window, so many days are looked back to, and so many must have been learned.
const (
	firstSeenDays = 61
	learnDays     = 14
)

// Name implements analyse.Analyser.
func (FirstSeen) Name() string { return "firstseen" }

// Kinds implements analyse.Analyser.
func (FirstSeen) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindEvent} }

// Bounds implements analyse.Analyser.
func (FirstSeen) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: firstSeenDays, Keep: true, Values: 4096, Rows: 8 << 20}
}

// Note implements analyse.Analyser. A key is the account, a zero byte and the source; a value when its session began, and the use.
func (FirstSeen) Note(n *analyse.Notes, b *telemetry.Batch) {
	var key, value []byte
	uses(n, b, func(u *use) {
		if !u.line.Network || !u.from.IsValid() {
			return
		}
		n.Put(u.at, sign, nil)
		if u.expected(n.Registers) {
			return
		}
		begin := int64(u.at)
		if lasted := int64(u.line.Lasted); u.line.Action == "session-end" && lasted < day {
			begin = max(begin-lasted, begin-begin%day) // of the same day
		}
		s := sight{at: int64(u.at), user: u.user, host: u.host}
		value = s.append(binary.AppendVarint(value[:0], begin))
		from := u.from.As16()
		key = append(append(append(key[:0], u.account...), 0), from[:]...)
		n.Put(u.at, key, value)
	})
}

// stretch is a time in which an account was used from a source without a long pause, in ns since 1970.
type stretch struct{ begin, end int64 }

// Two uses of an account from one source are of one stretch when no longer pause is between them. Of a day so many stretches are kept.
const (
	pause        = int64(10 * time.Minute)
	maxStretches = 64
)

// Extract implements analyse.Analyser. A row is the first use, how many there were, and the stretches.
func (FirstSeen) Extract(d *analyse.Day, g *analyse.Group) {
	if len(g.Key) == 0 {
		d.Row(g.Key, nil)
		return
	}
	var first sight
	var list []stretch
	for b := range g.Values {
		v := analyse.ValueOf(b)
		begin, s := v.Int(), sightOf(v)
		if !v.OK() {
			continue
		}
		if list == nil || s.before(&first) {
			first = s
		}
		list = append(list, stretch{begin, s.at})
	}
	if list == nil {
		return
	}
	x := source{sight: first, uses: uint64(len(list)) + g.More, list: joined(list)}
	x.list = x.list[:min(len(x.list), maxStretches)]
	d.Row(g.Key, x.row())
}

// row gives what is kept of a source and day; sourceOf reads it.
func (s *source) row() []byte {
	row := binary.AppendUvarint(s.append(nil), s.uses)
	for _, x := range s.list {
		row = binary.AppendVarint(binary.AppendVarint(row, x.begin), x.end-x.begin)
	}
	return row
}

// joined makes one of stretches that follow each other closely.
func joined(list []stretch) []stretch {
	slices.SortFunc(list, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && s.begin <= out[n-1].end+pause {
			out[n-1].end = max(out[n-1].end, s.end)
			continue
		}
		out = append(out, s)
	}
	return out
}

// pairOf divides a key.
func pairOf(key []byte) (account string, from netip.Addr, ok bool) {
	n := len(key) - 17
	if n < 1 || bytes.IndexByte(key, 0) != n {
		return "", from, false
	}
	return string(key[:n]), netip.AddrFrom16([16]byte(key[n+1:])).Unmap(), true
}
