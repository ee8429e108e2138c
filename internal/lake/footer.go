package lake

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go/format"

	"stormglass/internal/telemetry"
)

// footer is what a reader takes from a file's metadata.
type footer struct {
	kind   telemetry.Kind
	place  string
	rows   int64
	leaves []leaf
	groups []group
}

// leaf is a column as a file has it.
type leaf struct {
	name string
	typ  int32
	list bool
	col  *column // nil for columns we do not know
}

// group is one row group.
type group struct {
	rows   int64
	chunks []chunkMeta // in the order of leaves
}

// chunkMeta is what the footer says of one column of one row group.
type chunkMeta struct {
	typ        int32
	codec      int32
	slots      int64
	start      int64
	length     int64
	nulls      int64
	min, max   []byte
	bloomAt    int64
	bloomBytes int32
	sum, bloom uint32
	dictAt     int64
	dataAt     int64
}

// readFooter reads and checks the metadata of a file of size bytes.
func readFooter(r io.ReaderAt, size int64) (*footer, error) {
	if size < int64(len(magic))+16 {
		return nil, damaged("%d bytes are too few for a file", size)
	}
	var head [4]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	var tail [8]byte
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return nil, err
	}
	if string(head[:]) != magic || string(tail[4:]) != magic {
		return nil, damaged("it does not begin and end as a Parquet file")
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n > maxFooter || n > size-int64(len(magic))-16 {
		return nil, damaged("a footer of %d bytes in a file of %d", n, size)
	}
	sealed := make([]byte, 8+n+8)
	if _, err := r.ReadAt(sealed, size-int64(len(sealed))); err != nil {
		return nil, err
	}
	if string(sealed[:4]) != footerMark || binary.LittleEndian.Uint32(sealed[4:]) != crc32.Checksum(sealed[8:], castagnoli) {
		return nil, damaged("the checksum of the footer is wrong")
	}
	return parseFooter(sealed[8:8+n], size-int64(len(sealed)))
}

// parseFooter reads metadata; end is where the pages end.
func parseFooter(b []byte, end int64) (*footer, error) {
	f := new(footer)
	t := &compact{b: b}
	keys := make(map[string]string)
	var elements []element
	t.structure(0, func(id int16, typ byte) bool {
		switch {
		case id == 2 && typ == thriftList:
			t.list(thriftStruct, func() { elements = append(elements, t.element()) })
		case id == 3:
			return t.int64(typ, &f.rows)
		case id == 4 && typ == thriftList:
			t.list(thriftStruct, func() { f.groups = append(f.groups, t.group()) })
		case id == 5 && typ == thriftList:
			t.list(thriftStruct, func() { t.keyValue(keys) })
		default:
			return false
		}
		return true
	})
	if t.err == nil && t.pos != len(b) {
		t.fail("it goes on after its end")
	}
	if t.err != nil {
		return nil, t.err
	}
	if err := f.schema(keys[keySchema], elements); err != nil {
		return nil, err
	}
	f.place = keys[keyPlace]
	if err := f.check(end); err != nil {
		return nil, err
	}
	return f, f.sums(keys[keySums])
}

// element is one line of the schema.
type element struct {
	name       []byte
	typ        int32
	repetition int32
	children   int32
}

func (t *compact) element() element {
	e := element{typ: -1}
	t.structure(2, func(id int16, typ byte) bool {
		switch id {
		case 1:
			return t.int32(typ, &e.typ)
		case 3:
			return t.int32(typ, &e.repetition)
		case 4:
			return t.text(typ, &e.name)
		case 5:
			return t.int32(typ, &e.children)
		}
		return false
	})
	return e
}

func (t *compact) keyValue(to map[string]string) {
	var k, v []byte
	t.structure(2, func(id int16, typ byte) bool {
		switch id {
		case 1:
			return t.text(typ, &k)
		case 2:
			return t.text(typ, &v)
		}
		return false
	})
	to[string(k)] = string(v)
}

func (t *compact) group() group {
	var g group
	t.structure(2, func(id int16, typ byte) bool {
		switch {
		case id == 1 && typ == thriftList:
			t.list(thriftStruct, func() { g.chunks = append(g.chunks, t.chunk()) })
			return true
		case id == 3:
			return t.int64(typ, &g.rows)
		}
		return false
	})
	return g
}

