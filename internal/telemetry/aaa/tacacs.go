package aaa

import (
	"cmp"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/cli"
)

// ReasonUnknown is why not all that a line of accounting states became fields.
const ReasonUnknown = "attributes of accounting without a field stand in the message only"

// Message types the message of an event of text, when it is one of accounting or of Cisco ISE. The program is the one that the header
// states, empty where the message may begin with it (tac_plus[7]: …). It reports whether it is such a message, and how many attributes it
// holds that have no field: they stand in the message only.
func Message(b *telemetry.Batch, i int, program, message string) (is bool, unknown int) {
	if strings.HasPrefix(message, "CISE_") {
		readISE(recordOf(b, i), message)
		return true, 0
	}
	s := strings.TrimLeft(message, "\t ")
	if tag, rest := cutProgram(s); program == "" || isServer(tag) {
		program, s = cmp.Or(program, tag), rest
	}
	server := isServer(program)
	if program != "" && !server {
		return false, 0 // somebody's name looks like a record
	}
	t, ok, unclear := tacacsOf(s)
	if !ok && (server || unclear) {
		t, ok = looseOf(s)
	}
	if !ok {
		return false, 0
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

// tacacsOf reads a message without its program. Columns are separated by tabs, or by single blanks; in that form a user's name may not
// hold any, and what may be read in two ways is unclear.
func tacacsOf(s string) (t tacacs, ok, unclear bool) {
	sep := byte(' ')
	if strings.IndexByte(s[:min(len(s), 4*maxWord)], '\t') >= 0 {
		sep = '\t'
	}
	var before [mostBefore]string
	for n := 0; n <= mostBefore; n++ {
		end := strings.IndexByte(s, sep)
		if end < 0 || end > maxWord {
			return t, false, false
		}
		word := s[:end]
		s = s[end+1:]
		if n >= fewestBefore && isRecord(word) {
			t.record = word
			t.who(before[:n])
			ok = t.read(s, sep)
			unclear = ok && sep == ' ' && again(" "+s)
			return t, ok && !unclear, unclear
		}
		if n == mostBefore || sep == ' ' && (word == "" || strings.IndexByte(word, '=') >= 0) {
			return t, false, false
		}
		before[n] = word
	}
	return t, false, false
}

// cutProgram takes the tag of a program off a message (tac_plus[7]:), which has a blank behind it.
func cutProgram(s string) (program, rest string) {
	end := strings.IndexByte(s[:min(len(s), 64)], ' ')
	if end < 2 || s[end-1] != ':' || telemetry.ParseAddr(s[:end]).IsValid() {
		return "", s
	}
	return s[:end-1], strings.TrimLeft(s[end:], " \t")
}

// isServer reports whether a program is a server of TACACS+: whatever else writes a line may hold a name that looks like a record.
func isServer(program string) bool {
	return len(program) >= 3 && strings.EqualFold(program[:3], "tac")
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
		command, result := cli.Outcome(r.command(t.command))
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
