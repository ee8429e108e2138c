package report

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

// IntelFile is a file of intelligence that is in force.
type IntelFile struct {
	Name   string
	ID     string // hex
	Added  time.Time
	Bytes  uint64
	Values uint64
}

// idShown is how many digits of an id a table shows: enough to name it.
const idShown = 12

// WriteIntelFiles lists the files of intelligence in force, as a table or as JSON.
func WriteIntelFiles(w io.Writer, f Format, files []IntelFile, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeIntelFiles(b, files, o)
	case JSON:
		if err := writeIntelFilesJSON(b, files); err != nil {
			return err
		}
	default:
		return fmt.Errorf("the list of intelligence is table or json, not %s", f)
	}
	return b.Flush()
}

func writeIntelFiles(b *bufio.Writer, files []IntelFile, o Options) {
	p := newPage(b, o)
	if len(files) == 0 {
		p.text(0, "", "No intelligence is in force; stormglass intel add takes some in.")
		return
	}
	names := make([]string, len(files))
	rows := [][]string{{"file", "id", "values", "bytes", "added (UTC)"}}
	var values uint64
	for i := range files {
		names[i] = files[i].Name
	}
	p.in.intel = folderOf(names)
	for i := range files {
		f := &files[i]
		values += f.Values
		rows = append(rows, []string{p.in.intel.name(f.Name), f.ID[:min(idShown, len(f.ID))], number(f.Values), bytesText(f.Bytes), f.Added.UTC().Format(minuteForm)})
	}
	p.columns(0, []bool{false, false, true, true, false}, rows)
	p.line("")
	if s := p.in.text(); s != "" {
		p.text(0, dim, s)
	}
	s := count(len(files), "file") + " in force, " + count(values, "value")
	if len(files) > 1 {
		s += " (one that several files state counts for each)"
	}
	p.text(0, dim, s+".")
}

// newPage begins a page of the width and colour that were asked for.
func newPage(b *bufio.Writer, o Options) *page {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	return &page{w: b, width: max(o.Width, minWidth), color: o.Color}
}

type intelFileJSON struct {
	File   string    `json:"file"`
	ID     string    `json:"id"`
	Values uint64    `json:"values"`
	Bytes  uint64    `json:"bytes"`
	Added  time.Time `json:"added"`
}

func writeIntelFilesJSON(b *bufio.Writer, files []IntelFile) error {
	w := &fieldWriter{b: b}
	w.list("files", len(files), func(i int) any {
		f := &files[i]
		return intelFileJSON{f.Name, f.ID, f.Values, f.Bytes, f.Added.UTC()}
	})
	return w.end()
}
