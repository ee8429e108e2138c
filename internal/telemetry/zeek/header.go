package zeek

import (
	"bytes"
	"strings"

	"stormglass/internal/telemetry"
)

// header is what the # lines of a log state. It is immutable: a directive makes a new one.
type header struct {
	sep, setSep  string
	empty, unset string
	path         string
	name         string // the path that the file's name gives, for headers that lack one
	fields       []string
	types        []string
	bare         string // the line of names of a log that has no # lines
	columns      []column
	log          *log
}

func newHeader(name, bare string) *header {
	h := &header{sep: "\t", setSep: ",", empty: "(empty)", unset: "-", name: strings.Clone(name), bare: strings.Clone(bare)}
	if bare != "" {
		h.fields = strings.Split(h.bare, h.sep)
		h.compile()
	}
	return h
}

// after gives the header in force after data.
func (h *header) after(data []byte) *header {
	for at := 0; ; {
		if len(data) > at && data[at] == '#' {
			line := data[at:]
			if end := bytes.IndexByte(line, '\n'); end >= 0 {
				line = line[:end]
			}
			h = h.directive(telemetry.View(bytes.TrimSuffix(line, []byte{'\r'})))
		}
		next := bytes.Index(data[at:], []byte("\n#"))
		if next < 0 {
			return h
		}
		at += next + 1
	}
}

// directive gives the header as a # line changes it.
func (h *header) directive(line string) *header {
	if v, ok := strings.CutPrefix(line, "#separator "); ok {
		n := *h
		if n.sep = unescapeHeader(v); n.sep == "" {
			n.sep = "\t"
		}
		return &n
	}
	word, value, ok := strings.Cut(line, h.sep)
	if !ok {
		return h
	}
	n := *h
	switch word {
	case "#set_separator":
		n.setSep = unescapeHeader(value)
	case "#empty_field":
		n.empty = unescapeHeader(value)
	case "#unset_field":
		n.unset = unescapeHeader(value)
	case "#path":
		// A file may be logs of several kinds, one after the other.
		n.path, n.fields, n.types, n.columns = strings.Clone(value), nil, nil, nil
	case "#fields":
		n.bare, n.types = "", nil
		n.fields = strings.Split(strings.Clone(value), h.sep)
		n.compile()
	case "#types":
		n.types = strings.Split(strings.Clone(value), h.sep)
		if n.fields != nil {
			n.compile()
		}
	default:
		return h
	}
	return &n
}

// compile prepares the columns.
func (h *header) compile() {
	path := h.path
	if path == "" {
		if path = h.name; path == "" || logs[path] == nil && guessNames(h.fields) != "" {
			path = guessNames(h.fields)
		}
	}
	h.log = logOf(path)
	h.columns = make([]column, len(h.fields))
	var seen uint64
	for i, name := range h.fields {
		typ := ""
		if i < len(h.types) {
			typ = h.types[i]
		}
		c := h.log.column(name)
		c.setType(typ)
		if c.set != nil && seen&c.bit != 0 {
			c.set = nil // a name that occurs twice: the first fills the field
		}
		seen |= c.bit
		h.columns[i] = c
	}
}

// unescapeHeader resolves the \xNN of a header's value.
func unescapeHeader(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return strings.Clone(s)
	}
	return string(unescape(nil, s))
}

// headerStarts reports whether text begins with a # line of a Zeek log.
func headerStarts(text string) bool {
	for strings.HasPrefix(text, "### ") {
		_, text, _ = strings.Cut(text, "\n")
	}
	for _, w := range []string{"#separator ", "#set_separator", "#fields\t", "#path\t"} {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

// bareHeader gives the first line when it names columns as Zeek does, with no # before it: what
// zeek-cut and Zeek's own test baselines write.
func bareHeader(text string) string {
	for strings.HasPrefix(text, "### ") {
		_, text, _ = strings.Cut(text, "\n")
	}
	line, _, _ := strings.Cut(text, "\n")
	line = strings.TrimSuffix(line, "\r")
	names := 0
	known := false
	for name := range strings.SplitSeq(line, "\t") {
		if !columnName(name) {
			return ""
		}
		names++
		known = known || name == "uid" || name == "fuid" || name == "id.orig_h"
	}
	if names < 2 || !known {
		return ""
	}
	return line
}

func columnName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if i == 0 || c != '_' && c != '.' && (c < '0' || c > '9') {
				return false
			}
		}
	}
	return s != "" && len(s) <= 64
}
