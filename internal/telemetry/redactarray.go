package telemetry

import "strings"

// listed takes the secret that is the next element of a list after an option: ["--password","S"].
func (r *redactor) listed(i int, p place) int {
	if p.op != opNone || !p.quoted || r.byte(p.at) != ',' || !r.isOption(i) {
		return 0
	}
	at := r.spaces(p.at + 1)
	n := r.quoteAt(at)
	if n == 0 || isOptionText(r.s[at+n:min(len(r.s), at+n+3)]) {
		return 0
	}
	return r.quotedValue(at, n)
}

// isOption reports whether the name at i is that of an option: behind a dash or two, or a slash, that
// begin a word.
func (r *redactor) isOption(i int) bool {
	start := i
	for start > 0 && i-start < 2 && r.s[start-1] == '-' {
		start--
	}
	if start == i && r.byte(i-1) == '/' {
		start--
	}
	c := r.byte(start - 1)
	return start < i && (c == 0 || isSpace(c) || isQuote(c))
}

// optionBefore reports whether what follows the option that begins with the name at i is a secret though
// only white space sets it off: --token S. Keys are often given as the path of a file.
func (r *redactor) optionBefore(i, j int, p place) bool {
	if !r.isOption(i) || r.byte(i-1) != '-' || isOptionText(r.s[p.at:min(len(r.s), p.at+3)]) {
		return false
	}
	at := p.at + r.quoteAt(p.at)
	return !r.has(j-len("key"), "key") || strings.IndexByte("/~.", r.byte(at)) < 0
}

// isOptionText reports whether a text begins as an option does, and not as a secret.
func isOptionText(s string) bool {
	return len(s) > 1 && s[0] == '-' && (s[1] == '-' || isLetter(s[1]))
}

// listState is what the elements of a list, pairs of one field in a row, tell of the next one.
type listState struct {
	field  FieldID
	begun  bool
	secret bool // the next one is a secret

	program *program
	ready   bool // the word that the program needs was met
}

// takes gives whether an element is a secret because of the one before, and keeps what it tells.
func (l *listState) takes(p *Pair) bool {
	if !l.begun || p.Field != l.field {
		*l = listState{field: p.Field, begun: true}
	}
	secret := l.secret && p.Text != "" && !isOptionText(p.Text)
	l.secret = !secret && (isSecretOption(p.Text) || l.program != nil && l.ready && holdsOption(l.program.options, p.Text))
	if !secret {
		l.look(p.Text)
	}
	return secret
}

// look keeps which program an element names.
func (l *listState) look(s string) {
	if s = s[strings.LastIndexAny(s, `/\`)+1:]; s == "" || len(s) > maxProgramName || s[0] == '-' {
		return
	}
	if p := programNamed(s); p != nil {
		l.program, l.ready = p, p.needs == ""
	} else if l.program != nil && strings.EqualFold(s, l.program.needs) {
		l.ready = true
	}
}

// isSecretOption reports whether a text is nothing but an option that a secret follows: --password, /pass.
func isSecretOption(s string) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "-")
	if name == s {
		name = strings.TrimPrefix(s, "/")
	}
	if name == s || len(s) > maxNameLooked || !isOneWord(name) {
		return false
	}
	kind, _ := nameKind(name, 0, len(name))
	return kind == nameSecret || kind == nameAssigned
}
