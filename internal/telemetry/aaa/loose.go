package aaa

import (
	"strings"

	"stormglass/internal/telemetry/cli"
)

// commandAt stands before a command in a line with blanks.
const commandAt = " cmd="

// maxReadings bounds how often a command may be read anew, and longestReading what is read so: what is longer is no command.
const (
	maxReadings    = 32
	longestReading = 8192
)

// looseOf reads a record between blanks of which somebody's name has blanks, too, or looks like a record. What can be told is kept: that
// it is a record, and what was done. Nothing but the server stands behind the type of a record but the command, so in a record without
// one the last type counts, and the line and the address before it; where there is one nobody is named, and the command is read in each
// way that it may be.
func looseOf(s string) (t tacacs, ok bool) {
	first, last := recordsIn(s)
	if first < 0 || strings.IndexByte(s[:first], '\t') >= 0 {
		return t, false
	}
	at := last
	if first != last && strings.Contains(s[first:], commandAt) {
		at, t.unclear = first, s[first:]
	}
	var rest string
	t.record, rest, _ = strings.Cut(s[at:], " ")
	if !t.read(rest, ' ') || t.task == "" {
		return t, false
	}
	if t.unclear != "" {
		t.attributes = attributes{}
		return t, true
	}
	head := strings.TrimRight(s[:at], " ")
	if i := strings.LastIndexByte(head, ' '); i >= 0 {
		head, t.remote = head[:i], head[i+1:]
		t.line = head[strings.LastIndexByte(head, ' ')+1:]
	}
	return t, true
}

// recordsIn gives the places of the first and the last type of a record in a line with blanks, before an attribute; -1 where there is none.
func recordsIn(s string) (first, last int) {
	first, last = -1, -1
	for _, word := range [...]string{" start ", " stop ", " update "} {
		for at := 0; ; {
			i := strings.Index(s[at:], word)
			if i < 0 {
				break
			}
			at += i + len(word)
			name, _, ok := strings.Cut(s[at:min(len(s), at+32)], "=")
			if !ok || !knownAttributes[name] {
				at-- // the blank may be that before the next
				continue
			}
			place := at - len(word) + 1
			if first < 0 || place < first {
				first = place
			}
			last = max(last, place)
		}
	}
	return first, last
}

// readings adds the commands that an unclear record may be of.
func (t *tacacs) readings(r record) {
	rest := t.unclear
	for range maxReadings {
		var ok bool
		if _, rest, ok = strings.Cut(rest, commandAt); !ok {
			return
		}
		if len(rest) <= longestReading {
			command, _ := cli.Outcome(r.command(rest))
			r.typed(command)
		}
	}
}
