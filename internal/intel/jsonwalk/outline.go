package jsonwalk

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Outline is the shape of a JSON value: the paths of the keys down to the fourth level with the
// texts that stand there. Elements of an array are "[]", a key that is a UUID is "*uuid", one of
// 40 hex digits is "*hex". Only the first element of each array counts. The path "" holds the kind
// of the value itself, "{" or "[".
type Outline map[string]string

// OutlineOf gives the outline of the value that head begins with; head may end anywhere.
func OutlineOf(head []byte) Outline {
	o := Outline{}
	head = bytes.TrimPrefix(head, bom)
	switch trimmed := bytes.TrimLeft(head, " \t\r\n"); {
	case len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[':
		return o
	default:
		o[""] = string(trimmed[:1])
	}
	dec := jsontext.NewDecoder(bytes.NewReader(head), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	o.value(dec, "", 0)
	return o
}

const (
	outlineDepth = 4
	outlineSize  = 4000
	outlineText  = 200
)

// value reads one value; false ends the outline.
func (o Outline) value(dec *jsontext.Decoder, path string, depth int) bool {
	switch dec.PeekKind() {
	case '{':
		_, err := dec.ReadToken()
		for err == nil && dec.PeekKind() != '}' {
			var key jsontext.Value
			if key, err = dec.ReadValue(); err != nil {
				return false
			}
			at := join(path, generic(string(unquoted(key))))
			_, seen := o[at]
			if len(o) < outlineSize && !seen {
				o[at] = ""
			}
			if depth+1 >= outlineDepth || seen {
				if dec.PeekKind() == '{' || dec.PeekKind() == '[' {
					if dec.SkipValue() != nil {
						return false
					}
					continue
				}
			}
			if !o.value(dec, at, depth+1) {
				return false
			}
		}
	case '[':
		_, err := dec.ReadToken()
		for n := 0; err == nil && dec.PeekKind() != ']'; n++ {
			if at := path + "[]"; n == 0 && !o.Has(at) {
				o[at] = ""
			}
			if n == 0 && depth+1 < outlineDepth {
				if !o.value(dec, path+"[]", depth+1) {
					return false
				}
			} else if dec.SkipValue() != nil {
				return false
			}
		}
	default:
		v, err := dec.ReadValue()
		if err != nil {
			return false
		}
		if _, seen := o[path]; path != "" && (!seen || o[path] == "") && len(v) <= outlineText && len(o) < outlineSize {
			o[path] = string(unquoted(v))
		}
		return true
	}
	_, err := dec.ReadToken()
	return err == nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// generic replaces keys that are ids.
func generic(key string) string {
	isHex := strings.Trim(key, "0123456789abcdefABCDEF-") == ""
	switch {
	case isHex && len(key) == 36 && strings.Count(key, "-") == 4:
		return "*uuid"
	case isHex && len(key) == 40:
		return "*hex"
	}
	return key
}

// Has reports whether all paths are there.
func (o Outline) Has(paths ...string) bool {
	for _, p := range paths {
		if _, ok := o[p]; !ok {
			return false
		}
	}
	return true
}

// Any reports whether one of the paths is there.
func (o Outline) Any(paths ...string) bool {
	for _, p := range paths {
		if _, ok := o[p]; ok {
			return true
		}
	}
	return false
}

// Kind gives "{" or "[", empty when the text is neither.
func (o Outline) Kind() string { return o[""] }

// Empty reports whether the value is an object or array without contents.
func (o Outline) Empty() bool { return len(o) == 1 && o[""] != "" }
