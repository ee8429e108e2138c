package lake

import (
	"slices"

	"stormglass/internal/telemetry"
)

// groupTest says how the rows of one row group are chosen.
type groupTest struct {
	when    *cursor // time is looked at
	sensor  *cursor // sensors are looked at
	values  bool    // values are looked at
	columns []*cursor
}

// uses reports whether a column's window is loaded for the test.
func (t *groupTest) uses(c *cursor) bool {
	if c == t.when || c == t.sensor {
		return true
	}
	return slices.Contains(t.columns, c)
}

// choose selects rows of the next n.
func (s *scan) choose(n int) error {
	for _, c := range s.cursors {
		if c != nil && s.test.uses(c) {
			if err := c.window(s.r.file, n); err != nil {
				return err
			}
		}
	}
	s.selected = s.selected[:0]
	if s.test.values {
		s.chooseValues(n)
	} else {
		for i := range n {
			s.selected = append(s.selected, int32(i))
		}
	}
	if c := s.test.when; c != nil {
		s.keep(func(row int32) bool {
			at := c.idx[row]
			return at < 0 || s.plan.within(telemetry.Instant(c.nums[at]))
		})
	}
	if c := s.test.sensor; c != nil {
		s.keep(func(row int32) bool {
			if at := c.idx[row]; at >= 0 {
				return s.plan.sensors[c.texts[at]]
			}
			return s.plan.sensors[""]
		})
	}
	return nil
}

func (s *scan) keep(ok func(row int32) bool) {
	kept := s.selected[:0]
	for _, row := range s.selected {
		if ok(row) {
			kept = append(kept, row)
		}
	}
	s.selected = kept
}

// chooseValues selects the rows in which a tested column can hold a wanted value.
func (s *scan) chooseValues(n int) {
	s.wanted = zeros(s.wanted, n)
	for _, c := range s.test.columns {
		if c.leaf.col.holds == holdsText {
			c.markPresent(s.wanted)
			continue
		}
		s.plan.mark(c)
		c.markHits(s.wanted)
	}
	for i, w := range s.wanted {
		if w {
			s.selected = append(s.selected, int32(i))
		}
	}
}

func (c *cursor) markPresent(rows []bool) {
	if c.leaf.list {
		for i, n := range c.counts {
			rows[i] = rows[i] || n > 0
		}
		return
	}
	for i, at := range c.idx {
		rows[i] = rows[i] || at >= 0
	}
}

func (c *cursor) markHits(rows []bool) {
	if !c.leaf.list {
		for i, at := range c.idx {
			if at >= 0 && c.hits[at] {
				rows[i] = true
			}
		}
		return
	}
	k := 0
	for i, n := range c.counts {
		for range n {
			rows[i] = rows[i] || c.hits[c.idx[k]]
			k++
		}
	}
}
