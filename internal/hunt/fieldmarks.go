package hunt

import (
	"strings"

	"stormglass/internal/telemetry"
)

// fieldMark says what the name of a field tells of its texts.
type fieldMark uint8

const (
	markKnown  fieldMark = 1 << iota
	markFile             // names or paths of files
	markAction           // what a firewall did
)

// fieldMarks keeps what names of fields tell, by field: names are compared once and not for each record.
type fieldMarks []fieldMark

func (m *fieldMarks) of(id telemetry.FieldID) fieldMark {
	if int(id) < len(*m) {
		if k := (*m)[id]; k != 0 {
			return k
		}
	}
	return m.learn(id)
}

func (m *fieldMarks) learn(id telemetry.FieldID) fieldMark {
	for int(id) >= len(*m) {
		*m = append(*m, 0)
	}
	k := markKnown
	name := id.String()
	name = name[strings.LastIndexByte(name, '.')+1:]
	if strings.Contains(name, "file") || strings.Contains(name, "path") || strings.Contains(name, "attachment") || name == "name" {
		k |= markFile
	}
	if id.String() == "event.type" { // of hits of access lists
		k |= markAction
	}
	switch strings.ToLower(name) {
	case "action", "act", "disposition":
		k |= markAction
	}
	(*m)[id] = k
	return k
}
