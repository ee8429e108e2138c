package text

import (
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/named"
)

// unnamed takes the names of subscribers out of the line of a server of addresses or accounts: before anything else looks at it. It gives the
// line without them, who they are, and what the account says.
func (h *header) unnamed(b *telemetry.Batch, line string) (_ string, who []string, note string) {
	l, is := named.Read(h.device.Process, h.body)
	if !is {
		return line, nil, ""
	}
	if !l.Known {
		note = named.ReasonUnknown
	}
	if l.Text == h.body {
		return line, nil, note
	}
	was := h.body
	h.body = b.Copy([]byte(l.Text))
	h.rest = put(b, h.rest, was, h.body)
	return put(b, line, was, h.body), l.Who, note
}

// put puts a text in place of another at the end of a third; where it does not stand there, in place of all: rather less than a name.
func put(b *telemetry.Batch, s, was, is string) string {
	at := strings.LastIndex(s, was)
	if at < 0 {
		return is
	}
	return b.Copy([]byte(s[:at] + is + s[at+len(was):]))
}
