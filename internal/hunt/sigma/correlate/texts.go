package correlate

// texts numbers the texts of entries. Numbers of texts that no entry uses are given again after a sweep.
type texts struct {
	number map[string]uint32
	text   []string
	free   []uint32
	sweep  int // from how many texts on it is worth looking for unused ones
}

const firstSweep = 1 << 16

func newTexts() texts { return texts{number: map[string]uint32{}, sweep: firstSweep} }

func (t *texts) of(s []byte) uint32 {
	if n, ok := t.number[string(s)]; ok {
		return n
	}
	text := string(s)
	n := uint32(len(t.text))
	if k := len(t.free); k > 0 {
		n, t.free = t.free[k-1], t.free[:k-1]
		t.text[n] = text
	} else {
		t.text = append(t.text, text)
	}
	t.number[text] = n
	return n
}

func (t *texts) full() bool { return len(t.number) >= t.sweep }

// clean forgets the texts that each does not name.
func (t *texts) clean(each func(f func(*entry))) {
	used := make([]bool, len(t.text))
	each(func(e *entry) { used[e.source], used[e.subject] = true, true })
	t.free = t.free[:0]
	for n, s := range t.text {
		if used[n] {
			continue
		}
		if m, ok := t.number[s]; ok && m == uint32(n) {
			delete(t.number, s)
		}
		t.text[n] = ""
		t.free = append(t.free, uint32(n))
	}
	t.sweep = max(2*len(t.number), firstSweep)
}

// entries visits all entries that are kept.
func (c *Correlator) entries(f func(*entry)) {
	for _, n := range c.nodes {
		for i := range n.tiers {
			for g := n.tiers[i].first; g != nil; g = g.next {
				g.entries(f)
			}
		}
		n.history.each(func(_ []byte, k *kept) bool {
			f(&k.e)
			return true
		})
		for i := range n.late {
			f(&n.late[i].e)
		}
	}
}

// entries visits those of the window and of the episode; a sequence keeps more than those of its longest run.
func (g *group) entries(f func(*entry)) {
	if s, ok := g.win.(*sequence); ok {
		for _, r := range s.runs {
			for i := range r {
				f(&r[i])
			}
		}
		for i := range s.same {
			f(&s.same[i])
		}
	} else {
		g.win.each(f)
	}
	if g.told != nil {
		for i := range g.told.members {
			f(&g.told.members[i])
		}
	}
}
