package telemetry

import "strings"

// statement takes secrets of statements whose words are not secret names by themselves.
func (r *redactor) statement(i, j int, last string) int {
	at := r.spaces(j)
	if at == j || at >= len(r.s) || isSpace(r.s[at]) {
		return 0
	}
	l := &r.line
	prev := r.s[l.prevStart:l.prevEnd]
	switch name := r.s[i:j]; {
	case strings.EqualFold(last, "host") && strings.EqualFold(prev, "snmp-server"):
		return r.trapHost(at)
	case l.snmpUser && isSNMPSecret(name), strings.EqualFold(name, "authentication-mode"), strings.EqualFold(name, "privacy-mode"):
		p := r.skipFillers(place{at: at, op: opSpace}, nameSecret)
		if r.isFiller(p.at, r.token(p.at), nameSecret) || !l.snmpUser && p.at == at {
			return 0
		}
		return r.open(p.at, r.value(i, p))
	case strings.EqualFold(name, "authentication") && r.has(at, "text "):
		at = r.spaces(at + len("text "))
		return r.open(at, r.value(i, place{at: at, op: opSpace}))
	case strings.EqualFold(name, "authentication") && r.redundancy(i, prev):
		return r.groupSecret(i, at)
	case strings.EqualFold(name, "pkcs12"):
		return r.certificateStore(i, at)
	case strings.EqualFold(name, "identified") && r.has(at, "by '"):
		return r.value(i, place{at: at + len("by "), op: opSpace})
	case strings.EqualFold(name, "bearer"):
		return r.bearer(at)
	case name == "PASS" && (i == 0 || isQuote(r.s[i-1])): // as FTP and IRC know it
		end := r.bare(i, place{at: at})
		if c := r.byte(r.spaces(end)); c == 0 || c == '\r' || c == '\n' || isQuote(c) {
			return r.blank(at, end)
		}
	}
	return 0
}

func isSNMPSecret(name string) bool {
	for _, w := range [...]string{"auth", "priv", "authentication-mode", "privacy-mode", "authentication", "privacy"} {
		if strings.EqualFold(name, w) {
			return true
		}
	}
	return false
}

// trapHost takes the community of snmp-server host A [vrf V] [traps|informs] [version V] S. An ASA names the interface before the
// address, and the community by that word, which is a name of secrets by itself.
func (r *redactor) trapHost(at int) int {
	next := func() { at = r.spaces(r.token(at)) }
	next()
	if r.isAddr(at, r.token(at)) {
		next()
	}
	if r.has(at, "vrf ") {
		next()
		next()
	}
	if r.has(at, "traps ") || r.has(at, "informs ") || r.has(at, "trap ") || r.has(at, "poll ") {
		next()
	}
	if r.has(at, "community ") {
		return 0
	}
	if r.has(at, "version ") {
		next()
		if r.has(at, "3 ") {
			return 0
		}
		next()
	}
	if end := r.bare(at, place{at: at}); end > at+1 {
		return r.open(at, r.blank(at, end))
	}
	return 0
}

// isAddr reports whether an address stands from i to j.
func (r *redactor) isAddr(i, j int) bool { return j-i <= maxAddrText && ParseAddr(r.s[i:j]).IsValid() }

// maxAddrText is the length of the longest text of an address.
const maxAddrText = len("0000:0000:0000:0000:0000:ffff:255.255.255.255")

// bearer takes a token of the web; a bearer of a mobile network has a short number.
func (r *redactor) bearer(at int) int {
	end, digit := at, false
	for end < len(r.s) && (isAlnum(r.s[end]) || strings.IndexByte("-._~+/=", r.s[end]) >= 0) {
		digit = digit || isDigit(r.s[end])
		end++
	}
	if end-at < 16 || !digit {
		return 0
	}
	return r.blank(at, end)
}

// schemes are ways to authenticate that may stay.
var schemes = wordSet(`basic bearer digest token negotiate ntlm apikey aws4-hmac-sha256 hawk`)

