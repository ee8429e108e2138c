package telemetry

import "strings"

// fillers are words between a name and its secret that say how it is written.
var fillers = wordSet(`cipher encrypted unencrypted clear cleartext clear-text plaintext plain plain-text hash hashed
	ascii-text ascii hex hexadecimal simple irreversible-cipher reversible md5 sha sha1 sha-1 sha224 sha-224 sha256 sha-256
	sha384 sha-384 sha512 sha-512 hmac-md5 hmac-sha hmac-sha1 hmac-sha-1 hmac-sha256 hmac-sha-256 hmac-sha384 hmac-sha-384
	hmac-sha512 hmac-sha-512 hmac-sha2-256 hmac-sha2-384 hmac-sha2-512 hmac-sha1-12 hmac-sha1-20 cmac-aes-128 aes-128-cmac aes-128-cmac-96 hmac-sha-1-96 pbkdf2 scrypt enc string level type
	nt-encrypted localizedkey text`)

// snmpFillers stand so in SNMPv3 users.
var snmpFillers = wordSet(`sha-2 sha2 des des56 3des aes aes128 aes-128 aes192 aes-192 aes256 aes-256 128 192 256 auth priv
	authentication privacy`)

// communityFillers stand so before a community.
var communityFillers = wordSet(`read write ro rw read-only read-write`)

// notSecrets are words that follow "password" and the like in messages that state none.
var notSecrets = wordSet(`for from is was has failed failure accepted check change changed required expired not authentication
	prompt policy and or to by on in of recovery
	set must will with history expiry age min max reset mismatch mismatched incorrect invalid wrong correct updated update does
	did should can cannot could given provided supplied entered attempt attempts guess guessing guesses spray spraying brute
	login logon auth user users using via the a an your this that it its list lists map too are were been be have had if when
	while as at file files length strength complexity less denied rejected ok okay success succeeded successful successfully
	encryption manager vault service services sharing store agent group groups member members strings exchange id lookup
	validation verification verified valid missing empty blank null nil none true false yes no unknown error errors
	entry field fields protected protection aging lifetime hashes hashing algorithm rotation rotated created deleted removed added
	granted exceeded unchanged disabled enabled information database based-only dialog quality requirements requirement`)

// nothings are values that are no secret after an operator either.
var nothings = wordSet(`true false null nil none undefined`)

// routing are words that follow "community" in routing.
var routing = wordSet(`no-export no-advertise no-peer internet local-as additive both extended standard large add delete
	none matches exact-match graceful-shutdown blackhole list members`)

// word looks at the name that begins at i and what follows it, and gives where to go on.
func (r *redactor) word(i int) int {
	if !r.line.awaits() && r.byte(i-1) != '\\' {
		if j, ok := dull.word(r.s, i); ok {
			end := r.hostLogin(i, j)
			r.line.prevStart, r.line.prevEnd = i, j
			return max(end, j)
		}
	}
	return r.wordInFull(i)
}

// awaits reports whether words before give a meaning to any word that follows.
func (l *lineState) awaits() bool {
	return l.snmp || l.flags != "" || l.caller > 0 && l.caller == l.prevEnd
}

func (r *redactor) wordInFull(i int) int {
	j := i
	for j < len(r.s) && isName(r.s[j]) && (r.s[j] != '-' || r.byte(j+1) != '-') {
		j++
	}
	for j > i+1 && (r.s[j-1] == '.' || r.s[j-1] == '-') {
		j--
	}
	if strings.HasPrefix(r.s[i:j], "eyJ") && j-i > 24 && strings.Contains(r.s[i:j], ".eyJ") { // a JSON web token
		return r.blank(i, j)
	}
	end, own := r.inCommand(i, j)
	if end == 0 && !own {
		end = r.valueAfter(i, j)
	}
	if end == 0 && r.byte(i-1) == '\\' && strings.IndexByte("nrtbfv", r.s[i]) >= 0 && j > i+1 {
		end = r.valueAfter(i+1, j) // \n and a name
	}
	if end == 0 {
		end = r.numberIn(i, j)
	}
	if end == 0 {
		end = r.hostLogin(i, j)
	}
	r.remember(i, j)
	return max(end, j)
}

// inCommand takes the secret of a command that has the name from i to j. It reports whether the name's next
// word is none, whatever the name says.
func (r *redactor) inCommand(i, j int) (end int, own bool) {
	name := r.s[i:j]
	switch {
	case strings.EqualFold(name, "use"):
		end = r.netCommand(i, j)
	case strings.EqualFold(name, "user"):
		end = r.netCommand(i, j)
		if end == 0 && r.byte(j) == '=' {
			end = r.mountUser(i, j)
		}
	case strings.EqualFold(name, "username") && r.byte(j) == '=':
		end = r.mountUser(i, j)
	case strings.EqualFold(name, "passwd") && r.byte(j) == ' ' && r.has(r.spaces(j), "--stdin"):
		return r.piped(i, false), true
	case len(name) == len("htpasswd"): // and of chpasswd
		if end, own = r.passwordFile(i, j); end > 0 || own {
			return end, own
		}
	}
	if end == 0 {
		end = r.formAt(i, j)
	}
	if end == 0 && r.byte(i-1) == '\\' && strings.IndexByte("nrt", r.s[i]) >= 0 && j > i+1 {
		end = r.formAt(i+1, j)
	}
	return end, false
}

