package imports

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// ldifRecord is one entry of a directory, as far as it is read.
type ldifRecord struct {
	line    int
	dn      string
	classes []string // folded
	names   map[string]string
	members []ldifMember
	groups  []ldifMember // groups that the entry says it belongs to
}

// ldifMember is one value of member, uniqueMember, memberUid or memberOf.
type ldifMember struct {
	line int
	text string
	uid  bool // a name, not a distinguished name
}

// Limits of LDIF (RFC 2849).
const (
	maxLDIFValue  = 64 << 10 // bytes of a value that is read
	maxLDIFValues = 2_000_000
)

// ldifNamed are attributes of which the first value is kept. Everything else, passwords above all, is passed over undecoded.
var ldifNamed = words2set("cn uid samaccountname userprincipalname displayname useraccountcontrol")

// ldifReader goes through a file line by line, joining lines that go on with a blank.
type ldifReader struct {
	*reading
	data   []byte
	line   int
	values int
}

// records reads all entries.
func (l *ldifReader) records() []*ldifRecord {
	var out []*ldifRecord
	var now *ldifRecord
	for {
		line, text, ok := l.logical()
		if !ok {
			return out
		}
		if len(text) == 0 {
			now = nil
			continue
		}
		name, value, ok := l.attribute(line, text)
		switch {
		case !ok || name == "version" && now == nil:
		case name == "dn":
			now = &ldifRecord{line: line, dn: value, names: map[string]string{}}
			out = append(out, now)
		case now == nil:
			l.left(line, "it belongs to no entry: entries begin with dn:")
		default:
			l.put(now, line, name, value)
		}
	}
}

// logical gives the next line with those that go on with a blank; comments are passed over.
func (l *ldifReader) logical() (line int, text []byte, ok bool) {
	for len(l.data) > 0 {
		line = l.line
		text = l.physical()
		joined := false
		for len(l.data) > 0 && l.data[0] == ' ' && len(text) > 0 {
			more := l.physical()[1:]
			if !joined {
				text, joined = bytes.Clone(text), true
			}
			if len(text) <= 2*maxLDIFValue {
				text = append(text, more...)
			}
		}
		if len(text) == 0 || text[0] != '#' {
			return line, text, true
		}
	}
	return 0, nil, false
}

func (l *ldifReader) physical() []byte {
	text, rest, _ := bytes.Cut(l.data, []byte("\n"))
	l.data = rest
	l.line++
	return bytes.TrimSuffix(text, []byte("\r"))
}

// attribute divides a line; not ok: nothing is taken of it.
func (l *ldifReader) attribute(line int, text []byte) (name, value string, ok bool) {
	head, rest, cut := bytes.Cut(text, []byte(":"))
	if !cut {
		if string(text) != "-" {
			l.left(line, "it is neither an attribute nor an end of an entry")
		}
		return "", "", false
	}
	name, options, _ := strings.Cut(strings.ToLower(strings.TrimSpace(string(head[:min(len(head), 128)]))), ";")
	if strings.Contains(options, "range=") && !strings.HasSuffix(options, "-*") {
		l.remark("a group has further members that the export lacks (range): export all")
	}
	if !ldifTaken(name) {
		return "", "", false
	}
	switch {
	case len(rest) > 0 && rest[0] == '<':
		l.left(line, "the value is in another file, which is not read")
		return "", "", false
	case len(rest) > 0 && rest[0] == ':':
		out, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(rest[1:])))
		if err != nil {
			l.left(line, "the value is no base64")
			return "", "", false
		}
		rest = out
	}
	rest = bytes.TrimSpace(rest)
	if len(rest) > maxLDIFValue || !utf8.Valid(rest) {
		l.left(line, "the value is too long, or not UTF-8")
		return "", "", false
	}
	return name, string(rest), true
}

func ldifTaken(name string) bool {
	switch name {
	case "dn", "objectclass", "member", "uniquemember", "memberuid", "memberof", "changetype", "version":
		return true
	}
	return ldifNamed[name]
}

// put takes a value into an entry.
func (l *ldifReader) put(r *ldifRecord, line int, name, value string) {
	if l.values++; l.values > maxLDIFValues {
		l.left(line, "there are over %d values: export fewer groups", maxLDIFValues)
		return
	}
	switch name {
	case "objectclass":
		r.classes = append(r.classes, strings.ToLower(value))
	case "member", "uniquemember", "memberuid":
		r.members = append(r.members, ldifMember{line, value, name == "memberuid"})
	case "memberof":
		r.groups = append(r.groups, ldifMember{line: line, text: value})
	case "changetype":
		if !strings.EqualFold(value, "add") {
			l.left(line, "it is a change, not an entry: export the entries themselves")
			r.members, r.groups = nil, nil
		}
	default:
		if ldifNamed[name] && r.names[name] == "" {
			r.names[name] = value
		}
	}
}