// header takes the whole value of a header.
func (r *redactor) header(i, j int, p place) int {
	if p.op != opAssign && p.op != opTag {
		return 0
	}
	end := r.eol(p.at)
	var next int
	quote := r.quoteAt(p.at)
	switch {
	case p.op == opTag:
		return r.value(i, p)
	case quote > 0:
		end, next = r.quoted(p.at, quote)
		p.at += quote
	case r.byte(p.at) == '[' && p.quoted:
		return r.value(i, p)
	case r.isPath(i, j, p), !p.tight && hasWord(notSecrets, r.s[p.at:r.token(p.at)]):
		return 0
	case isQuote(r.byte(i - 1)):
		slashes := 0
		for r.byte(i-2-slashes) == '\\' && slashes < 15 {
			slashes++
		}
		if stop, _ := r.closing(p.at, end, r.s[i-1], slashes); r.s[stop-1] != '=' { // not Digest username="op"
			end = stop
		}
		end = r.lineBreak(p.at, end)
		next = end
	case r.s[p.at-1] == '=' && p.tight:
		end = r.pairs(p.at, end)
		next = end
	default:
		end = r.lineBreak(p.at, end)
		next = end
	}
	stop := p.at
	for stop < end && !isSpace(r.s[stop]) {
		stop++
	}
	if hasWord(schemes, r.s[p.at:stop]) && r.spaces(stop) < end {
		p.at = r.spaces(stop)
	}
	for end > p.at && isSpace(r.s[end-1]) {
		end--
	}
	r.blank(p.at, end)
	return next
}

// pairs gives the end of a=b; c=d without other white space. Authorization has it after a scheme.
func (r *redactor) pairs(at, end int) int {
	stop := r.token(at)
	if hasWord(schemes, r.s[at:stop]) {
		return end
	}
	for stop < end && (r.s[stop-1] == ';' || r.s[stop-1] == ',') {
		stop = r.token(r.spaces(stop))
	}
	return stop
}

// lineBreak gives where a line ends by \r or \n as JSON writes them.
func (r *redactor) lineBreak(at, end int) int {
	for k := at; k < end; k++ {
		if r.s[k] == '\\' && (r.byte(k+1) == 'r' || r.byte(k+1) == 'n') {
			return k
		}
	}
	return end
}

// simKey takes a key of a SIM card: 32 or 64 digits of hex, and after Ki and OPc what else stands.
func (r *redactor) simKey(i, j int, p place) int {
	at := p.at + r.quoteAt(p.at)
	if r.has(at, "0x") {
		at += 2
	}
	end, n := at, 0
	for end < len(r.s) && n <= 64 {
		if c := r.s[end]; isHex(c) {
			n++
		} else if c != ' ' && c != ':' && c != '-' || n == 0 || n%2 != 0 || !isHex(r.byte(end+1)) || !isHex(r.byte(end+2)) {
			break
		}
		end++
	}
	if n >= 32 && !isLetter(r.byte(end)) {
		return r.blank(at, end)
	}
	name := r.s[i:j]
	if p.op != opAssign || len(name) < 2 || !strings.EqualFold(name[len(name)-2:], "ki") && !r.has(j-len("opc"), "opc") {
		return 0
	}
	if end = r.bare(i, p); end-at < 6 || isNumeric(r.s[at:end]) {
		return 0
	}
	return r.value(i, p)
}

func isNumeric(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) && strings.IndexByte(`.,-+;"')]}`, s[i]) < 0 {
			return false
		}
	}
	return true
}

// cryptHash takes the hash of a password as Unix and routers write it: $6$salt$hash.
func (r *redactor) cryptHash(i int) int {
	j := i + 1
	for j < len(r.s) && j < i+12 && (isAlnum(r.s[j]) || r.s[j] == '-') {
		j++
	}
	if r.byte(j) != '$' {
		return 0
	}
	switch id := r.s[i+1 : j]; {
	case len(id) == 1 && strings.Contains("15678y9", id), len(id) == 2 && id[0] == '2', id == "14", strings.HasPrefix(id, "argon2"), strings.HasPrefix(id, "scrypt"), strings.HasPrefix(id, "pbkdf2"):
	default:
		return 0
	}
	end := j + 1
	for end < len(r.s) && (isAlnum(r.s[end]) || strings.IndexByte("./$=,+-", r.s[end]) >= 0) {
		end++
	}
	if end-j < 12 {
		return 0
	}
	return r.blank(j+1, end)
}

