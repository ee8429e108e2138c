package unheard

import (
	"cmp"
	"encoding/binary"
	"slices"

	"stormglass/internal/hunt/analyse"
)

// How far numbers may go back and still be of a line that came late, up to where they may jump and still be of the same count, and how few
// messages are stray: forged, or an old line sent again.
const (
	late     = 64
	farthest = 100_000
	stray    = 3
)

// count is messages that were numbered in one go: from one restart to the next.
type count struct {
	stretch // from the first to the highest number
	list    []stretch
	lines   uint64
}

// counts sorts stretches into counts, in the order of time.
func counts(list []stretch) (out []count) {
	slices.SortFunc(list, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.lo, b.lo), cmp.Compare(a.end, b.end), cmp.Compare(a.hi, b.hi))
	})
	for _, s := range list {
		n := len(out)
		if n > 0 && out[n-1].holds(s) {
			out[n-1].add(s)
			continue
		}
		if n > 1 && out[n-1].lines <= stray && out[n-2].holds(s) {
			out = out[:n-1]
			out[n-2].add(s)
			continue
		}
		out = append(out, count{stretch: s, list: []stretch{s}, lines: s.hi - s.lo + 1})
	}
	if n := len(out); n > 1 && out[n-1].lines <= stray && out[n-1].lo > late { // nothing followed
		out = out[:n-1]
	}
	if len(out) > 1 && out[0].lines <= stray && out[1].lines > stray { // nothing went before
		out = out[1:]
	}
	return out
}

// holds reports whether a stretch belongs to the count: it goes on, or came late, or stands beside (another collector's part).
func (c *count) holds(s stretch) bool {
	return s.lo < c.hi+farthest && (s.lo+late > c.hi || s.begin < c.end && s.lo >= c.lo)
}

func (c *count) add(s stretch) {
	c.list = append(c.list, s)
	c.lines += s.hi - s.lo + 1
	c.lo = min(c.lo, s.lo)
	if s.hi > c.hi {
		c.hi, c.end = s.hi, s.end
	}
}

// merged gives the count with the gaps in it.
func (c *count) merged() (stretch, []loss) {
	slices.SortFunc(c.list, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.begin, b.begin)) })
	var gaps []loss
	top := c.list[0]
	for _, s := range c.list[1:] {
		if s.lo > top.hi+1 {
			gaps = append(gaps, loss{begin: top.end, end: s.begin, after: top.hi, next: s.lo})
		}
		if s.hi > top.hi {
			top = s
		}
	}
	return c.stretch, gaps
}

// loss is where messages are missing: between two numbers that came at two times. The second is the smaller where the count began anew.
type loss struct {
	begin, end  int64
	after, next uint64
}

func (l *loss) reset() bool { return l.next <= l.after }

// numbers is what is kept of a device and day.
type numbers struct {
	name     string
	restarts []int64
	counts   []stretch
	losses   []loss
	lines    uint64
	wild     bool // there is no order in its numbers
}

func (n *numbers) row() []byte {
	b := analyse.AppendText(nil, n.name)
	b = binary.AppendUvarint(b, n.lines)
	if n.wild {
		return append(b, 1)
	}
	b = binary.AppendUvarint(append(b, 0), uint64(len(n.restarts)))
	for _, t := range n.restarts {
		b = binary.AppendVarint(b, t)
	}
	b = binary.AppendUvarint(b, uint64(len(n.counts)))
	for _, s := range n.counts {
		b = s.append(b)
	}
	b = binary.AppendUvarint(b, uint64(len(n.losses)))
	for _, l := range n.losses {
		b = binary.AppendVarint(binary.AppendVarint(b, l.begin), l.end)
		b = binary.AppendUvarint(binary.AppendUvarint(b, l.after), l.next)
	}
	return b
}

func numbersOf(row []byte) (n numbers, ok bool) {
	v := analyse.ValueOf(row)
	n.name, n.lines, n.wild = v.Text(), v.Uint(), v.Uint() == 1
	if !v.OK() || n.wild {
		return n, v.OK()
	}
	for range min(v.Uint(), maxRestarts) {
		n.restarts = append(n.restarts, v.Int())
	}
	for range min(v.Uint(), maxCounts) {
		n.counts = append(n.counts, stretchOf(v))
	}
	for range min(v.Uint(), maxLosses) {
		n.losses = append(n.losses, loss{v.Int(), v.Int(), v.Uint(), v.Uint()})
	}
	return n, v.OK()
}
