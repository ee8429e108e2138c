package telemetry

import "strings"

// redundancy reports whether "authentication" at i belongs to a group of routers that stand in for one
// another: standby 1 authentication.
func (r *redactor) redundancy(i int, prev string) bool {
	if !strings.EqualFold(prev, "standby") && !strings.EqualFold(prev, "vrrp") && !strings.EqualFold(prev, "glbp") {
		return false
	}
	between := r.s[r.line.prevEnd:i]
	return len(between) < 8 && strings.Trim(between, " 0123456789") == ""
}

// groupSecret takes the secret of such a group; what begins with a way to write it has a name of its own.
func (r *redactor) groupSecret(i, at int) int {
	for _, w := range [...]string{"md5 ", "mode "} {
		if r.has(at, w) {
			return 0
		}
	}
	if end := r.bare(i, place{at: at}); hasWord(notSecrets, r.s[at:end]) {
		return 0
	}
	return r.open(at, r.value(i, place{at: at, op: opSpace}))
}

// isisKey reports whether "key" at i is that of isis authentication key.
func (r *redactor) isisKey(i int) bool {
	const isis = "isis "
	l := &r.line
	return l.prevEnd+1 == i && strings.EqualFold(r.s[l.prevStart:l.prevEnd], "authentication") && l.prevStart >= len(isis) &&
		r.has(l.prevStart-len(isis), isis) && !isName(r.byte(l.prevStart-len(isis)-1))
}

// certificateStore takes the secret of crypto pki import NAME pkcs12 terminal S.
func (r *redactor) certificateStore(i, at int) int {
	start := i - 1
	for start > 0 && i-start < 80 && !isSpace(r.s[start-1]) {
		start--
	}
	if !r.has(start-len("import "), "import ") && !r.has(start-len("export "), "export ") {
		return 0
	}
	end := r.token(at)
	from := r.s[at:end]
	at = r.spaces(end)
	if !strings.EqualFold(from, "terminal") && !strings.ContainsAny(from, ":/") {
		return 0
	}
	if at == end || at >= len(r.s) || isSpace(r.s[at]) || r.has(at, "password ") {
		return 0
	}
	return r.open(at, r.value(i, place{at: at, op: opSpace}))
}

// isSharedKey reports whether a name is pre-shared-key or the like.
func (r *redactor) isSharedKey(i, j int) bool {
	const name = "shared-key"
	return j-i >= len(name) && r.has(j-len(name), name)
}

// peerFollows reports whether the words for whom a shared key is follow its name, and the key itself behind
// a word that says so: pre-shared-key address 192.0.2.1 key S.
func (r *redactor) peerFollows(at int) bool {
	for _, w := range [...]string{"address ", "hostname "} {
		if r.has(at, w) {
			r.line.keyOwner = at
			return true
		}
	}
	return false
}

// behindSide goes over the word that says whose key it is: pre-shared-key local S.
func (r *redactor) behindSide(at int) int {
	for _, w := range [...]string{"local ", "remote "} {
		if next := r.spaces(at + len(w)); r.has(at, w) && next < len(r.s) && !isSpace(r.s[next]) {
			return next
		}
	}
	return at
}
