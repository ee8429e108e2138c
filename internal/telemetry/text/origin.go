package text

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// What a relay with our snippets (docs/collecting.md) puts behind a message of the old form, around the address that it came from.
const (
	originOpen  = ` [origin ip="`
	originClose = `"]`
)

// longestAddr is more than the text of any address, a zone of an interface's name included.
const longestAddr = 64

// blankEnd is what may end a message and is no part of it.
const blankEnd = "\x00\r\n \t"

// cutOrigin takes the origin that ends a message of the old form, and what is blank before it. It is done before the header is read,
// so that the same is read of a message with and without. Of several the last counts: the nearest relay wrote it.
func (h *header) cutOrigin() {
	body, ok := strings.CutSuffix(h.rest, originClose)
	if !ok {
		return
	}
	from := max(0, len(body)-len(originOpen)-longestAddr)
	i := strings.LastIndex(body[from:], originOpen)
	if i < 0 {
		return
	}
	at := from + i
	if a := originAddr(body[at+len(originOpen):]); a.IsValid() {
		h.origin, h.rest = a, strings.TrimRight(body[:at], blankEnd)
	}
}

// structured gives the origin that structured data states and what follows the data; it is not ok where there is none.
// Of several origins the first counts: the nearest relay put it before the others.
func structured(s string) (rest string, origin netip.Addr, ok bool) {
	if strings.HasPrefix(s, "-") {
		return s[1:], origin, true
	}
	stated := false
	for strings.HasPrefix(s, "[") {
		n := elementEnd(s)
		if n < 0 {
			break
		}
		if params, is := strings.CutPrefix(s[1:n-1], "origin "); is && !stated {
			origin, stated = originOf(params), true
		}
		s, ok = s[n:], true
	}
	return s, origin, ok
}

// elementEnd gives the length of the element of structured data at the start of s, -1 when it does not end.
func elementEnd(s string) int {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i + 1
		}
	}
	return -1
}

// originOf gives the address of the first parameter named ip, if that is one (RFC 5424, 7.2.1). Parameters are as name="value",
// with a blank between them.
func originOf(params string) netip.Addr {
	for {
		name, value, ok := strings.Cut(params, `="`)
		if !ok {
			return netip.Addr{}
		}
		end := valueEnd(value)
		switch {
		case end < 0:
			return netip.Addr{}
		case name == "ip":
			return originAddr(value[:end])
		}
		if params, ok = strings.CutPrefix(value[end+1:], " "); !ok {
			return netip.Addr{}
		}
	}
}

// valueEnd gives the place of the quote that ends a value, -1 when none does.
func valueEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// originAddr reads an address; a zone, which is the relay's name of an interface of its own, is dropped.
func originAddr(s string) netip.Addr {
	if len(s) > longestAddr || strings.ContainsAny(s, `"\]`) {
		return netip.Addr{} // a zone may be any text
	}
	return telemetry.ParseAddr(s)
}

// addrText writes an address into the batch's memory.
func addrText(b *telemetry.Batch, a netip.Addr) string {
	var buf [longestAddr]byte
	return b.Copy(a.AppendTo(buf[:0]))
}
