package text

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/device"
)

// header is what stands before a line's message.
type header struct {
	rest     string // what is not read yet; in the end the message
	host     string
	priority string
	sequence string
	device   device.Message // what the header shows of the message
	body     string         // the message without the name of the program before it
	data     string         // structured data
	id       string         // MSGID of RFC 5424
	origin   netip.Addr     // what a relay says that it came from

	stamps  [2]stamp // the relay's time, then the device's
	n       int
	latest  telemetry.Instant // no time without a year lies after it
	maxYear int
}

// parse reads the header.
func (h *header) parse() {
	h.rest = strings.TrimPrefix(h.rest, "\ufeff")
	h.readPriority()
	if h.priority != "" && h.rfc5424(false) {
		return
	}
	h.cutOrigin()
	if h.priority != "" && h.rfc5424(true) {
		return
	}
	for range 8 {
		h.rest = strings.TrimLeft(h.rest, " ")
		if h.rest == "" || h.rest[0] == '%' {
			break
		}
		if !h.readTime() && !h.readSequence() && !h.readUptime() && !h.readNode() && !h.readHost() && !h.readColon() {
			break
		}
	}
	h.special()
	h.readProgram()
}

func (h *header) readPriority() {
	s := h.rest
	if len(s) < 3 || s[0] != '<' {
		return
	}
	for i := 1; i < len(s) && i < 5; i++ {
		if s[i] == '>' {
			if i > 1 {
				h.priority, h.rest = s[1:i], s[i+1:]
			}
			return
		}
		if s[i] < '0' || s[i] > '9' {
			return
		}
	}
}

// readTime takes a time and the colon after it.
func (h *header) readTime() bool {
	t, n := h.stampAt(h.rest)
	if n == 0 || h.n == len(h.stamps) {
		return false
	}
	h.stamps[h.n] = t
	h.n++
	h.device.YearFirst = t.yearFirst
	h.rest = strings.TrimPrefix(strings.TrimLeft(h.rest[n:], " "), ":")
	return true
}

// readSequence takes a number with a colon: Cisco's count of messages, the device's own last.
func (h *header) readSequence() bool {
	n := digits(h.rest)
	if n == 0 || n > 12 || !strings.HasPrefix(h.rest[n:], ": ") || h.priority == "" && h.n == 0 && h.host == "" && !h.bufferLine(h.rest[n+2:]) {
		return false
	}
	h.sequence, h.rest = h.rest[:n], h.rest[n+2:]
	return true
}

// bufferLine reports whether s is what follows a count in a line of a device's own buffer: a time, another count or a code.
func (h *header) bufferLine(s string) bool {
	if n := digits(s); n > 0 && n < 13 && strings.HasPrefix(s[n:], ": ") {
		s = s[n+2:]
	}
	if _, n := h.stampAt(s); n > 0 {
		return true
	}
	_, n := device.CodeAt(s)
	return n > 0
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n]-'0' <= 9 {
		n++
	}
	return n
}

// readUptime takes a device's time since its start (2y10w, 1d03h, 00:00:45), which dates nothing.
func (h *header) readUptime() bool {
	n := 0
	for n < len(h.rest) && n < 12 && h.rest[n] != ':' {
		if c := h.rest[n]; c-'0' > 9 && strings.IndexByte("ywdh", c) < 0 {
			return false
		}
		n++
	}
	if n == 2 && len(h.rest) > 10 && h.rest[5] == ':' && strings.HasPrefix(h.rest[8:], ": ") && digits(h.rest[3:]) == 2 && digits(h.rest[6:]) == 2 {
		h.rest = h.rest[10:]
		return true
	}
	if n < 3 || !strings.HasPrefix(h.rest[n:], ": ") || h.rest[n-1]-'0' <= 9 {
		return false
	}
	h.rest = h.rest[n+2:]
	return true
}

// readNode takes the node of IOS XR: RP/0/RSP1/CPU0: before the time.
func (h *header) readNode() bool {
	slash := strings.IndexByte(h.rest[:min(len(h.rest), 10)], '/')
	if slash < 2 {
		return false
	}
	colon := strings.IndexByte(h.rest[:min(len(h.rest), 32)], ':')
	if colon < slash || strings.IndexByte(h.rest[:colon], ' ') >= 0 {
		return false
	}
	if _, n := h.stampAt(h.rest[colon+1:]); n == 0 {
		return false
	}
	h.device.Node = true
	h.rest = h.rest[colon+1:]
	return true
}