func (t *compact) chunk() chunkMeta {
	var c chunkMeta
	t.structure(4, func(id int16, typ byte) bool {
		if id == 3 && typ == thriftStruct {
			t.chunkData(&c)
			return true
		}
		return false
	})
	return c
}

func (t *compact) chunkData(c *chunkMeta) {
	t.structure(5, func(id int16, typ byte) bool {
		switch id {
		case 1:
			return t.int32(typ, &c.typ)
		case 4:
			return t.int32(typ, &c.codec)
		case 5:
			return t.int64(typ, &c.slots)
		case 7:
			return t.int64(typ, &c.length)
		case 9:
			return t.int64(typ, &c.dataAt)
		case 11:
			return t.int64(typ, &c.dictAt)
		case 12:
			if typ == thriftStruct {
				t.statistics(c)
				return true
			}
		case 14:
			return t.int64(typ, &c.bloomAt)
		case 15:
			return t.int32(typ, &c.bloomBytes)
		}
		return false
	})
	c.start = c.dataAt
	if c.dictAt > 0 {
		c.start = min(c.start, c.dictAt)
	}
}

func (t *compact) statistics(c *chunkMeta) {
	t.structure(6, func(id int16, typ byte) bool {
		switch id {
		case 3:
			return t.int64(typ, &c.nulls)
		case 5:
			return t.text(typ, &c.max)
		case 6:
			return t.text(typ, &c.min)
		}
		return false
	})
}

// schema takes the kind and the columns. Columns that are nested otherwise than ours are walked
// over.
func (f *footer) schema(name string, elements []element) error {
	kind, version, _ := strings.Cut(name, "/")
	if n, err := strconv.Atoi(version); err != nil || n < 1 {
		return damaged("%q is no schema of ours", name)
	}
	f.kind = telemetry.NumKinds
	for k := range telemetry.NumKinds {
		if k.String() == kind && columns(k) != nil {
			f.kind = k
		}
	}
	if f.kind == telemetry.NumKinds {
		return damaged("kind %q is unknown", kind)
	}
	byName := make(map[string]*column)
	for i, c := range columns(f.kind) {
		byName[c.name] = &columns(f.kind)[i]
	}
	for i := 1; i < len(elements); {
		n, err := f.column(elements[i:], byName)
		if err != nil {
			return err
		}
		i += n
	}
	if len(f.leaves) > maxColumns {
		return damaged("%d columns", len(f.leaves))
	}
	return nil
}

// column takes the column that elements begin with and tells how many of them it is.
func (f *footer) column(elements []element, byName map[string]*column) (int, error) {
	e := elements[0]
	l := leaf{name: string(e.name), typ: e.typ}
	col := byName[l.name]
	n := 1
	switch {
	case e.children == 0 && e.repetition == int32(format.Optional) && e.typ >= 0:
	case isList(elements):
		l.list, l.typ = true, elements[2].typ
		n = 3
	default: // some other shape: its leaves take their places and mean nothing
		return f.foreign(elements)
	}
	if col != nil {
		if col.list() != l.list || int32(col.physical()) != l.typ {
			return 0, damaged("column %s is of the wrong type", l.name)
		}
		l.col = col
		delete(byName, l.name)
	}
	f.leaves = append(f.leaves, l)
	return n, nil
}

func isList(e []element) bool {
	return len(e) >= 3 && e[0].children == 1 && e[0].repetition == int32(format.Optional) &&
		e[1].children == 1 && e[1].repetition == int32(format.Repeated) &&
		e[2].children == 0 && e[2].repetition == int32(format.Required) && e[2].typ >= 0
}

// foreign walks over a column, and the ones nested in it.
func (f *footer) foreign(elements []element) (int, error) {
	n := 0
	for todo := 1; todo > 0; todo-- {
		if n >= len(elements) || elements[n].children < 0 {
			return 0, damaged("the schema ends early")
		}
		if elements[n].children == 0 {
			f.leaves = append(f.leaves, leaf{name: string(elements[n].name)})
		}
		todo += int(elements[n].children)
		n++
	}
	return n, nil
}
