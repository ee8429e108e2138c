package netflow

import (
	"slices"

	"stormglass/internal/telemetry"
)

// variable marks the length of a field that each record states.
const variable = 0xffff

// fieldSpec is a field as a template declares it.
type fieldSpec struct {
	element elementID
	length  uint16
	scope   bool // in options: what the record is about; its numbers are of their own in v9
}

// template says how the records of a data set are laid out.
type template struct {
	id      uint16
	options bool
	fields  []fieldSpec
	steps   []step // none for options
	size    int    // bytes of a record, at least where a field varies
	varies  bool

	biflow  bool              // it counts both directions
	session bool              // it tells of events of sessions, not of packets
	icmp    bool              // it states the type and code of ICMP
	seen    telemetry.Instant // when it was last sent or used
	used    bool              // data came that it describes
}

// Reasons why a template is refused.
const (
	reasonTemplateShort  = "template ends before its fields"
	reasonTemplateID     = "template id below 256"
	reasonTemplateEmpty  = "template whose records have no bytes"
	reasonTemplateFields = "template with too many fields"
	reasonTemplateSize   = "template whose records are longer than a set"
	reasonTemplateScope  = "options template with more scope fields than fields"
	reasonTemplateMemory = "memory for templates is used up"
)

// maxRecord is how long a record can be: a set, without its header.
const maxRecord = 65535 - 4

// layOut sets the size of a template's records, or says why none can be.
func (t *template) layOut() (reason string) {
	for _, f := range t.fields {
		if f.length == variable {
			t.varies = true
			t.size++
			continue
		}
		t.size += int(f.length)
	}
	switch {
	case t.size == 0:
		return reasonTemplateEmpty
	case t.size > maxRecord:
		return reasonTemplateSize
	}
	return ""
}

// same reports whether two templates say the same.
func (t *template) same(o *template) bool {
	return t.options == o.options && slices.Equal(t.fields, o.fields)
}

// cost is about the memory that a template takes.
func (t *template) cost() int64 {
	return 160 + int64(len(t.fields))*16 + int64(len(t.steps))*12
}

// compile turns the fields into steps. Name gives the field of an element that has no typed one.
func (t *template) compile(name func(elementID) telemetry.FieldID) {
	if t.options {
		return
	}
	has := func(id uint16) bool { return t.has(id) }
	addressed := has(8) || has(12) || has(27) || has(28)
	off := 0
	for i, f := range t.fields {
		at := off
		if f.length != variable {
			off += int(f.length)
		}
		if f.length == 0 || isPadding(f.element) || addressed && f.element == elIPVersion {
			continue
		}
		x, _ := lookUp(f.element)
		s := step{op: t.choose(f.element), form: x.form, index: uint16(i), off: uint16(at), len: f.length, field: name(f.element)}
		t.note(s.op)
		t.steps = append(t.steps, s)
	}
	t.session = t.session && !has(elPackets) && !has(elTotalPackets)
	t.fix()
}

// isPadding reports whether an element only fills a record.
func isPadding(e elementID) bool { return e == elPadding }

func (t *template) has(id uint16) bool {
	return slices.ContainsFunc(t.fields, func(f fieldSpec) bool { return f.element == elementOf(0, id) && f.length > 0 })
}

// choose gives the op of an element in this template: of several counts of the same the nearest to what the
// exporter saw since its last record counts, the others are kept by name.
func (t *template) choose(e elementID) op {
	better := func(ids ...uint16) bool { return slices.ContainsFunc(ids, t.has) }
	o := opOf(e)
	switch {
	case e == elTotalOctets && better(elOctets),
		e == elL2Octets && better(elOctets, elTotalOctets),
		e == 231 && better(elOctets, elTotalOctets),
		e == elTotalPackets && better(elPackets),
		e == 298 && better(elPackets, elTotalPackets),
		e == 171 && better(elPostOctets), e == 172 && better(elPostPackets):
		return opPair
	}
	return o
}

// note keeps what an op says of all records of the template.
func (t *template) note(o op) {
	switch o {
	case opDstBytes, opDstPackets:
		t.biflow = true
	case opFirewall, opNAT:
		t.session = true
	case opICMP, opICMPType, opICMPCode:
		t.icmp = true
	default:
	}
}

// padding reports whether what is left of a set cannot be told from records of fields that are all empty: those say
// nothing, and padding should be nil.
func (t *template) padding(b []byte) bool {
	return t.varies && len(b) < setHeader && isZero(b)
}

// place finds the fields of the next record in a set whose fields vary in length, and gives the steps with their
// places, and the record's length; false when the record runs over the set.
func (t *template) place(b []byte, steps []step) ([]step, int, bool) {
	steps = append(steps[:0], t.steps...)
	off, next := 0, 0
	for i, f := range t.fields {
		start, n, ok := span(b, off, f.length)
		if !ok {
			return steps, 0, false
		}
		if next < len(steps) && int(steps[next].index) == i {
			steps[next].off, steps[next].len = uint16(start), uint16(n)
			next++
		}
		off = start + n
	}
	return steps, off, true
}

// span gives where the value of a field that stands at off starts, and its length.
func span(b []byte, off int, length uint16) (start, n int, ok bool) {
	if length != variable {
		return off, int(length), off+int(length) <= len(b)
	}
	if off >= len(b) {
		return 0, 0, false
	}
	n = int(b[off])
	off++
	if n == 255 {
		if off+2 > len(b) {
			return 0, 0, false
		}
		n = int(be(b[off : off+2]))
		off += 2
	}
	return off, n, off+n <= len(b)
}
