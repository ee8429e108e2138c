package telemetry

import "strings"

// tokenEnd remembers where the text without white space, quotes and angle brackets around a place
// ends, and its last @, so that many places in one cost one search.
type tokenEnd struct {
	end, last int // the last @ before the end, -1 when there is none
	known     bool
}

// authority gives the end of the text at i and its last @.
func (r *redactor) authority(i int) (end, last int) {
	if !r.at.known || i >= r.at.end {
		end = i
		for end < len(r.s) && !isSpace(r.s[end]) && strings.IndexByte("\"<>`", r.s[end]) < 0 {
			end++
		}
		r.at = tokenEnd{end, i + strings.LastIndexByte(r.s[i:end], '@'), true}
		if r.at.last < i {
			r.at.last = -1
		}
	}
	return r.at.end, r.at.last
}

// separators stand between a URL's scheme and the rest, as written, escaped or defanged.
var separators = [...]string{"://", "[:]//", "[://]", ":[//]", `:\/\/`, `[:]\/\/`, "%3A//", "%3A%2F%2F", ":%2F%2F"}

// userinfo takes the password in a URL whose separator stands at i.
func (r *redactor) userinfo(i int) int {
	if c := r.byte(i - 1); !isAlnum(c) && c != ')' && c != ']' {
		return 0
	}
	if c := r.byte(i + 1); c != '/' && c != ':' && c != '[' && c != '\\' && c != '%' && c != '3' {
		return 0
	}
	for _, sep := range separators {
		if !r.has(i, sep) {
			continue
		}
		start := i + len(sep)
		if sep[len(sep)-1] == 'F' {
			return r.encodedLogin(start)
		}
		return r.urlLogin(i, start)
	}
	return 0
}

// urlLogin takes the password before the host of a URL: what follows the first colon, or all of it
// where there is no colon and the scheme is not one that needs a user.
func (r *redactor) urlLogin(schemeEnd, start int) int {
	end, last := r.authority(start)
	if last < start {
		return 0
	}
	slash := start
	for slash < end && strings.IndexByte(`/?#\`, r.s[slash]) < 0 {
		slash++
	}
	colon := start
	for colon < slash && r.s[colon] != ':' && r.s[colon] != '@' {
		colon++
	}
	inHost := strings.LastIndexByte(r.s[start:slash], '@') >= 0
	switch {
	case colon == slash: // neither a user nor a password
		return 0
	case r.s[colon] == ':' && !inHost && (colon+1 == slash || isDigits(r.s[colon+1:slash])): // a port
		return 0
	case r.s[colon] == ':' && r.s[start] == '[' && !inHost: // an address of version 6
		return 0
	case r.s[colon] == ':':
		return r.blank(colon+1, r.hostAt(colon+1, last, slash))
	case r.userOnly(schemeEnd):
		return 0
	}
	return r.blank(start, r.hostAt(start, last, slash))
}

// hostAt gives the @ before the host: the last one, but what follows a slash after a host is a path
// unless a host follows there too.
func (r *redactor) hostAt(start, last, slash int) int {
	if last > slash {
		if in := strings.LastIndexByte(r.s[start:slash], '@'); in >= 0 && !r.isHost(last+1) {
			return start + in
		}
	}
	return last
}

// isHost reports whether a name with a point, or an address, stands at i and ends like a host.
func (r *redactor) isHost(i int) bool {
	j := i
	for j < len(r.s) && isName(r.s[j]) {
		j++
	}
	return r.byte(i) == '[' || j > i && (strings.IndexByte(r.s[i:j], '.') > 0 || r.byte(j) == ':' || r.byte(j) == '/')
}

// userOnly reports whether the scheme before i is one whose URLs name a user without a secret.
func (r *redactor) userOnly(i int) bool {
	j := i
	for j > 0 && i-j < 16 && (isName(r.s[j-1]) || r.s[j-1] == '+') {
		j--
	}
	switch strings.ToLower(r.s[j:i]) {
	case "ssh", "git", "sftp", "scp", "git+ssh", "svn+ssh", "rsync", "ssh+git", "xmpp", "rtsp", "telnet", "vnc", "rdp":
		return true
	}
	return false
}

// encodedLogin is urlLogin for a URL within a URL: user%3Apassword%40host.
func (r *redactor) encodedLogin(start int) int {
	end := start
	for end < len(r.s) && end < start+2048 && !isSpace(r.s[end]) && !isQuote(r.s[end]) && r.s[end] != '&' && !r.has(end, "%2F") {
		end++
	}
	at := strings.LastIndex(r.s[start:end], "%40")
	if at < 0 {
		return 0
	}
	at += start
	for k := start; k < at; k++ {
		if r.has(k, "%3A") {
			return r.blank(k+3, at)
		}
	}
	return r.blank(start, at)
}

// noLogin are names before a colon and an address that are no user.
var noLogin = wordSet(`mailto from to cc bcc reply-to contact via acct xmpp im user users sender recipient rcpt mail email e-mail
	source src dst host hosts address addr url uri by for tel`)

// hostLogin takes the password of user:password@host before a path or a port.
func (r *redactor) hostLogin(i, j int) int {
	if r.byte(j) != ':' || strings.IndexByte("/:@\\", r.byte(i-1)) >= 0 && i > 0 {
		return 0
	}
	_, last := r.authority(j)
	if last < j+2 || hasWord(noLogin, r.s[i:j]) {
		return 0
	}
	at := j + 1
	for at < last && r.s[at] != '@' && r.s[at] != '/' && !isQuote(r.s[at]) {
		at++
	}
	if r.s[at] != '@' || at == j+1 || r.isAddr(j+1, at) { // NX-OS accounts for update:192.0.2.7@pts/2
		return 0
	}
	end := at + 1
	for end < len(r.s) && (isName(r.s[end]) || r.s[end] == '[' || r.s[end] == ']') {
		end++
	}
	if end == at+1 || r.byte(end) != '/' && (r.byte(end) != ':' || !isDigit(r.byte(end+1))) && !r.has(i-len("// "), "// ") {
		return 0
	}
	name := r.s[i:j]
	if strings.EqualFold(name, "sip") || strings.EqualFold(name, "sips") || strings.EqualFold(name, "h323") {
		c := strings.IndexByte(r.s[j+1:at], ':')
		if c < 0 {
			return 0
		}
		return r.blank(j+1+c+1, at)
	}
	return r.blank(j+1, at)
}
