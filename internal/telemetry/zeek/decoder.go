package zeek

import (
	"sync"

	"stormglass/internal/telemetry"
)

// Decoder reads one log. Prepare serves one goroutine, Decode any number.
type Decoder struct {
	json   bool
	path   string    // the log's path as far as the file's name tells it; may be empty
	sure   bool      // path is that of a log we know
	header *header   // in force where Prepare has come to
	states sync.Pool // of *jsonState
}

// Sniff reports whether head starts a Zeek log: a header, a line of column names, or JSON objects
// with Zeek's keys.
func Sniff(head []byte, name string) bool {
	text := telemetry.View(head)
	return headerStarts(text) || bareHeader(text) != "" || jsonStarts(text, name)
}

// New makes a decoder for the log whose first bytes are head.
func New(head []byte, name string) *Decoder {
	d := &Decoder{}
	d.path, d.sure = pathOfName(name)
	text := telemetry.View(head)
	d.json = !headerStarts(text) && bareHeader(text) == ""
	if !d.json {
		d.header = newHeader(d.path, bareHeader(text))
	}
	return d
}

// Name gives the format's name.
func (d *Decoder) Name() string {
	if d.json {
		return "zeek json"
	}
	return "zeek tsv"
}

// Prepare notes the header in force at the block's start, and reads those within it.
func (d *Decoder) Prepare(b *telemetry.Block) {
	if d.json {
		return
	}
	b.Context = d.header
	d.header = d.header.after(b.Data)
}

// Decode reads the block's lines.
func (d *Decoder) Decode(b *telemetry.Block, s *telemetry.Set) {
	if d.json {
		d.decodeJSON(b, s)
		return
	}
	h, ok := b.Context.(*header)
	if !ok {
		h = newHeader(d.path, "")
	}
	decodeTSV(h, b, s)
}