// dash looks at what begins with a dash: a private key, or an option.
func (r *redactor) dash(i int) int {
	if end := r.privateKey(i); end > 0 {
		return end
	}
	if c := r.byte(i - 1); c != 0 && !isSpace(c) && !isQuote(c) && c != ',' {
		return 0
	}
	for _, o := range [...]string{"-u", "-U", "--user", "--proxy-user"} {
		if strings.HasPrefix(r.s[i:], o) {
			if end := r.login(i + len(o)); end > 0 {
				return end
			}
		}
	}
	if end := r.programOption(i); end > 0 {
		return end
	}
	if c := r.byte(i + 1); c == 0 || strings.IndexByte(r.line.flags, c) < 0 {
		return 0
	}
	at := i + 2
	if sp := r.spaces(at); sp > at {
		if r.line.attached {
			return 0
		}
		at = sp
	}
	if at >= len(r.s) || r.line.flags == "" {
		return 0
	}
	return r.open(at, r.value(i, place{at: at, op: opSpace}))
}

// login takes the password of user:password after an option.
func (r *redactor) login(at int) int {
	if r.byte(at) == '=' {
		at++
	}
	at = r.spaces(at)
	q := r.quoteAt(at)
	start := at + q
	colon := start
	for colon < len(r.s) && !isSpace(r.s[colon]) && r.s[colon] != ':' && !isQuote(r.s[colon]) {
		colon++
	}
	if r.byte(colon) != ':' || colon == start || r.byte(colon+1) == '/' && r.byte(colon+2) == '/' {
		return 0
	}
	if q > 0 {
		end, next := r.quoted(at, q)
		if end <= colon {
			return 0
		}
		r.blank(colon+1, end)
		return next
	}
	end := r.bare(start, place{at: colon + 1})
	if isDigits(r.s[start:colon]) && isDigits(r.s[colon+1:end]) {
		return 0
	}
	return r.open(colon+1, r.blank(colon+1, end))
}

// command keeps the options by which a command is given a secret.
func (r *redactor) command(i, j int) {
	if j-i > 14 {
		return
	}
	l := &r.line
	switch r.s[i:j] {
	case "sshpass":
		l.flags, l.attached = "p", false
	case "mysql", "mysqldump", "mysqladmin", "mariadb":
		l.flags, l.attached = "p", true
	case "ldapsearch", "ldapmodify", "ldapadd", "ldapwhoami":
		l.flags, l.attached = "w", false
	case "redis-cli":
		l.flags, l.attached = "a", false
	case "snmpwalk", "snmpget", "snmpset", "snmpbulkwalk", "snmptrap", "snmpgetnext", "snmpbulkget":
		l.flags, l.attached = "cAX", false
	case "ssh", "scp", "curl":
		l.flags = ""
	}
}

// privateKey takes a private key between the lines that begin and end it, or the text's end.
func (r *redactor) privateKey(i int) int {
	const begin, dashes = "-----BEGIN", "-----"
	if !r.has(i, begin) {
		return 0
	}
	rest := r.s[i+len(begin) : min(len(r.s), i+120)]
	n := strings.Index(rest, dashes)
	if n < 0 {
		n = len(rest)
	}
	if title := strings.ToUpper(rest[:n]); !strings.Contains(title, "PRIVATE") || !strings.Contains(title, "KEY") {
		return 0
	}
	start := min(len(r.s), i+len(begin)+n+len(dashes))
	end := len(r.s)
	if n := strings.Index(r.s[start:], "-----END"); n >= 0 {
		end = start + n
	}
	for start < end && isSpace(r.s[start]) {
		start++
	}
	return max(r.blank(start, end), start)
}
