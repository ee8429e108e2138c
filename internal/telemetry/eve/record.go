package eve

import (
	"strings"

	"stormglass/internal/flatjson"
	"stormglass/internal/telemetry"
)

// Bounds of what one goroutine remembers; beyond them it starts anew.
const (
	maxTypes = 64
	maxKeys  = 1 << 12
)

// state is what one goroutine needs. It is kept from block to block.
type state struct {
	scan  flatjson.Scanner
	types map[string]*eventType
	buf   []byte

	set   *telemetry.Set
	batch *telemetry.Batch
	i     int
	line  uint64
	flow  flowParts
}

// eventType is what we know about one event_type.
type eventType struct {
	dataset string
	kind    telemetry.Kind
	finish  func(*state)
	targets map[string]target
	keys    map[string]key
}

// key is one path within one event_type.
type key struct {
	target
	known bool
	pair  telemetry.FieldID
}

func (st *state) typeOf(fields []flatjson.Field) *eventType {
	name := ""
	for i := range fields {
		if fields[i].Key == "event_type" && fields[i].Type == flatjson.String {
			name = fields[i].Value
			break
		}
	}
	if len(name) > 64 {
		name = ""
	}
	if t := st.types[name]; t != nil {
		return t
	}
	if len(st.types) >= maxTypes {
		clear(st.types)
	}
	name = strings.Clone(name)
	t := &eventType{kind: telemetry.KindEvent, dataset: "suricata." + name, keys: map[string]key{}}
	if name == "" {
		t.dataset = "suricata.unknown"
	}
	if typed, ok := typedEvents[name]; ok {
		t.kind, t.targets, t.finish = typed.kind, typed.targets, typed.finish
	}
	st.types[name] = t
	return t
}

func (t *eventType) key(name string) key {
	if k, ok := t.keys[name]; ok {
		return k
	}
	if len(name) > telemetry.MaxFieldName {
		return key{pair: telemetry.FieldOther}
	}
	if len(t.keys) >= maxKeys {
		clear(t.keys)
	}
	name = strings.Clone(name)
	k := key{pair: telemetry.FieldNamed("suricata.eve." + name)}
	if k.target, k.known = t.targets[name]; !k.known {
		k.target, k.known = commonTargets[name]
	}
	t.keys[name] = k
	return k
}

// record makes a record of one line's fields.
func (st *state) record(s *telemetry.Set, lines *telemetry.Lines, fields []flatjson.Field) {
	t := st.typeOf(fields)
	st.set, st.batch, st.line, st.flow = s, s.Batch(t.kind), lines.Number, flowParts{}
	st.i = st.batch.Append(lines.Number)
	pairs := &st.batch.Head(st.i).Extra
	if t.kind == telemetry.KindEvent {
		e := &st.batch.Event[st.i]
		e.Dataset, e.Raw, pairs = t.dataset, lines.Text, &e.Pairs
	}
	for n := range fields {
		f := &fields[n]
		if f.Type == flatjson.Null || f.Value == "" {
			continue
		}
		k := t.key(f.Key)
		v := st.text(f)
		if k.known && st.assign(&k, v) && (t.kind != telemetry.KindEvent || k.id == telemetry.FieldTimestamp) {
			continue
		}
		st.batch.AddPair(pairs, k.pair, v)
	}
	if t.finish != nil {
		t.finish(st)
	}
	s.Read++
	if !st.batch.Head(st.i).Occurred.Known() {
		s.Undated++
	}
}

// assign gives a value to its field and reports whether it was taken.
func (st *state) assign(k *key, v string) bool {
	if k.set != nil {
		return k.set(st, v)
	}
	switch st.batch.Assign(st.i, k.id, v) {
	case telemetry.Taken:
		return true
	case telemetry.NotUnderstood:
		st.set.Skip(st.line, "value not understood", k.pair.String())
	case telemetry.NotTaken:
	}
	return false
}

func (st *state) text(f *flatjson.Field) string {
	if !f.Escaped {
		return f.Value
	}
	st.buf = flatjson.Append(st.buf[:0], f.Value)
	return st.batch.Copy(st.buf)
}
