package hostlog

import (
	"encoding/hex"
	"strings"

	"stormglass/internal/telemetry"
)

// auditName is a name of a record's pairs that is known.
type auditName struct {
	at      int               // where its value is kept
	field   telemetry.FieldID // as which it becomes a pair
	pair    bool
	encoded bool // its value is written as hexadecimal digits, without quotes, when it holds spaces or worse
}

// auditNames are the names that are read. Only those of the first list become pairs under their own names, which rules ask for: whoever
// can write a line could otherwise fill up the table of names. The message keeps the rest.
var auditNames = func() map[string]auditName {
	m := map[string]auditName{}
	for name := range strings.FieldsSeq(`type exe comm key name a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 argc cwd proctitle syscall success exit
		uid auid euid suid fsuid gid egid tty ses pid ppid acct op res hostname addr terminal nametype saddr unit cmd subj id grantors
		arch items inode dev mode ouid ogid new-level old-level table family entries apparmor operation`) {
		m[name] = auditName{at: len(m), field: telemetry.FieldNamed(name), pair: true}
	}
	for name := range strings.FieldsSeq(`exe comm name cwd proctitle cmd acct key`) {
		n := m[name]
		n.encoded = true
		m[name] = n
	}
	for name := range strings.FieldsSeq(`node SYSCALL UID AUID EUID ID audit_enabled prom grp`) {
		m[name] = auditName{at: len(m)}
	}
	return m
}()

const (
	tellWithin = 256 // how far into a message the tell of its sort is looked for
	maxPairs   = 128 // of a record
	maxArgs    = 1024
)

// auditTell stands in every record, before the time and the count of its event.
const auditTell = "msg=audit("

// isAudit reports whether a text is a record of the audit daemon: nothing but the name of a host stands before its type.
func isAudit(s string) bool {
	if !strings.HasPrefix(s, "type=") && !strings.HasPrefix(s, "node=") {
		return false
	}
	return strings.Contains(s[:min(len(s), tellWithin)], auditTell)
}

// audit is what is read of a record: values of known names, the first of each, decoded.
type audit struct {
	record
	values    [96]string // by place of the name
	args      []string   // of EXECVE, in order
	execve    bool
	pairs     int
	more      bool
	freshName string
	digits    []string // the values that were written as hexadecimal digits: the text of each is in texts
	texts     []string
	replaced  int // how often the line was written anew
}

// readAudit reads a record's pairs and types it. It reports whether it holds more values than become pairs.
func readAudit(r record, message string) (more bool) {
	a := audit{record: r}
	a.execve = strings.Contains(message[:min(len(message), tellWithin)], "type=EXECVE")
	a.read(message)
	a.head(message)
	a.fill()
	a.hide()
	a.cleanPaths(a.execve)
	return a.more
}

// read takes the pairs of a text: NAME=VALUE, NAME="VALUE" and NAME='MORE PAIRS'.
func (a *audit) read(s string) {
	for s != "" && !a.more {
		eq := strings.IndexByte(s, '=')
		if eq < 0 {
			return
		}
		name := s[:eq]
		if i := strings.LastIndexAny(name, " \t\x1d'"); i >= 0 {
			name = name[i+1:]
		}
		value, quote, rest := cutValue(s[eq+1:])
		s = rest
		if quote == '\'' {
			a.read(value)
			continue
		}
		a.pair(name, value, quote)
	}
}

// pair keeps a value, as a pair of the record where its name is known, and for typing.
func (a *audit) pair(name, value string, quote byte) {
	n, known := auditNames[name]
	argument := a.execve && isArgument(name)
	text := value
	if quote == 0 && (n.encoded || argument) {
		text = a.decoded(value)
	}
	if n.pair && value != "" {
		if a.pairs++; a.pairs > maxPairs {
			a.more = true
			return
		}
		a.batch.AddPair(&a.event.Pairs, n.field, text)
	}
	if argument {
		a.argument(name, text)
		return
	}
	if known && a.values[n.at] == "" {
		a.values[n.at] = text
	}
}

// get gives the first value of a name.
func (a *audit) get(name string) string { return a.values[auditNames[name].at] }

// isArgument reports whether a name is one of EXECVE's arguments: a0, a12, a1[0]; not a1_len, which says how long it is.
func isArgument(name string) bool {
	if len(name) < 2 || name[0] != 'a' || name[1]-'0' > 9 {
		return false
	}
	return strings.IndexByte(name, '_') < 0
}

// argument adds an argument, or a further part of one that was too long for a line.
func (a *audit) argument(name, text string) {
	if len(a.args) >= maxArgs {
		return
	}
	base, part, parts := strings.Cut(name, "[")
	if parts && part != "0]" && base == a.freshName && len(a.args) > 0 {
		last := &a.args[len(a.args)-1]
		*last = a.batch.Copy([]byte(*last + text))
		return
	}
	a.freshName = base
	a.args = append(a.args, text)
}

// cutValue gives a value without its quotes, the quote if there was one, and what follows.
func cutValue(s string) (value string, quote byte, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
			return s[1 : 1+end], s[0], s[end+2:]
		}
		return s[1:], s[0], "" // cut off
	}
	end := strings.IndexAny(s, " \t\x1d")
	if end < 0 {
		end = len(s)
	}
	return s[:end], 0, s[end:]
}

// decoded gives what a value without quotes stands for.
func (a *audit) decoded(value string) string {
	raw, err := hex.DecodeString(value)
	if err != nil || len(raw) < 2 || value != strings.ToUpper(value) {
		return value
	}
	for i, c := range raw {
		if c == 0 { // between the arguments of a title
			raw[i] = ' '
		}
	}
	text := a.batch.Copy(raw)
	a.digits, a.texts = append(a.digits, value), append(a.texts, text)
	return text
}

// head takes the time and the count of the event: audit(1704164645.678:42). Records of one event share both.
func (a *audit) head(message string) {
	id := between(message[:min(len(message), 2*tellWithin)], auditTell, ")")
	stamp, _, ok := strings.Cut(id, ":")
	if !ok || len(id) > 64 {
		return
	}
	a.add(fieldID, id)
	if t := telemetry.ParseEpoch(stamp); t.Known() {
		a.event.Occurred, a.event.Stated, a.event.Doubt = t, 0, 0
	}
	if node := a.get("node"); node != "" && len(node) <= maxWord {
		a.event.Host = node // who passed it on is no device
	}
}
