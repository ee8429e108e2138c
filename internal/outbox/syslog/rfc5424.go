package syslog

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"stormglass/internal/outbox/message"
)

// facility is that of security and authorization messages.
const facility = 4

// priorities are severities of RFC 5424.
var priorities = map[string]int{"informational": 6, "low": 5, "medium": 4, "high": 3, "critical": 2}

// dataID names our structured data. 32473 is the enterprise number for examples (RFC 5612): we have none of our own.
const dataID = "stormglass@32473"

// format writes a message as RFC 5424 has it, in at most so many bytes.
func format(m *message.Message, form string, most int) []byte {
	head := fmt.Sprintf("<%d>1 %s %s stormglass - %s [%s id=\"%s\" kind=\"%s\" level=\"%s\" route=\"%s\"] \ufeff",
		facility*8+priorities[m.Level], m.Made.UTC().Format("2006-01-02T15:04:05.000Z"), word(m.Instance, 255), word(string(m.Kind), 32),
		dataID, param(m.ID), param(string(m.Kind)), param(m.Level), param(m.Route))
	return append([]byte(head), content(m, form, most-len(head))...)
}

// content gives what a message says: as much of it as fits.
func content(m *message.Message, form string, room int) string {
	if form == "cef" {
		return fit(cef(m), cefSmall(m), room)
	}
	body := string(m.Body)
	if len(body) <= room {
		return body
	}
	for _, less := range []*message.Message{m.Brief(), small(m)} {
		if b, err := less.Encode(); err == nil && len(b) <= room {
			return string(b)
		}
	}
	return cutAt(m.Title, room)
}

// small gives a message without its findings: their number stays.
func small(m *message.Message) *message.Message {
	s := *m
	s.Body, s.Findings, s.Pointers = nil, nil, nil
	return &s
}

func cefSmall(m *message.Message) string { return cef(small(m)) }

// fit gives the first of two texts that fits, or as much of the title as does.
func fit(whole, less string, room int) string {
	switch {
	case len(whole) <= room:
		return whole
	case len(less) <= room:
		return less
	}
	return cutAt(less, room)
}

func cutAt(s string, n int) string {
	n = max(0, min(n, len(s)))
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], `\`)
}
