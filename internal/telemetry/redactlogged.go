package telemetry

import "strings"

// commandBegins reports whether a command may begin at i: at the start of a text or line, in quotes, or
// behind a sign. Words that go before any command do not count.
func (r *redactor) commandBegins(i int) bool {
	at := r.trimSpaces(i)
	for range 2 {
		n := len("no")
		switch {
		case r.has(at-len("default"), "default"):
			n = len("default")
		case !r.has(at-n, "do") && !r.has(at-n, "no"):
			n = 0
		}
		if n == 0 || at == i || isName(r.byte(at-n-1)) {
			break
		}
		i = at - n
		at = r.trimSpaces(i)
	}
	c := r.byte(at - 1)
	if at == i && isAlnum(c) {
		return r.byte(at-2) == '\\' && strings.IndexByte("nrt", c) >= 0
	}
	return c == 0 || c == '\n' || c == '\r' || isQuote(c) || strings.IndexByte(":=;|([{>#,\\", c) >= 0
}

// trailers are words that follow a secret in a command.
var trailers = parseShortened(`encr!ypted|pbkdf2|nt-encrypted|priv!ilege|level|level-1|level-2|hidden|timeout|transmit-key|fallback|ro|rw|
	authorization|auth|read-only|read-write|acl|view|vrf|addr!ess|host!name|no-xauth`)

// commandEnds reports whether a command ends at i, but for words that say how the secret before is written
// or what it is for.
func (r *redactor) commandEnds(i int) bool {
	for range 5 {
		at := r.spaces(i)
		c := r.byte(at)
		if c == 0 || c == '\n' || c == '\r' || isQuote(c) || strings.IndexByte(";|<(\\}])", c) >= 0 {
			return true
		}
		if at == i && c != ',' {
			return false
		}
		end := at
		for end < len(r.s) && end-at < maxFormWord && (isName(r.s[end]) || r.s[end] == ':') {
			end++
		}
		w := r.s[at:end]
		if !isOneOf(trailers, w) && !isDigits(w) && !r.isAddr(at, end) {
			return false
		}
		i = end
	}
	return false
}

// maxLoggedBack is how far before a command the name of its log is looked for, in bytes.
const maxLoggedBack = 96

// isLogged reports whether what stands before i says that a command follows: logged command:, Command=",
// cmd=, executed the ', or the words of an applet of IOS.
func (r *redactor) isLogged(i int) bool {
	at := r.trimSpaces(i)
	if head := r.s[max(0, at-maxLoggedBack):at]; strings.Contains(head, "HA_EM-") && !strings.Contains(head[strings.LastIndex(head, "HA_EM-"):], "\n") {
		return true
	}
	for n := 0; n < 6 && at > 0 && (isQuote(r.s[at-1]) || strings.IndexByte(`:=\ `, r.s[at-1]) >= 0); n++ {
		at--
	}
	if r.has(at-len("executed the"), "executed the") {
		return true
	}
	for _, w := range [...]string{"command", "cmd", "command_line", "commandline"} {
		if r.has(at-len(w), w) {
			return true
		}
	}
	return false
}

// isAccounted reports whether what follows i ends a command in a log of an AAA server or of NX-OS.
func (r *redactor) isAccounted(i int) bool {
	for range 5 {
		i = r.spaces(i)
		if r.has(i, "<cr>") || r.has(i, "(SUCCESS)") || r.has(i, "(FAILURE)") {
			return true
		}
		i = r.token(i)
	}
	return false
}
