package text

import (
	"strings"

	"stormglass/internal/telemetry"
)

// Lines of FortiGate hold names and values, which rules ask for (those of Linux's audit daemon too: package hostlog). Only names of this
// list become pairs, since whoever can write a line could otherwise fill up the table of names; the message keeps the rest.
var fortiNames = pairNames(`devname devid logid type subtype eventtype level vd logdesc user ui action cfgtid cfgpath cfgobj cfgattr status reason
		method srcip srcport srcintf dstip dstport dstintf proto service policyid policytype app appcat url hostname profile attack
		severity tunneltype tunnelid remip group srccountry dstcountry sentbyte rcvdbyte sentpkt rcvdpkt duration catdesc virus file
		filename msg name sn poluuid direction ref attackid remport locip locport`)

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
	if !strings.Contains(head, "devid=") && !strings.Contains(head, "logid=") {
		return false, false
	}
	r := pairReader{batch: b, to: to}
	r.read(message)
	return r.more, true
}

type pairReader struct {
	batch *telemetry.Batch
	to    *telemetry.Span
	n     int
	more  bool // than maxPairs
}

// read takes the pairs of a text: NAME=VALUE and NAME="VALUE".
func (r *pairReader) read(s string) {
	for s != "" && !r.more {
		eq := strings.IndexByte(s, '=')
		if eq < 0 {
			return
		}
		name := s[:eq]
		if i := strings.LastIndexAny(name, " \t"); i >= 0 {
			name = name[i+1:]
		}
		value, quoted, rest := cutValue(s[eq+1:])
		s = rest
		if id, ok := fortiNames[name]; ok && value != "" {
			if r.n++; r.n > maxPairs {
				r.more = true
				return
			}
			r.batch.AddPair(r.to, id, r.text(value, quoted))
		}
	}
}

// cutValue gives a value without its quotes, whether it had any, and what follows.
func cutValue(s string) (value string, quoted bool, rest string) {
	if s != "" && s[0] == '"' {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return s[1:i], true, s[i+1:]
			}
		}
		return s[1:], true, "" // cut off
	}
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		end = len(s)
	}
	return s[:end], false, s[end:]
}

// text gives what a value stands for.
func (r *pairReader) text(value string, quoted bool) string {
	if quoted && strings.IndexByte(value, '\\') >= 0 {
		return r.batch.Copy(unescape(value))
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
