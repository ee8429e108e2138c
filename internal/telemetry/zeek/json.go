package zeek

import (
	"errors"
	"strings"

	"stormglass/internal/flatjson"
	"stormglass/internal/telemetry"
)

// Bounds of what one goroutine remembers of the keys it met; beyond them it starts anew.
const (
	maxPlans   = 64
	maxColumns = 1024
)

// jsonState is what one goroutine needs to read JSON lines. It is kept from block to block.
type jsonState struct {
	scan  flatjson.Scanner
	row   row
	plans map[string]*plan
}

// plan holds the columns of a log in the order in which its lines name them.
type plan struct {
	log     *log
	columns []column
	index   map[string]int
}

func (d *Decoder) decodeJSON(b *telemetry.Block, s *telemetry.Set) {
	st, _ := d.states.Get().(*jsonState)
	if st == nil {
		st = &jsonState{plans: map[string]*plan{}}
	}
	st.row.set = s
	for lines := b.Lines(); lines.Next(); {
		s.Lines++
		fields, err := st.scan.Scan(lines.Text)
		if err != nil {
			skipJSON(s, &lines, err)
			continue
		}
		st.object(st.planOf(d, fields), &lines, fields)
	}
	st.row = row{buf: st.row.buf} // hold on to no batch
	d.states.Put(st)
}

func skipJSON(s *telemetry.Set, lines *telemetry.Lines, err error) {
	if errors.Is(err, flatjson.ErrCut) && !lines.Whole {
		s.Skip(lines.Number, "cut off in the middle", "")
		return
	}
	s.Skip(lines.Number, err.Error(), "")
}

// planOf finds the log that a line belongs to.
func (st *jsonState) planOf(d *Decoder, fields []flatjson.Field) *plan {
	path := d.path
	stated := false
	for i := range fields {
		if f := &fields[i]; f.Key == "_path" && f.Type == flatjson.String && f.Value != "" {
			path, stated = f.Value, true
			break
		}
	}
	if !stated && !d.sure {
		if g := guess(fields); g != "" {
			path = g
		}
	}
	if len(path) > maxPath {
		path = "unknown"
	}
	p := st.plans[path]
	if p == nil || len(p.columns) > maxColumns {
		if len(st.plans) >= maxPlans {
			clear(st.plans)
		}
		path = strings.Clone(path)
		p = &plan{log: logOf(path), index: map[string]int{}}
		st.plans[path] = p
	}
	return p
}

// object makes a record of one line's fields.
func (st *jsonState) object(p *plan, lines *telemetry.Lines, fields []flatjson.Field) {
	r := &st.row
	r.begin(p.log, lines.Number, lines.Text)
	next := 0
	var seen uint64
	for i := range fields {
		f := &fields[i]
		if f.Key == "_path" || f.Key == "_write_ts" {
			continue
		}
		if f.Type == flatjson.Null {
			continue
		}
		if len(f.Key) > telemetry.MaxFieldName { // nothing to remember
			r.field(&column{name: "(long)", field: telemetry.FieldOther}, f)
			continue
		}
		at := p.find(f.Key, next)
		next = at + 1
		c := &p.columns[at]
		if c.bit != 0 {
			if seen&c.bit != 0 {
				r.set.Skip(r.line, "a key occurs twice", c.name)
				again := *c
				again.set = nil
				c = &again
			}
			seen |= c.bit
		}
		r.field(c, f)
	}
	r.end()
}

// find gives the index of a key's column, looked for first where the last line had it.
func (p *plan) find(key string, from int) int {
	for i := from; i < len(p.columns) && i < from+8; i++ {
		if p.columns[i].name == key {
			return i
		}
	}
	if i, ok := p.index[key]; ok {
		return i
	}
	key = strings.Clone(key)
	p.index[key] = len(p.columns)
	c := p.log.column(key)
	p.columns = append(p.columns, c)
	return len(p.columns) - 1
}

// field puts one value, or each element of an array, where it goes.
func (r *row) field(c *column, f *flatjson.Field) {
	if f.Type != flatjson.Array {
		if v, typ := r.text(f); v != "" {
			r.put(c, v, typ)
		}
		return
	}
	first := true
	for e := flatjson.ElementsOf(f.Value); e.Next(); first = false {
		if e.Type == flatjson.Null {
			continue
		}
		v, typ := r.text(&e.Field)
		switch {
		case v == "":
		case c.set != nil && (c.list || first):
			r.put(c, v, typ)
		default:
			r.extra(c, v, typ)
		}
	}
}

// text gives a value's text and how a pair writes it.
func (r *row) text(f *flatjson.Field) (string, valueType) {
	switch {
	case f.Escaped:
		r.buf = flatjson.Append(r.buf[:0], f.Value)
		return r.batch.Copy(r.buf), typeText
	case f.Type == flatjson.Number:
		return f.Value, typeNumber
	}
	return f.Value, typeText
}
