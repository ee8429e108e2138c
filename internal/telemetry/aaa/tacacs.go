package aaa

import (
	"cmp"
	"strings"

	"stormglass/internal/telemetry"
)

// ReasonUnknown is why not all that a line of accounting states became fields.
const ReasonUnknown = "attributes of accounting without a field stand in the message only"

// Message types the message of an event of text, when it is one of accounting or of Cisco ISE. It reports whether it is, and how many
// attributes it holds that have no field: they stand in the message only.
func Message(b *telemetry.Batch, i int, message string) (is bool, unknown int) {
	if strings.HasPrefix(message, "CISE_") {
		readISE(recordOf(b, i), message)
		return true, 0
	}
	t, ok := tacacsOf(message)
	if !ok {
		if t, ok = looseOf(message); !ok {
			return false, 0
		}
	}
	t.fill(recordOf(b, i))
	return true, t.unknown
}

// tacacs is a record of TACACS+ accounting (RFC 8907, section 7), as daemons write it to a file.
type tacacs struct {
	nas, user, line, remote string
	record                  string // start, stop, update
	unclear                 string // where a name or a command may hold a record: what stands behind the first type of one
	attributes
}

// How many words may stand before the type of a record: the device, the user, his line, and where he came from.
const (
	fewestBefore = 3
	mostBefore   = 4
)

// tacacsOf reads a message. Columns are separated by tabs, or by single blanks; in that form a user's name may not hold any.
func tacacsOf(message string) (t tacacs, ok bool) {
	s := strings.TrimLeft(message, "\t ")
	sep := byte(' ')
	if strings.IndexByte(s[:min(len(s), 4*maxWord)], '\t') >= 0 {
		sep = '\t'
	}
	s = withoutProgram(s)
	var before [mostBefore]string
	for n := 0; n <= mostBefore; n++ {
		end := strings.IndexByte(s, sep)
		if end < 0 || end > maxWord {
			return t, false
		}
		word := s[:end]
		s = s[end+1:]
		if n >= fewestBefore && isRecord(word) {
			t.record = word
			t.who(before[:n])
			return t, t.read(s, sep) && (sep == '\t' || !again(s))
		}
		if n == mostBefore || sep == ' ' && (word == "" || strings.IndexByte(word, '=') >= 0) {
			return t, false
		}
		before[n] = word
	}
	return t, false
}

// withoutProgram takes the tag of a daemon that writes by syslog (tac_plus[7]:) off a message.
func withoutProgram(s string) string {
	end := strings.IndexByte(s[:min(len(s), 64)], ' ')
	if end > 1 && s[end-1] == ':' && (strings.HasPrefix(s, "tac") || strings.HasPrefix(s, "TAC")) {
		return strings.TrimLeft(s[end:], " \t")
	}
	return s
}

func isRecord(word string) bool { return word == "start" || word == "stop" || word == "update" }

func (t *tacacs) who(before []string) {
	if len(before) == mostBefore {
		t.nas, before = before[0], before[1:]
	}
	t.user, t.line, t.remote = before[0], before[1], before[2]
}

// again reports whether a second type of record stands in a line with blanks: then some name before the first may have held it.
func again(s string) bool {
	first, _ := recordsIn(s)
	return first >= 0
}

// fill gives the event what the record says.
func (t *tacacs) fill(r record) {
	r.about(t.nas)
	r.add(fieldAction, t.action())
	r.word(telemetry.FieldUserName, t.user)
	r.from(t.remote)
	r.word(fieldLine, t.line)
	r.word(fieldSession, t.task)
	r.add(fieldRecord, t.record)
	r.word(fieldService, t.service)
	r.word(fieldProtocol, t.protocol)
	if t.hasCommand {
		command, result := ended(r.command(t.command))
		t.result = cmp.Or(t.result, result)
		r.typed(command)
	}
	t.readings(r)
	r.word(fieldPrivilege, t.privilege)
	r.lasted(t.elapsed)
	r.add(fieldReason, t.reason)
	if t.result == "success" || t.result == "failure" {
		r.add(fieldOutcome, t.result)
	}
}

// action gives what happened; empty for a record that says no more than that somebody is still there.
func (t *tacacs) action() string {
	switch {
	case t.hasCommand, strings.Contains(t.unclear, commandAt):
		return "command"
	case t.event == "clock_change":
		return "clock-change"
	case t.event == "sys_acct" && t.reason != "reconfigure":
		return either(t.record, "system-start", "system-stop")
	case t.event != "": // accounting itself was switched (RFC 8907, 8.3: event)
		return either(t.record, "logging-start", "logging-stop")
	}
	return either(t.record, "session-start", "session-end")
}

func either(record, start, stop string) string {
	switch record {
	case "start", "Start":
		return start
	case "stop", "Stop":
		return stop
	}
	return ""
}
