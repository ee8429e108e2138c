package csv

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// header is the line of names and what it makes of the rows.
type header struct {
	line    string
	delim   byte
	kind    telemetry.Kind
	columns []column
	tool    tool
}

type column struct {
	name  string
	field telemetry.FieldID
	known bool
	pair  telemetry.FieldID
	role  role
}

// role is what is special about a column.
type role uint8

const (
	plain role = iota
	roleFlags
	rolePort  // destination port, perhaps an ICMP type and code
	roleNanos // event.duration of ECS
	roleDirection
	roleICMPType
	roleICMPCode
)

// How far down the line of names may stand, and how wide it may be.
const (
	maxPreamble = 10
	maxColumns  = 1024
)

// findHeader looks for the line of names in the first lines of a file.
func findHeader(head []byte) *header {
	lines := strings.SplitN(string(head), "\n", maxPreamble+3)
	for i, line := range lines[:min(len(lines), maxPreamble)] {
		line = strings.TrimSuffix(line, "\r")
		next := ""
		for _, l := range lines[i+1:] {
			if l = strings.TrimSuffix(l, "\r"); l != "" {
				next = l
				break
			}
		}
		for _, delim := range []byte{',', ';', '\t', '|'} {
			if names, ok := headerNames(line, next, delim, i == 0); ok {
				return compile(line, delim, names)
			}
		}
	}
	return nil
}

// headerNames reports whether a line names columns: all of them look like names, and enough of
// them are known, or it is the first line, and the one below has as many values.
func headerNames(line, next string, delim byte, first bool) ([]string, bool) {
	names, ok := split(strings.TrimPrefix(line, "\ufeff"), delim)
	if ok && len(names) > 2 && names[len(names)-1] == "" { // a delimiter at the line's end
		names = names[:len(names)-1]
	}
	if !ok || len(names) < 2 || len(names) > maxColumns {
		return nil, false
	}
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !likeName(names[i]) {
			return nil, false
		}
	}
	known, by := 0, toolOf(names)
	for _, name := range names {
		if _, ok := by.fieldOf(name); ok {
			known++
		}
	}
	below, ok := split(next, delim)
	same := ok && (len(below) == len(names) || len(below) == len(names)+1 && below[len(names)] == "")
	if next != "" && !same && known < 4 {
		return nil, false
	}
	return names, known >= 2 || first && same && len(names) >= 3 && !slices.Equal(below, names)
}

func likeName(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	letters := false
	for i := range len(s) {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters = true
		case c >= '0' && c <= '9', strings.IndexByte("_.-@ ()/#%+", c) >= 0:
		default:
			return false
		}
	}
	return letters && strings.Count(s, " ") <= 3 && (s[0] < '0' || s[0] > '9')
}

func compile(line string, delim byte, names []string) *header {
	h := &header{line: line, delim: delim, tool: toolOf(names), kind: kindOf(names)}
	for _, name := range names {
		c := column{name: name, pair: h.tool.pairOf(name)}
		c.field, c.known = h.tool.fieldOf(name)
		switch strings.ToLower(name) {
		case "flg", "flags", "tcp_flags", "tcpflags":
			c.role = roleFlags
		case "event.duration":
			c.role = roleNanos
		}
		if c.known && c.field == telemetry.FieldDestinationPort {
			c.role = rolePort
		}
		if r := h.tool.roleOf(name); r != plain {
			c.role = r
		}
		h.columns = append(h.columns, c)
	}
	return h
}

// kindOf decides what rows with such names are.
func kindOf(names []string) telemetry.Kind {
	have, by := map[telemetry.FieldID]bool{}, toolOf(names)
	for _, name := range names {
		switch strings.ToLower(name) {
		case "message", "msg", "signature", "alert", "eventid", "event_id", "event id", "rule":
			return telemetry.KindEvent
		}
		if id, ok := by.fieldOf(name); ok {
			have[id] = true
		}
	}
	one := func(ids ...telemetry.FieldID) bool {
		return slices.ContainsFunc(ids, func(id telemetry.FieldID) bool { return have[id] })
	}
	switch {
	case one(telemetry.FieldDNSQuestionName):
		return telemetry.KindDNS
	case one(telemetry.FieldHTTPMethod, telemetry.FieldURLOriginal):
		return telemetry.KindHTTP
	case one(telemetry.FieldTLSServerName, telemetry.FieldTLSJA3, telemetry.FieldTLSJA4, telemetry.FieldTLSFingerprints):
		return telemetry.KindTLS
	case one(telemetry.FieldFileMD5, telemetry.FieldFileSHA1, telemetry.FieldFileSHA256):
		return telemetry.KindFile
	case one(telemetry.FieldSourceIP, telemetry.FieldDestinationIP) &&
		one(telemetry.FieldSourcePort, telemetry.FieldDestinationPort, telemetry.FieldTransport, telemetry.FieldSourceBytes,
			telemetry.FieldDestinationBytes, telemetry.FieldSourcePackets):
		return telemetry.KindFlow
	}
	return telemetry.KindEvent
}
