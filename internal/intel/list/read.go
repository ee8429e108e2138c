package list

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/intel"
)

// headSize is how much of a file decides what it is, in bytes.
const headSize = 64 << 10

// Sniff reports whether a file that begins with head is a list of indicators: a Zeek intel file,
// CSV whose header names a column of values, or lines most of which are values.
func Sniff(head []byte) bool {
	f := formOf(head)
	return f.kind != plainForm || f.values
}

// Read takes in a list. What was read before an error counts.
func Read(ctx context.Context, r io.Reader, name string, l *intel.Loader) error {
	b := bufio.NewReaderSize(r, headSize)
	head, err := b.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read the beginning of %s: %w", name, err)
	}
	f := formOf(head)
	format := map[formKind]string{plainForm: "list", csvForm: "csv", zeekForm: "zeek-intel", hashForm: "csv"}[f.kind]
	l.File(name, format)
	rd := &reader{l: l, lines: newLines(b), sources: map[string]intel.SourceID{}}
	rd.src = &intel.Source{Format: format, File: name, Title: name[strings.LastIndexAny(name, `/\`)+1:]}
	rd.id = l.Source(rd.src)
	switch f.kind {
	case zeekForm:
		rd.zeek(ctx)
	case csvForm:
		rd.csv(ctx, f)
	case hashForm:
		rd.cache(ctx)
	default:
		rd.plain(ctx)
	}
	if err := rd.lines.failed(); err != nil {
		return fmt.Errorf("read %s after line %d: %w", name, rd.lines.n, err)
	}
	return nil
}

// reader is the state of one file.
type reader struct {
	l       *intel.Loader
	lines   *lines
	src     *intel.Source // of the file
	id      intel.SourceID
	sources map[string]intel.SourceID // named in a column
}

// maxSources bounds the sources that a column may name; further ones count as the file.
const maxSources = 10_000

// source gives the source that a column names.
func (rd *reader) source(name string) intel.SourceID {
	if name == "" {
		return rd.id
	}
	id, ok := rd.sources[name]
	if !ok {
		if len(rd.sources) >= maxSources {
			return rd.id
		}
		id = rd.l.Source(&intel.Source{Format: rd.src.Format, File: rd.src.File, Title: name, Org: name, TLP: rd.src.TLP})
		rd.sources[name] = id
	}
	return id
}

func (rd *reader) where() intel.Where { return intel.Where{What: "line", N: rd.lines.n} }

// comment looks for a marking in a comment, such as "# TLP:AMBER".
func (rd *reader) comment(text []byte) {
	_, after, ok := bytes.Cut(bytes.ToLower(text[:min(len(text), 1000)]), []byte("tlp:"))
	if !ok {
		return
	}
	word := strings.TrimLeft(string(after), " ")
	if n := strings.IndexFunc(word, func(r rune) bool { return (r < 'a' || r > 'z') && r != '+' }); n >= 0 {
		word = word[:n]
	}
	if t, ok := intel.ParseTLP("tlp:" + word); ok && word != "" {
		rd.src.TLP = max(rd.src.TLP, t)
		for _, id := range rd.sources {
			src := rd.l.Library.Sources[id]
			src.TLP = max(src.TLP, rd.src.TLP)
		}
	}
}

// cache lists the lines of a MISP feed's hashes.csv.
func (rd *reader) cache(ctx context.Context) {
	for rd.lines.next(ctx) {
		if len(bytes.TrimSpace(rd.lines.line)) > 0 {
			rd.lose(intel.Listed, "feed cache, holds no readable values")
		}
	}
}

func (rd *reader) lose(o intel.Outcome, reason string) {
	where := ""
	if rd.l.KeepNotes {
		where = rd.where().String()
	}
	rd.l.NotLoaded(o, reason, where, "")
}