func (h *header) readColon() bool {
	if h.rest[0] != ':' {
		return false
	}
	h.rest = h.rest[1:]
	return true
}

// readHost takes a word that is the name or address of a device: the one after the time, or one
// with a sequence number or a time after it.
func (h *header) readHost() bool {
	end := strings.IndexByte(h.rest[:min(len(h.rest), 256)], ' ')
	if end <= 0 {
		return false
	}
	word, after := h.rest[:end], strings.TrimLeft(h.rest[end:], " ")
	colon := word[len(word)-1] == ':'
	if colon {
		word = word[:len(word)-1]
	}
	if !likeHost(word) {
		return false
	}
	if colon && h.host != "" && h.n > 0 && countedCode(after) {
		return false // a program of EOS
	}
	if !h.leadsOn(after, colon) {
		if colon || h.n == 0 || h.host != "" || !h.hostAfterTime(word, after) {
			return false
		}
	}
	if h.host == "" || h.n > 0 {
		h.host = word // the device's own name follows its relay's
	}
	h.rest = after
	return true
}

// countedCode reports whether a count of messages and then a code follow.
func countedCode(s string) bool {
	n := digits(s)
	return n > 0 && n < 13 && strings.HasPrefix(s[n:], ": %")
}

// leadsOn reports whether more of a device's header follows.
func (h *header) leadsOn(s string, colon bool) bool {
	if h.priority == "" && h.n == 0 && !colon || s == "" {
		return false
	}
	if n := digits(s); n > 0 && n < 13 && strings.HasPrefix(s[n:], ": ") {
		return true
	}
	if h.n == len(h.stamps) {
		return false
	}
	if _, n := h.stampAt(s); n > 0 {
		return true
	}
	if h.n == 0 && !colon && h.secondWord(s) {
		return true
	}
	up := header{rest: s}
	return colon && up.readUptime()
}

// secondWord reports whether s is a part of the device and then a time: a node of IOS XR
// (RP/0/RSP1/CPU0:), or a port of a console server.
func (h *header) secondWord(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 40)], ' ')
	if end <= 0 {
		return false
	}
	if colon := strings.IndexByte(s[:end], ':'); colon > 0 && strings.IndexByte(s[:colon], '/') > 0 {
		_, n := h.stampAt(s[colon+1:])
		return n > 0
	}
	_, n := h.stampAt(s[end+1:])
	return n > 0 && likeHost(s[:end])
}

// hostAfterTime decides on the word after a time without a colon.
func (h *header) hostAfterTime(word, after string) bool {
	t := &h.stamps[h.n-1]
	if t.form == formSyslog || h.priority != "" {
		return word != "last" || !strings.HasPrefix(after, "message repeated")
	}
	// A program's own log, or a syslog file with ISO times: there a tag follows the host.
	if t.form != formISO {
		return false
	}
	tag, _, _ := strings.Cut(after, " ")
	return len(tag) > 1 && tag[len(tag)-1] == ':' && !level(word)
}

func level(word string) bool {
	for _, l := range []string{"INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL", "NOTICE", "CRITICAL"} {
		if strings.EqualFold(word, l) {
			return true
		}
	}
	return false
}

// likeHost reports whether a word may be a host: letters, digits and - _ . : only.
func likeHost(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '-' && c <= ':' && c != '/' || c == '_' {
			continue
		}
		return false
	}
	return true
}

// times fills in the record's times.
func (h *header) times(to *telemetry.Head) {
	if h.n == 0 {
		return
	}
	best := 0
	if h.n == 2 && h.stamps[1].t.Known() && (h.stamps[1].hasYear && !h.stamps[1].unset || !h.stamps[0].t.Known()) {
		best = 1
	}
	to.Occurred, to.Doubt = h.stamps[best].t, h.stamps[best].doubt()
	if !to.Occurred.Known() {
		to.Doubt = 0
	}
	if h.n == 2 && best == 0 {
		to.Stated = h.stamps[1].t
	}
}
