package list

import (
	"bytes"
	"slices"
	"strings"

	"stormglass/internal/observable"
)

type formKind uint8

const (
	plainForm formKind = iota
	csvForm
	zeekForm
	hashForm // the cache of a MISP feed: md5 and uuid, without header
)

// form is what the beginning of a file says of it.
type form struct {
	kind    formKind
	values  bool // of a plain form: most lines are values
	header  int  // line of a CSV header, from 1
	columns columns
	delim   byte
}

// looked is how many lines of the beginning are looked at.
const looked = 200

func formOf(head []byte) form {
	whole := len(head) < headSize
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	good, bad, hashes, n := 0, 0, 0, 0
	commented := form{}
	for len(head) > 0 && good+bad < looked {
		line, rest, ended := bytes.Cut(head, []byte("\n"))
		if !ended && !whole && n > 0 {
			break
		}
		n, head = n+1, rest
		line = bytes.TrimRight(line, "\r")
		if fields, ok := bytes.CutPrefix(line, []byte("#fields")); ok {
			// Zeek's own intel.log has seen.indicator_type: a log of hits, not a feed.
			if slices.Contains(strings.Split(string(fields), "\t"), "indicator_type") {
				return form{kind: zeekForm}
			}
			return form{}
		}
		text, comment := isComment(line)
		if comment {
			if c, delim, ok := parseHeader(text, true); ok {
				commented = form{kind: csvForm, header: n, columns: c, delim: delim}
			}
			continue
		}
		value, _ := splitLine(line)
		if len(value) == 0 {
			continue
		}
		if good+bad+hashes == 0 {
			if c, delim, ok := parseHeader(line, false); ok {
				return form{kind: csvForm, header: n, columns: c, delim: delim}
			}
			if commented.kind == csvForm && bytes.IndexByte(line, commented.delim) >= 0 {
				return commented
			}
		}
		switch {
		case isCacheLine(line):
			hashes++
		case isValueLine(value):
			good++
		default:
			bad++
		}
	}
	if commented.kind == csvForm && good+bad+hashes == 0 {
		return commented
	}
	if hashes > 0 && good+bad == 0 {
		return form{kind: hashForm}
	}
	return form{values: good > 0 && good >= 2*bad}
}

func isValueLine(value []byte) bool {
	first, rest := cutToken(value)
	if isSink(first) && len(rest) > 0 {
		return true
	}
	// Prose, a table, a line of an access log.
	if len(bytes.Fields(rest)) > 12 || bytes.Count(value, []byte("\t")) > 4 || bytes.ContainsAny(rest, "\"[{=") {
		return false
	}
	_, _, err := guess(clean(string(first)))
	return err == nil
}

// isCacheLine recognises "md5,uuid".
func isCacheLine(line []byte) bool {
	hash, id, ok := bytes.Cut(bytes.TrimSpace(line), []byte(","))
	if !ok || len(id) != 36 || bytes.Count(id, []byte("-")) != 4 {
		return false
	}
	_, err := observable.ParseAs(observable.MD5, string(hash))
	return err == nil && len(hash) == 32
}
