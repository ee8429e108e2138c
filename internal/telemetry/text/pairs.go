package text

import (
	"encoding/hex"
	"strings"

	"stormglass/internal/telemetry"
)

// Two sorts of line hold names and values, which rules ask for: those of Linux's audit daemon and of FortiGate. Only names of these
// lists become pairs, since whoever can write a line could otherwise fill up the table of names; the message keeps the rest.
var (
	auditNames = pairNames(`type exe comm key name a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 argc cwd proctitle syscall success exit
		uid auid euid suid fsuid gid egid tty ses pid ppid acct op res hostname addr terminal nametype saddr unit cmd subj id grantors
		arch items inode dev mode ouid ogid new-level old-level table family entries apparmor operation`)
	fortiNames = pairNames(`devname devid logid type subtype eventtype level vd logdesc user ui action cfgtid cfgpath cfgobj cfgattr status reason
		method srcip srcport srcintf dstip dstport dstintf proto service policyid policytype app appcat url hostname profile attack
		severity tunneltype tunnelid remip group srccountry dstcountry sentbyte rcvdbyte sentpkt rcvdpkt duration catdesc virus file
		filename msg name sn poluuid direction ref attackid remport locip locport`)
)

// encodedNames are those whose value auditd writes as hexadecimal digits, without quotes, when it holds spaces or worse.
var encodedNames = map[string]bool{"exe": true, "comm": true, "name": true, "cwd": true, "proctitle": true, "cmd": true, "acct": true, "key": true}

func pairNames(list string) map[string]telemetry.FieldID {
	m := map[string]telemetry.FieldID{}
	for name := range strings.FieldsSeq(list) {
		m[name] = telemetry.FieldNamed(name)
	}
	return m
}

// How far into a message the tell of its sort is looked for, and how many pairs are taken.
const (
	tellWithin = 256
	maxPairs   = 128
)

// reasonPairs is why not all names and values of a line are pairs.
const reasonPairs = "values after the first 128 of a line stand in its message only"

// pairs reads the names and values of a message that holds such, and reports whether it holds more than are taken and whether a FortiGate
// wrote it.
func pairs(b *telemetry.Batch, to *telemetry.Span, message string) (more, forti bool) {
	head := message[:min(len(message), tellWithin)]
	if strings.IndexByte(head, '=') < 0 {
		return false, false
	}
	r := pairReader{batch: b, to: to}
	switch {
	case strings.Contains(head, "msg=audit("):
		r.names = auditNames
		r.encoded = strings.Contains(head, "type=EXECVE")
		r.audit = true
	case strings.Contains(head, "devid=") || strings.Contains(head, "logid="):
		r.names, forti = fortiNames, true
	default:
		return false, false
	}
	r.read(message)
	return r.more, forti
}

type pairReader struct {
	batch   *telemetry.Batch
	to      *telemetry.Span
	names   map[string]telemetry.FieldID
	audit   bool
	encoded bool // arguments are hexadecimal where they have no quotes
	n       int
	more    bool // than maxPairs
}

// read takes the pairs of a text: NAME=VALUE, NAME="VALUE", and for auditd NAME='MORE PAIRS'.
func (r *pairReader) read(s string) {
	for s != "" && !r.more {
		eq := strings.IndexByte(s, '=')
		if eq < 0 {
			return
		}
		name := s[:eq]
		if i := strings.LastIndexAny(name, " \t\x1d'"); i >= 0 {
			name = name[i+1:]
		}
		value, quote, rest := cutValue(s[eq+1:], r.audit)
		s = rest
		if quote == '\'' {
			r.read(value)
			continue
		}
		if id, ok := r.names[name]; ok && value != "" {
			if r.n++; r.n > maxPairs {
				r.more = true
				return
			}
			r.batch.AddPair(r.to, id, r.text(name, value, quote))
		}
	}
}

// cutValue gives a value without its quotes, the quote if there was one, and what follows.
func cutValue(s string, single bool) (value string, quote byte, rest string) {
	if s != "" && (s[0] == '"' || single && s[0] == '\'') {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				if s[0] == '"' && !single {
					i++
				}
			case s[0]:
				return s[1:i], s[0], s[i+1:]
			}
		}
		return s[1:], s[0], "" // cut off
	}
	end := strings.IndexAny(s, " \t\x1d")
	if end < 0 {
		end = len(s)
	}
	return s[:end], 0, s[end:]
}

// text gives what a value stands for.
func (r *pairReader) text(name, value string, quote byte) string {
	switch {
	case quote == '"' && !r.audit && strings.IndexByte(value, '\\') >= 0:
		return r.batch.Copy(unescape(value))
	case quote == 0 && r.audit && (encodedNames[name] || r.encoded && name[0] == 'a' && name != "argc"):
		if raw, err := hex.DecodeString(value); err == nil && len(raw) > 1 && value == strings.ToUpper(value) {
			for i, c := range raw {
				if c == 0 { // between the arguments of a title
					raw[i] = ' '
				}
			}
			return r.batch.Copy(raw)
		}
	}
	return value
}

// unescape takes the backslashes out.
func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		out = append(out, s[i])
	}
	return out
}
