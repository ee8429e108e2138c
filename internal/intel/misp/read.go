package misp

import (
	"context"
	"fmt"
	"io"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
)

// Sniff reports whether a file that begins with head is one of MISP's.
func Sniff(head []byte) bool { return shapeOf(jsonwalk.OutlineOf(head)) != unknown }

// Read takes in a file of MISP. What was read before an error counts.
func Read(ctx context.Context, r io.Reader, name string, l *intel.Loader) error {
	l.File(name, "misp")
	doc, err := jsonwalk.New(ctx, r)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	rd := &reader{doc: doc, l: l, file: name, sources: map[string]intel.SourceID{}}
	outline := doc.Outline()
	shape := shapeOf(outline)
	for n := 0; n == 0 || doc.More(); n++ {
		if err := rd.document(shape, outline); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	return nil
}

// reader is the state of one file.
type reader struct {
	doc     *jsonwalk.Doc
	l       *intel.Loader
	file    string
	sources map[string]intel.SourceID // of attributes that name their event themselves
	attr    attribute                 // reused
}

func (rd *reader) document(shape shape, o jsonwalk.Outline) error {
	if d, ok := descriptions[shape]; ok {
		return rd.described(d)
	}
	switch shape {
	case warningList:
		return rd.warningList()
	case clusters:
		return rd.clusters(o["type"])
	case loneAttribute:
		return rd.lone()
	default:
		return rd.answer(0)
	}
}

// maxWrap is how many wrappers ("response", lists) are opened around an event.
const maxWrap = 8

// answer reads an event, a list of events, or either inside the wrappers of MISP's interface.
func (rd *reader) answer(depth int) error {
	if depth > maxWrap {
		rd.l.NotLoaded(intel.Reported, "events are wrapped in too many layers", "", "")
		return rd.doc.Skip()
	}
	switch rd.doc.Kind() {
	case '[':
		return rd.doc.Array(func() error { return rd.answer(depth + 1) })
	case '{':
		return rd.event(depth)
	default:
		rd.l.NotLoaded(intel.Reported, "not an event", "", "")
		return rd.doc.Skip()
	}
}

// lone reads a file that is one attribute.
func (rd *reader) lone() error {
	e := &event{rd: rd}
	return e.attribute(nil)
}
