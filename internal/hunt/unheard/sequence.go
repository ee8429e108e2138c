package unheard

import (
	"cmp"
	"encoding/binary"
	"slices"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/logged"
	"stormglass/internal/telemetry"
)

// Sequence tells of devices whose count of messages has gaps, or begins anew without a word of a restart.
type Sequence struct{}

const sequenceDays = 8

// Name implements analyse.Analyser.
func (Sequence) Name() string { return "sequence" }

// Kinds implements analyse.Analyser.
func (Sequence) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindEvent} }

// Bounds implements analyse.Analyser.
func (Sequence) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: sequenceDays, Keep: true, Values: 65_536, Rows: 8 << 20, Known: known}
}

// The kinds of note.
const (
	noteStretch = iota
	noteRestart
	noteName
)

// stretch is messages that follow each other: the numbers of the first and the last, and their times (ns since 1970).
type stretch struct {
	begin, end int64
	lo, hi     uint64
}

type numbered struct {
	at int64
	n  uint64
}

// counted is what a batch holds of a device on a day.
type counted struct {
	list     []numbered
	restarts []int64
	name     string
}

// Note implements analyse.Analyser. A key is the device; a value a kind, and a stretch, the time of a restart, or its name.
func (Sequence) Note(n *analyse.Notes, b *telemetry.Batch) {
	seen := map[spoke]*counted{}
	for i := range b.Event {
		e := &b.Event[i]
		if e.Host == "" || !e.Occurred.Known() {
			continue
		}
		l := logged.Read(b, e)
		restart := l.Action == "system-start" || l.Action == "system-stop"
		if l.Reported || !restart && !l.Numbered || !logged.Spoke(n.Registers, b, e) {
			continue
		}
		id, stated := logged.Device(n.Registers, e.Host, e.Occurred)
		if id == "" {
			continue
		}
		at := spoke{keyOf(id, stated), e.Occurred.Day()}
		c := seen[at]
		if c == nil {
			c = &counted{}
			seen[at] = c
		}
		if restart {
			c.restarts = append(c.restarts, int64(e.Occurred))
		}
		if l.Numbered {
			c.list = append(c.list, numbered{int64(e.Occurred), l.Sequence})
		}
		if name := logged.Name(e.Host); c.name == "" || name < c.name {
			c.name = name
		}
	}
	for at, c := range seen {
		c.put(n, at)
	}
}

func (c *counted) put(n *analyse.Notes, at spoke) {
	when, key := telemetry.Instant(int64(at.day)*day+1), []byte(at.key)
	for _, s := range stretches(c.list) {
		n.Put(when, key, s.append([]byte{noteStretch}))
	}
	for _, t := range c.restarts {
		n.Put(when, key, binary.AppendVarint([]byte{noteRestart}, t))
	}
	n.Put(when, key, analyse.AppendText([]byte{noteName}, c.name))
}

// stretches makes stretches of messages.
func stretches(list []numbered) (out []stretch) {
	slices.SortFunc(list, func(a, b numbered) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.n, b.n)) })
	for _, m := range list {
		if k := len(out) - 1; k >= 0 {
			if s := &out[k]; m.n == s.hi+1 {
				s.hi, s.end = m.n, m.at
				continue
			} else if m.n == s.hi {
				continue // doubled
			}
		}
		out = append(out, stretch{m.at, m.at, m.n, m.n})
	}
	return out
}

func (s *stretch) append(b []byte) []byte {
	b = binary.AppendVarint(b, s.begin)
	b = binary.AppendVarint(b, s.end-s.begin)
	b = binary.AppendUvarint(b, s.lo)
	return binary.AppendUvarint(b, s.hi-s.lo)
}

func stretchOf(v *analyse.Value) stretch {
	s := stretch{begin: v.Int()}
	s.end = s.begin + v.Int()
	s.lo = v.Uint()
	s.hi = s.lo + v.Uint()
	return s
}

// Of a day so many counts, gaps and restarts of a device are kept.
const (
	maxCounts   = 16
	maxLosses   = 32
	maxRestarts = 16
)

// Extract implements analyse.Analyser. A row is the name, the restarts, the counts and the gaps in them.
func (Sequence) Extract(d *analyse.Day, g *analyse.Group) {
	var list []stretch
	var today numbers
	for b := range g.Values {
		v := analyse.ValueOf(b)
		switch v.Uint() {
		case noteStretch:
			if s := stretchOf(v); v.OK() {
				list = append(list, s)
			}
		case noteRestart:
			if t := v.Int(); v.OK() {
				today.restarts = append(today.restarts, t)
			}
		case noteName:
			if name := v.Text(); v.OK() && (today.name == "" || name < today.name) {
				today.name = name
			}
		}
	}
	if g.More > 0 || g.Partial { // what is not held is not missing
		d.Drop(1)
		return
	}
	slices.Sort(today.restarts)
	today.restarts = today.restarts[:min(len(today.restarts), maxRestarts)]
	for _, c := range counts(list) {
		s, gaps := c.merged()
		today.counts = append(today.counts, s)
		today.lines += c.lines
		today.losses = append(today.losses, gaps...)
	}
	if len(today.counts) > maxCounts || len(today.losses) > maxLosses { // such numbers mean nothing
		today.wild = true
	}
	d.Row(g.Key, today.row())
}
