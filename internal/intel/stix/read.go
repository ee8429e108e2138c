package stix

import (
	"context"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
)

// Sniff reports whether a file that begins with head holds STIX objects.
func Sniff(head []byte) bool {
	o := jsonwalk.OutlineOf(head)
	return isContainer(o) || isObject(o, "") || isObject(o, "[].") || o.Any("[].objects", "[].objects[].type")
}

func isContainer(o jsonwalk.Outline) bool {
	return o["type"] == "bundle" || isObject(o, "objects[].") ||
		o.Has("objects") && o.Any("more", "next") || o.Has("/discovery")
}

func isObject(o jsonwalk.Outline, at string) bool {
	typ := o[at+"type"]
	return typ != "" && typ != "bundle" && strings.HasPrefix(o[at+"id"], typ+"--")
}

// Read takes in a file of STIX objects. What was read before an error counts.
func Read(ctx context.Context, r io.Reader, name string, l *intel.Loader) error {
	l.File(name, "stix")
	doc, err := jsonwalk.New(ctx, r)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	rd := newReader(doc, l, name)
	outline := doc.Outline()
	for n := 0; err == nil && (n == 0 || doc.More()); n++ {
		err = rd.document(outline)
	}
	rd.resolve(err != nil)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func (rd *reader) document(o jsonwalk.Outline) error {
	switch {
	case isObject(o, ""):
		return rd.object()
	case isObject(o, "[]."):
		return rd.doc.Each(rd.object)
	}
	return rd.search("", 0)
}

// search looks for lists of objects: in a bundle or envelope they are at the top, in a dump of a
// TAXII server deeper. What else a server states about itself is listed.
func (rd *reader) search(name string, depth int) error {
	if depth >= jsonwalk.MaxDepth/2 {
		return rd.doc.Skip()
	}
	switch rd.doc.Kind() {
	case '[':
		return rd.doc.Array(func() error {
			switch name {
			case "collections":
				rd.number++
				rd.l.NotLoaded(intel.Listed, "TAXII collection: its objects are counted on their own", rd.where("").String(), "")
			case "status":
				return rd.taxii("TAXII status: holds no objects")
			}
			return rd.search("", depth+1)
		})
	case '{':
		return rd.doc.Object(func(key []byte) error { return rd.member(string(key), depth) })
	}
	return rd.doc.Skip()
}

func (rd *reader) member(key string, depth int) error {
	kind := rd.doc.Kind()
	switch {
	case key == "objects" && kind == '[':
		return rd.doc.Array(rd.object)
	case key == "id" && kind == '"' && depth == 0:
		it, err := rd.doc.Item()
		if err == nil {
			rd.bundle, _ = it.Text()
		}
		return err
	case key == "/discovery" && kind == '{':
		return rd.taxii("TAXII discovery: holds no objects")
	case key == "information" && kind == '{':
		return rd.taxii("TAXII API root: holds no objects itself")
	case kind == '{' || kind == '[':
		return rd.search(key, depth+1)
	}
	return rd.doc.Skip()
}

// taxii lists something that a TAXII server states.
func (rd *reader) taxii(reason string) error {
	rd.number++
	rd.l.NotLoaded(intel.Listed, reason, rd.where("").String(), "")
	return rd.doc.Skip()
}

func (rd *reader) where(id string) intel.Where {
	return intel.Where{What: "object", ID: id, N: rd.number}
}
