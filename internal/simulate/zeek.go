package simulate

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// zeekSensor sees every conversation. It writes Zeek's rotated logs, a folder per day and a file
// per hour: tab-separated and compressed for older days, JSON for the last day but one, plain for
// the last day.
type zeekSensor struct {
	dir  string
	cfg  Config
	hour time.Time
	open map[string]*zeekFile
	sums sums
}

func openZeek(dir string, cfg Config, sums sums) *zeekSensor {
	return &zeekSensor{dir: filepath.Join(dir, "telemetry", "zeek"), cfg: cfg, open: map[string]*zeekFile{}, sums: sums}
}

// zeekFile is one log of one hour.
type zeekFile struct {
	log    *zeekLog
	asJSON bool
	file   *os.File
	buffer *bufio.Writer // in front of the file
	zip    *gzip.Writer  // nil when not compressed
	out    *bufio.Writer // where rows go
	row    []byte
}

func (z *zeekSensor) take(r *record) error {
	// Of a tunnel Zeek logs what is inside, and no conversation. Where only routers tell of flows it logs none.
	if r.talk == nil || r.what == aspectAlert || r.what == aspectMetered || r.talk.isTunnel() || z.cfg.Sampling > 0 && r.what == aspectFlow {
		return nil
	}
	if h := r.at.Truncate(time.Hour); !h.Equal(z.hour) {
		if err := z.close(); err != nil {
			return err
		}
		z.hour = h
	}
	log, kind, in, cells := zeekRow(r)
	f, err := z.file(log)
	if err != nil {
		return err
	}
	family := "zeek/" + log.path
	z.sums[family]++
	count(r.talk.marks, in, family, kind, r.talk.start, false)
	return f.write(cells)
}

func (z *zeekSensor) file(log *zeekLog) (*zeekFile, error) {
	if f := z.open[log.path]; f != nil {
		return f, nil
	}
	end := z.hour.Add(time.Hour)
	today := z.hour.Truncate(day)
	left := int(z.cfg.end().Sub(today)/day) - 1 // days after this one
	dir := filepath.Join(z.dir, today.Format(time.DateOnly))
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	name := fmt.Sprintf("%s.%s-%s.log", log.path, z.hour.Format(time.TimeOnly), end.Format(time.TimeOnly))
	if left > 0 {
		name += ".gz"
	}
	file, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	f := &zeekFile{log: log, asJSON: left == 1, file: file, buffer: bufio.NewWriter(file)}
	f.out = f.buffer
	if left > 0 {
		f.zip = gzip.NewWriter(f.buffer)
		f.out = bufio.NewWriter(f.zip)
	}
	z.open[log.path] = f
	if f.asJSON {
		return f, nil
	}
	return f, log.header(f.out, z.hour)
}

// close ends the hour's files.
func (z *zeekSensor) close() error {
	var errs []error
	for path, f := range z.open {
		if !f.asJSON {
			_, err := fmt.Fprintf(f.out, "#close\t%s\n", zeekClock(z.hour.Add(time.Hour)))
			errs = append(errs, err)
		}
		errs = append(errs, f.out.Flush())
		if f.zip != nil {
			errs = append(errs, f.zip.Close(), f.buffer.Flush())
		}
		errs = append(errs, f.file.Close())
		delete(z.open, path)
	}
	return errors.Join(errs...)
}

func zeekClock(t time.Time) string { return t.Format("2006-01-02-15-04-05") }

// zeekLog is the shape of a log.
type zeekLog struct {
	path          string
	fields, types []string
}

func newZeekLog(path string, columns string) *zeekLog {
	l := &zeekLog{path: path}
	for c := range strings.FieldsSeq(columns) {
		name, typ, _ := strings.Cut(c, "=")
		l.fields, l.types = append(l.fields, name), append(l.types, typ)
	}
	return l
}

func (l *zeekLog) header(w io.Writer, opened time.Time) error {
	_, err := fmt.Fprintf(w, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t%s\n#open\t%s\n#fields\t%s\n#types\t%s\n",
		l.path, zeekClock(opened), strings.Join(l.fields, "\t"), strings.Join(l.types, "\t"))
	return err
}

// write adds a row, given as the cells of the tab-separated form.
func (f *zeekFile) write(cells []string) error {
	if len(cells) != len(f.log.fields) {
		return fmt.Errorf("%s row of %d cells for %d columns", f.log.path, len(cells), len(f.log.fields))
	}
	f.row = f.row[:0]
	if f.asJSON {
		f.row = f.log.appendJSON(f.row, cells)
	} else {
		for i, c := range cells {
			if i > 0 {
				f.row = append(f.row, '\t')
			}
			f.row = append(f.row, c...)
		}
	}
	f.row = append(f.row, '\n')
	_, err := f.out.Write(f.row)
	return err
}

// appendJSON writes a row as Zeek's JSON writer does: unset fields are left out.
func (l *zeekLog) appendJSON(b []byte, cells []string) []byte {
	b = append(b, '{')
	for i, c := range cells {
		if c == "-" {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendQuoted(b, l.fields[i])
		b = append(b, ':')
		switch typ := l.types[i]; {
		case strings.HasPrefix(typ, "vector[") || strings.HasPrefix(typ, "set["):
			b = appendArray(b, c, strings.HasSuffix(typ, "[interval]"))
		case typ == "bool":
			b = append(b, map[string]string{"T": "true", "F": "false"}[c]...)
		case typ == "time" || typ == "interval" || typ == "count" || typ == "port":
			b = append(b, c...)
		default:
			b = appendQuoted(b, c)
		}
	}
	return append(b, '}')
}

func appendArray(b []byte, cell string, numbers bool) []byte {
	b = append(b, '[')
	if cell != "(empty)" {
		for i, e := range strings.Split(cell, ",") {
			if i > 0 {
				b = append(b, ',')
			}
			if numbers {
				b = append(b, e...)
			} else {
				b = appendQuoted(b, e)
			}
		}
	}
	return append(b, ']')
}

func appendQuoted(b []byte, s string) []byte {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\<>&`, r) }) {
		return append(append(append(b, '"'), s...), '"')
	}
	q, _ := json.Marshal(s) //nolint:errchkjson // a string always encodes
	return append(b, q...)
}
