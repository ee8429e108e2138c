package pcap

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// maxHead bounds the first line and the fields of an HTTP message.
const maxHead = 16 << 10

// head is what is kept of the first line and the fields of an HTTP message (RFC 9112).
type head struct {
	method, uri                     string // of a request
	status                          int    // of a response
	host, referrer, agent, userName string
	length                          uint64 // of the body, telemetry.NoCount when it is not stated
	chunked                         bool
}

// headEnd gives the length of a head with the empty line that ends it, 0 when that is not there yet.
func headEnd(b []byte) int {
	for i := 0; ; {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return 0
		}
		i += n + 1
		rest := bytes.TrimPrefix(b[i:], []byte("\r"))
		if len(rest) > 0 && rest[0] == '\n' {
			return len(b) - len(rest) + 1
		}
	}
}

// requestBegins reports whether octets may be the beginning of a request: a method, and as much of the first line as
// is there.
func requestBegins(b []byte) bool {
	line, _, whole := bytes.Cut(b, []byte("\n"))
	method, rest, ok := bytes.Cut(line, []byte(" "))
	if len(method) < 3 || len(method) > 20 {
		return false
	}
	for _, c := range method {
		if (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	if whole {
		return bytes.Contains(rest, []byte(" HTTP/1."))
	}
	return ok && serviceOf(b) == "http"
}

func responseBegins(b []byte) bool { return bytes.HasPrefix(b, []byte("HTTP/1.")) }

// parse reads a head; false when its first line is that of no HTTP/1.
func (h *head) parse(b []byte, request bool) bool {
	*h = head{length: telemetry.NoCount}
	line, rest, _ := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if request && !h.requestLine(line) || !request && !h.statusLine(line) {
		return false
	}
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if name, value, ok := bytes.Cut(line, []byte(":")); ok {
			h.field(name, bytes.TrimSpace(value))
		}
	}
	if h.chunked { // it says more than a length beside it
		h.length = telemetry.NoCount
	}
	return true
}

func (h *head) requestLine(line []byte) bool {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	at := bytes.LastIndex(rest, []byte(" HTTP/1."))
	if at < 0 {
		return false
	}
	h.method, h.uri = printable(method), printable(bytes.TrimSpace(rest[:at]))
	return true
}

func (h *head) statusLine(line []byte) bool {
	_, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || !responseBegins(line) || len(rest) < 3 {
		return false
	}
	status, err := strconv.ParseUint(string(rest[:3]), 10, 16)
	h.status = int(status)
	return err == nil && status >= 100
}

// field reads one field. Of those that occur twice the first one counts.
func (h *head) field(name, value []byte) {
	first := func(to *string) {
		if *to == "" {
			*to = printable(value)
		}
	}
	switch strings.ToLower(string(name)) {
	case "host":
		first(&h.host)
	case "referer":
		first(&h.referrer)
	case "user-agent":
		first(&h.agent)
	case "authorization":
		h.authorisation(string(value))
	case "content-length":
		if n, err := strconv.ParseUint(string(value), 10, 62); err == nil && h.length == telemetry.NoCount {
			h.length = n
		}
	case "transfer-encoding":
		h.chunked = strings.Contains(strings.ToLower(string(value)), "chunked")
	}
}

// authorisation takes the name, and nothing else, out of basic authentication.
func (h *head) authorisation(value string) {
	scheme, token, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "basic") {
		return
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(token))
	if name, _, ok := bytes.Cut(plain, []byte(":")); ok && err == nil {
		h.userName = printable(name)
	}
}

// printable gives text as it was sent, with control characters and what is no UTF-8 as \xNN.
func printable(b []byte) string {
	const digits = "0123456789abcdef"
	var out []byte
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		if c >= ' ' && c != 0x7f && (c != utf8.RuneError || n > 1) {
			out = append(out, b[i:i+n]...)
		} else {
			out = append(out, '\\', 'x', digits[b[i]>>4], digits[b[i]&15])
		}
		i += n
	}
	return string(out)
}