// valueAfter takes the value after a name that announces one.
func (r *redactor) valueAfter(i, j int) int {
	named, last := nameKind(r.s, i, j)
	kind := r.inContext(named, i)
	if kind == namePlain {
		return r.statement(i, j, last)
	}
	if kind != nameSubscriber && kind != nameUser && kind != nameCounter {
		if end := max(r.auditedPath(j), r.changedAttribute(j)); end > 0 {
			return end
		}
	}
	p := r.after(i, j)
	if kind == nameSecret && p.op == opSpace && r.isSharedKey(i, j) {
		if r.peerFollows(p.at) {
			return 0
		}
		p.at = r.behindSide(p.at)
	}
	if kind == nameSecret || kind == nameAssigned {
		if end := r.listed(i, p); end > 0 {
			return end
		}
	}
	if p.op == opNone || p.at >= len(r.s) {
		return 0
	}
	switch kind {
	case nameSecret, nameCommunity, nameAssigned, nameKeyWord:
		if p.op == opSpace && named == nameKeyWord && r.isisKey(i) {
			return r.secretAt(i, j, nameSecret, p)
		}
		if p.op == opSpace && kind == nameAssigned && r.optionBefore(i, j, p) {
			return r.secretAt(i, j, nameSecret, p)
		}
		if p.op == opSpace && kind != nameSecret && kind != nameCommunity && (named != nameKeyWord || !r.keyFollows(p)) {
			return r.statement(i, j, last)
		}
		return r.secretAt(i, j, kind, p)
	case nameHeader:
		return r.header(i, j, p)
	case nameSIMKey:
		return r.simKey(i, j, p)
	case nameSubscriber:
		return r.labelled(p, minNumber)
	case nameUser:
		return r.userNumber(p)
	case nameCounter:
		return r.counter(p)
	case namePlain, nameNumber:
	}
	return 0
}

// inContext decides the kinds that hang on the words before: "api key:", "calling number".
func (r *redactor) inContext(kind kindOfName, i int) kindOfName {
	l := &r.line
	near := l.prevEnd > 0 && l.prevEnd+1 == i && r.s[l.prevEnd] == ' '
	switch kind {
	case nameNumber:
		if !near || l.caller != l.prevEnd {
			return namePlain
		}
		return nameSubscriber
	case nameKeyWord:
		if near && l.keyOwner == 0 {
			if _, last := nameKind(r.s, l.prevStart, l.prevEnd); hasWord(keyOwners, last) {
				return nameAssigned
			}
		}
	case namePlain, nameSecret, nameAssigned, nameCommunity, nameHeader, nameSIMKey, nameSubscriber, nameUser, nameCounter:
	}
	return kind
}

// maxKeyGap is how far "key" may stand from the word that makes it a secret.
const maxKeyGap = 160

// keyFollows reports whether "key" and white space announce a secret: after tacacs-server and the
// like, or before the number of a coding.
func (r *redactor) keyFollows(p place) bool {
	if r.line.keyOwner > 0 && p.at-r.line.keyOwner < maxKeyGap {
		return true
	}
	return strings.IndexByte("0678", r.s[p.at]) >= 0 && r.byte(p.at+1) == ' '
}

// secretAt takes the secret at a place, unless what stands there is none.
func (r *redactor) secretAt(i, j int, kind kindOfName, p place) int {
	if r.isPath(i, j, p) {
		return 0
	}
	if kind == nameKeyWord && p.op == opAssign && (r.line.keyOwner == 0 || p.at-r.line.keyOwner > maxKeyGap) {
		return 0
	}
	if p.op == opSpace {
		p = r.skipFillers(p, kind)
	}
	end := p.at
	whole := p.op == opTag || r.quoteAt(p.at) > 0
	if !whole {
		end = r.bare(i, p)
	}
	if kind == nameCommunity && p.op != opTag && r.isRouting(i, p, end) {
		return 0
	}
	if whole {
		return r.value(i, p)
	}
	if p.op == opSpace && (end-p.at < 2 || isSign(r.s[p.at:end])) {
		return 0
	}
	word := strings.TrimRight(r.s[p.at:end], ".,;:!?)}]\"'")
	if p.op == opAssign && hasWord(nothings, word) || !p.tight && hasWord(notSecrets, word) {
		return 0
	}
	if p.op == opSpace && kind != nameCommunity && len(word) > 1 && hasWord(fillers, word) {
		return 0
	}
	next := r.value(i, p)
	if p.op == opAssign && next == end && r.isFiller(p.at, end, kind) {
		if at := r.spaces(next); at > next && at < len(r.s) && !r.pairAt(at, false) && !r.quotedPairAt(at) {
			return r.open(at, r.value(i, place{at: at, op: opSpace}))
		}
	}
	if p.tight {
		return next
	}
	return r.open(p.at, next)
}

