package lake

import (
	"net/netip"

	"github.com/parquet-go/parquet-go/format"

	"stormglass/internal/telemetry"
)

// column is one column of a kind: its Parquet type, and how its values get out of and into records.
type column struct {
	name   string
	form   form
	width  uint8  // bytes of a number in memory
	absent uint64 // the number that stands for null
	never  bool   // numbers are never null
	delta  bool   // written as differences: times, ordinals
	typ    number
	codes  []string // of formCode: texts by number, "" for null
	bloom  bool
	holds  holds

	load  func(b *telemetry.Batch, rows []int32, out []uint64)
	store func(b *telemetry.Batch, in []uint64)
	addr  func(b *telemetry.Batch, i int) *netip.Addr
	text  func(b *telemetry.Batch, i int) *string
	span  func(b *telemetry.Batch, i int) *telemetry.Span
}

type form uint8

const (
	formNumber form = iota
	formBool        // 0 false, 1 true
	formCode        // a number that is written as its text
	formAddr
	formText
	formTexts // a list of texts in Batch.Texts
	formNames // a list of the fields of pairs
	formPairs // a list of the texts of pairs
	formSource
)

// number is the Parquet type of a column of numbers.
type number uint8

const (
	typeUint8 number = iota
	typeUint16
	typeUint64
	typeInt64
	typeTime
)

// holds says which values can stand in a column, for Want.
type holds uint8

const (
	holdsNothing holds = iota // tokens of closed lists, numbers
	holdsAddr                 // one address
	holdsHost                 // one address or domain name
	holdsDigest               // one hash or fingerprint
	holdsText                 // anything, anywhere inside
)

// Columns of a source: which part of it they show.
const (
	sourceID = iota
	sourceName
	sourceSensor
	sourceParts
)

// list reports whether the column holds several texts for each row.
func (c *column) list() bool { return c.form >= formTexts && c.form <= formPairs }

// physical gives the type of the column's values in Parquet.
func (c *column) physical() format.Type {
	switch c.form {
	case formNumber:
		if c.typ == typeUint8 || c.typ == typeUint16 {
			return format.Int32
		}
		return format.Int64
	case formBool:
		return format.Boolean
	case formCode, formAddr, formText, formTexts, formNames, formPairs, formSource:
	}
	return format.ByteArray
}

func (c *column) signed() bool { return c.typ == typeInt64 || c.typ == typeTime }

// integers are the types of numbers in records.
type integers interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int64
}

func numbers[T integers](name string, typ number, at func(*telemetry.Batch, int) *T) column {
	return column{
		name: name, form: formNumber, typ: typ, width: 8,
		load: func(b *telemetry.Batch, rows []int32, out []uint64) {
			for j, i := range rows {
				out[j] = uint64(*at(b, int(i)))
			}
		},
		store: func(b *telemetry.Batch, in []uint64) {
			for i, v := range in {
				*at(b, i) = T(v)
			}
		},
	}
}

// times are null when unknown.
func times(name string, at func(*telemetry.Batch, int) *telemetry.Instant) column {
	c := numbers(name, typeTime, at)
	c.delta = true
	return c
}

// counts are null when they are telemetry.NoCount.
func counts(name string, at func(*telemetry.Batch, int) *uint64) column {
	c := numbers(name, typeUint64, at)
	c.absent = telemetry.NoCount
	return c
}

// small numbers are null when zero.
func small[T ~uint8](name string, at func(*telemetry.Batch, int) *T) column {
	c := numbers(name, typeUint8, at)
	c.width = 1
	return c
}

// codes are numbers that are written as words; number 0 is null.
func codes[T ~uint8](name string, words []string, at func(*telemetry.Batch, int) *T) column {
	c := small(name, at)
	c.form, c.codes = formCode, words
	return c
}

func texts(name string, h holds, at func(*telemetry.Batch, int) *string) column {
	return column{name: name, form: formText, text: at, holds: h, bloom: h == holdsHost || h == holdsDigest}
}

func lists(name string, h holds, at func(*telemetry.Batch, int) *telemetry.Span) column {
	return column{name: name, form: formTexts, span: at, holds: h, bloom: h == holdsHost || h == holdsDigest}
}

func addrs(name string, at func(*telemetry.Batch, int) *netip.Addr) column {
	return column{name: name, form: formAddr, addr: at, holds: holdsAddr, bloom: true}
}

// pairs are two lists of the same length: names of fields, and texts.
func pairs(name string, at func(*telemetry.Batch, int) *telemetry.Span) []column {
	return []column{
		{name: name + ".names", form: formNames, span: at},
		{name: name + ".texts", form: formPairs, span: at, holds: holdsText},
	}
}
