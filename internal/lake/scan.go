package lake

import (
	"slices"
	"sync"

	"stormglass/internal/telemetry"
)

const (
	windowRows = pageRows
	batchRows  = 4096
)

// scan walks a file window by window.
type scan struct {
	r       *Reader
	plan    *plan
	cursors []*cursor // by leaf; nil for columns we do not know
	byCol   []*cursor // by column of the kind; nil for those that the file lacks
	group   int       // the next row group
	left    int64     // rows of the current one that are still to come
	test    groupTest

	selected []int32
	wanted   []bool
	sources  map[telemetry.Source]*telemetry.Source
	places   map[[sourceParts]int32]int // number of a source by where its texts stand, in this window
	shares   []share
	batches  []*telemetry.Batch // made so far
	rows     [][]int32          // of the batches given, by row of the window
	numbers  []uint64
	starts   []int32
}

// share are the rows of one source in a window.
type share struct {
	source *telemetry.Source
	rows   []int32
}

func (r *Reader) scan(w Want) *scan {
	s := &scan{r: r, plan: w.compiled(), sources: make(map[telemetry.Source]*telemetry.Source), places: make(map[[sourceParts]int32]int)}
	cols := columns(r.foot.kind)
	s.byCol = make([]*cursor, len(cols))
	s.cursors = make([]*cursor, len(r.foot.leaves))
	for i := range r.foot.leaves {
		l := &r.foot.leaves[i]
		if l.col == nil {
			continue
		}
		s.cursors[i], _ = cursors.Get().(*cursor)
		if s.cursors[i] == nil {
			s.cursors[i] = new(cursor)
		}
		s.cursors[i].leaf = l
		at := slices.IndexFunc(cols, func(c column) bool { return c.name == l.name })
		s.byCol[at] = s.cursors[i]
	}
	return s
}

// cursors keeps the memory of cursors from file to file.
var cursors sync.Pool

// release gives the memory of cursors back. What next gave is not valid afterwards.
func (s *scan) release() {
	for i, c := range s.cursors {
		if c != nil {
			clear(c.texts[:cap(c.texts)])
			c.leaf, c.meta = nil, nil
			cursors.Put(c)
		}
		s.cursors[i] = nil
	}
	s.byCol = nil
}

// next gives the next batches, nil at the end.
func (s *scan) next() (batches []*telemetry.Batch, err error) {
	err = guard(func() error {
		batches, err = s.window()
		return err
	})
	return batches, s.r.fault(s.group-1, err)
}

func (s *scan) window() ([]*telemetry.Batch, error) {
	for {
		if s.left == 0 {
			if s.group == len(s.r.foot.groups) {
				return nil, nil
			}
			if err := s.enter(); err != nil {
				return nil, err
			}
			continue
		}
		n := int(min(s.left, windowRows))
		s.left -= int64(n)
		if err := s.choose(n); err != nil {
			return nil, err
		}
		for _, c := range s.cursors {
			if c == nil || s.test.uses(c) {
				continue
			}
			if len(s.selected) == 0 {
				c.pending += n
			} else if err := c.window(s.r.file, n); err != nil {
				return nil, err
			}
		}
		if len(s.selected) > 0 {
			return s.assemble()
		}
	}
}

// enter moves to the next row group, or passes it when nothing in it can be wanted.
func (s *scan) enter() error {
	g := &s.r.foot.groups[s.group]
	s.group++
	for i, c := range s.cursors {
		if c != nil {
			c.seek(&g.chunks[i])
		}
	}
	possible, err := s.plan.group(s)
	if possible {
		s.left = g.rows
	}
	return err
}

// assemble makes batches of the selected rows of the window.
func (s *scan) assemble() ([]*telemetry.Batch, error) {
	s.divide()
	used := 0
	s.rows = s.rows[:0]
	for i := range s.shares {
		for rows := range slices.Chunk(s.shares[i].rows, batchRows) {
			if used == len(s.batches) {
				s.batches = append(s.batches, &telemetry.Batch{Kind: s.r.foot.kind})
			}
			b := s.batches[used]
			b.Reset()
			resize(b, len(rows))
			b.Source = s.shares[i].source
			s.rows = append(s.rows, rows)
			used++
		}
	}
	for i := range s.byCol {
		if err := s.fill(i, s.batches[:used]); err != nil {
			return nil, err
		}
	}
	return s.batches[:used], nil
}

// divide parts the selected rows by source.
func (s *scan) divide() {
	clear(s.places)
	used := 0
	last, at := [sourceParts]int32{-2}, 0
	for _, row := range s.selected {
		var key [sourceParts]int32
		for part := range key {
			key[part] = -1
			if c := s.byCol[colSourceID+part]; c != nil {
				key[part] = c.idx[row]
			}
		}
		if key != last {
			var ok bool
			if at, ok = s.places[key]; !ok {
				at = used
				s.places[key] = at
				if used++; used > len(s.shares) {
					s.shares = append(s.shares, share{})
				}
				s.shares[at] = share{s.sourceAt(key), s.shares[at].rows[:0]}
			}
			last = key
		}
		s.shares[at].rows = append(s.shares[at].rows, row)
	}
	s.shares = s.shares[:used]
}

// sourceAt gives the source whose texts stand at the places given.
func (s *scan) sourceAt(key [sourceParts]int32) *telemetry.Source {
	var words [sourceParts]string
	for part, i := range key {
		if i >= 0 {
			words[part] = s.byCol[colSourceID+part].texts[i]
		}
	}
	src := telemetry.Source{Name: words[sourceName], Sensor: words[sourceSensor]}
	decodeSourceID(&src.ID, words[sourceID])
	if known, ok := s.sources[src]; ok {
		return known
	}
	own := telemetry.Source{Name: string([]byte(src.Name)), ID: src.ID, Sensor: string([]byte(src.Sensor))}
	s.sources[own] = &own
	return &own
}