// open gives where to go on after a value at a place that white space sets off. Where the value is
// missing, it was the next name, which may announce one of its own.
func (r *redactor) open(at, end int) int {
	if end <= at || r.quoteAt(at) > 0 {
		return end
	}
	return at
}

// isPath reports whether a name is the end of a path ("/etc/passwd: no such file"), or the shell's
// working directory.
func (r *redactor) isPath(i, j int, p place) bool {
	if name := r.s[i:j]; (name == "PWD" || name == "OLDPWD") && p.op == opAssign && (i == 0 || isSpace(r.s[i-1])) {
		return r.s[p.at] == '/' || r.s[p.at] == '~' || strings.HasPrefix(r.s[p.at:], "unknown ")
	}
	if r.byte(i-1) != '/' || p.op == opAssign && p.tight {
		return false
	}
	start := i
	for start > 0 && i-start < 256 && !isSpace(r.s[start-1]) && !isQuote(r.s[start-1]) && r.s[start-1] != '=' && r.s[start-1] != '(' {
		start--
	}
	return r.s[start] == '/'
}

// isSign reports whether a word is a shell's or a message's sign.
func isSign(w string) bool {
	switch w {
	case "&&", "||", "--", "->", "<-", ">>", "<<", "==", "!=", "...", "[preauth]", "=>", "2>", "2>&1":
		return true
	}
	return false
}

// isFiller reports whether a token says how the secret after it is written.
func (r *redactor) isFiller(at, end int, kind kindOfName) bool {
	w := r.s[at:end]
	if len(w) == 1 && isDigit(w[0]) || hasWord(fillers, w) || kind == nameCommunity && hasWord(communityFillers, w) {
		return true
	}
	if r.line.snmpUser && hasWord(snmpFillers, w) {
		return true
	}
	if len(w) > 5 || !isDigits(w) {
		return false
	}
	next := r.spaces(end) // the number of a key: 12 md5 S
	stop := r.token(next)
	return next < stop && hasWord(fillers, r.s[next:stop])
}

// skipFillers goes over the words that say how a secret is written, as long as more follows.
func (r *redactor) skipFillers(p place, kind kindOfName) place {
	level := false
	for range 6 {
		end := r.token(p.at)
		next := r.spaces(end)
		w := r.s[p.at:end]
		if next == end || next >= len(r.s) || isSpace(r.s[next]) || !r.isFiller(p.at, end, kind) && (!level || !isDigits(w) || len(w) > 2) {
			break
		}
		level = strings.EqualFold(w, "level")
		p.at = next
	}
	return p
}

// isRouting reports whether a community is one of routing.
func (r *redactor) isRouting(i int, p place, end int) bool {
	l := &r.line
	prev := ""
	if l.prevEnd > 0 && r.spaces(l.prevEnd) == i {
		prev = r.s[l.prevStart:l.prevEnd]
	}
	text := r.s[p.at:end]
	if n := r.quoteAt(p.at); n > 0 {
		stop, _ := r.quoted(p.at, n)
		text = r.s[p.at+n : max(stop, p.at+n)]
	}
	text = strings.TrimRight(text, ",;}])")
	switch {
	case strings.EqualFold(prev, "match"), isBGPCommunity(text), hasWord(routing, text):
		return true
	case strings.EqualFold(prev, "set") && !l.snmp:
		return isDigits(text)
	}
	return r.has(r.spaces(r.token(p.at)), "members ")
}

// isBGPCommunity reports whether a text is a list of communities of routing: 65000:1 65000:2.
func isBGPCommunity(s string) bool {
	colon := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == ':':
			colon = true
		case !isDigit(c) && strings.IndexByte(" ,*._()[]", c) < 0:
			return false
		}
	}
	return colon
}

// remember keeps of a name what later ones on the line need to know.
func (r *redactor) remember(i, j int) {
	l := &r.line
	var words [maxNameWords]string
	n := splitName(r.s[max(i, j-maxNameLooked):j], &words)
	for _, w := range words[:n] {
		switch {
		case len(w) < 3:
		case strings.EqualFold(w, "tacacs"), strings.EqualFold(w, "radius"), strings.EqualFold(w, "isakmp"), strings.EqualFold(w, "tacplus"):
			l.keyOwner = j
		case strings.EqualFold(w, "snmp"), strings.EqualFold(w, "snmpv3"):
			l.snmp = true
		case strings.EqualFold(w, "user"):
			l.snmpUser = l.snmpUser || l.snmp
		}
	}
	if n > 0 {
		last := words[n-1]
		switch {
		case len(last) > 1 && hasWord(callers, last),
			l.caller > 0 && l.caller == l.prevEnd && l.prevEnd+1 == i && nameWords[last] == nameNumber, // calling party number
			l.caller > 0 && l.caller == l.prevEnd && l.prevEnd+1 == i && (strings.EqualFold(last, "party") || strings.EqualFold(last, "station")):
			l.caller = j
		}
	}
	if strings.EqualFold(r.s[max(i, j-len("cfgattr")):j], "cfgattr") {
		l.attributes = true
	}
	r.command(i, j)
	l.prevStart, l.prevEnd = i, j
}
