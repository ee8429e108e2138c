package telemetry

import (
	"net/netip"
	"sync"
)

// FieldID names a field: one of the constants below, or a name met in a source and interned by
// FieldNamed. Interned ids hold for one process and are never written to disk; names are.
type FieldID uint16

// MaxFields bounds the names a process interns: field names come from outside.
const MaxFields = 1 << 15

// MaxFieldName bounds the length of such a name, for the same reason.
const MaxFieldName = 256

// Type is the type of a field's values.
type Type uint8

// The types of values.
const (
	TypeText Type = iota
	TypeInt
	TypeAddr
	TypeTime
	TypeTexts // several texts
)

// Field is one field of a kind's schema. Exactly the getter of its type is set; a value that is
// absent is empty, not ok, or the zero Addr or Instant: absent is never zero.
type Field struct {
	ID    FieldID
	Type  Type
	Text  func(b *Batch, i int) string
	Int   func(b *Batch, i int) (int64, bool)
	Addr  func(b *Batch, i int) netip.Addr
	Time  func(b *Batch, i int) Instant
	Texts func(b *Batch, i int) []string
}

type fieldNames struct {
	sync.RWMutex
	ids   map[string]FieldID
	names []string
}

var interned = newFieldNames()

func newFieldNames() *fieldNames {
	n := &fieldNames{ids: make(map[string]FieldID, 2*numFields), names: make([]string, 0, 2*numFields)}
	for id, name := range fieldNameTable {
		n.ids[name] = FieldID(id)
		n.names = append(n.names, name)
	}
	return n
}

// FieldNamed interns a name. Once MaxFields names are held, every further one is FieldOther, and so
// is a name longer than MaxFieldName.
func FieldNamed(name string) FieldID {
	if len(name) > MaxFieldName {
		return FieldOther
	}
	interned.RLock()
	id, ok := interned.ids[name]
	interned.RUnlock()
	if ok {
		return id
	}
	interned.Lock()
	defer interned.Unlock()
	if id, ok := interned.ids[name]; ok {
		return id
	}
	if len(interned.names) >= MaxFields {
		return FieldOther
	}
	id = FieldID(len(interned.names))
	name = string(append([]byte(nil), name...))
	interned.ids[name] = id
	interned.names = append(interned.names, name)
	return id
}

// String gives the field's name.
func (id FieldID) String() string {
	interned.RLock()
	defer interned.RUnlock()
	if int(id) < len(interned.names) {
		return interned.names[id]
	}
	return "stormglass.unknown"
}
