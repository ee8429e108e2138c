package jsonl

import (
	"strings"
	"time"

	"stormglass/internal/flatjson"
	"stormglass/internal/telemetry"
)

// maxKeys bounds the keys that one goroutine remembers; beyond them it starts anew.
const maxKeys = 1 << 14

// state is what one goroutine needs. It is kept from block to block.
type state struct {
	scan flatjson.Scanner
	keys map[string]key
	buf  []byte

	windows bool // the line is an event of Windows
}

// key is what we know about a path.
type key struct {
	field telemetry.FieldID // that it means
	known bool
	pair  telemetry.FieldID // its own name
	hint  hint
	nanos bool // event.duration, which ECS counts in nanoseconds
	win   winKey
}

func (st *state) key(name string) key {
	if k, ok := st.keys[name]; ok {
		return k
	}
	if len(name) > telemetry.MaxFieldName {
		return key{pair: telemetry.FieldOther}
	}
	if len(st.keys) >= maxKeys {
		clear(st.keys)
	}
	name = strings.Clone(name)
	k := key{pair: telemetry.FieldNamed(name), nanos: name == "event.duration"}
	k.field, k.known = telemetry.FieldOf(name)
	k.hint, k.win = hintOf(name, k.field, k.known), winKeyOf(name)
	st.keys[name] = k
	return k
}

// record makes a record of one line's fields.
func (st *state) record(s *telemetry.Set, lines *telemetry.Lines, fields []flatjson.Field) {
	kind := st.kind(fields)
	b := s.Batch(kind)
	i := b.Append(lines.Number)
	for n := range fields {
		f := &fields[n]
		if f.Type == flatjson.Null || f.Value == "" {
			continue
		}
		k := st.key(f.Key)
		v := st.text(b, f)
		if kind == telemetry.KindEvent {
			if st.windows && k.win.means {
				assignWindows(b, i, k.win, v)
				b.AddPair(&b.Event[i].Pairs, k.pair, v)
				continue
			}
			if k.known && b.Assign(i, k.field, v) == telemetry.Taken && k.field == telemetry.FieldTimestamp {
				continue // all else is kept as a pair besides
			}
			b.AddPair(&b.Event[i].Pairs, k.pair, v)
			continue
		}
		st.typed(s, b, i, k, f.Key, v, lines.Number)
	}
	if kind == telemetry.KindEvent {
		e := &b.Event[i]
		e.Raw = lines.Text
		if e.Dataset == "" {
			e.Dataset = "json"
			if st.windows {
				e.Dataset = "windows"
			}
		}
	}
	s.Read++
	if !b.Head(i).Occurred.Known() {
		s.Undated++
	}
}

// typed gives a value to a field of a typed record, or keeps it as a pair.
func (st *state) typed(s *telemetry.Set, b *telemetry.Batch, i int, k key, name, v string, line uint64) {
	if k.nanos && b.Kind == telemetry.KindFlow {
		if n, ok := telemetry.ParseUint(v); ok && n < 1<<62 {
			b.Flow[i].Duration = time.Duration(n)
			return
		}
	}
	if k.known && !k.nanos {
		switch b.Assign(i, k.field, v) {
		case telemetry.Taken:
			return
		case telemetry.NotUnderstood:
			s.Skip(line, "value not understood", strings.Clone(name))
		case telemetry.NotTaken:
		}
	}
	b.AddPair(&b.Head(i).Extra, k.pair, v)
}

func (st *state) text(b *telemetry.Batch, f *flatjson.Field) string {
	if !f.Escaped {
		return f.Value
	}
	st.buf = flatjson.Append(st.buf[:0], f.Value)
	return b.Copy(st.buf)
}
