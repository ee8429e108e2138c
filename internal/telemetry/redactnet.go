package telemetry

import "strings"

// maxArguments bounds how many words of a command are looked at.
const maxArguments = 8

// argument is a word of a command, without its quotes.
type argument struct{ start, end, next int }

// argumentAt gives the word at a place; it is empty where the command ends.
func (r *redactor) argumentAt(i, at int) argument {
	at = r.spaces(at)
	if n := r.quoteAt(at); n > 0 && !r.closes(at) {
		end, next := r.quoted(at, n)
		return argument{at + n, end, next}
	}
	if c := r.byte(at); c == 0 || isSpace(c) || c == '|' || c == ';' || c == '&' || c == '>' || c == '<' {
		return argument{at, at, at}
	}
	end := r.bare(i, place{at: at})
	return argument{at, end, end}
}

// netCommand takes the secret of net use X S /user:bob, in whatever order, and of net user bob S /add,
// where "user" or "use" stands at i. A star stands for a question at the terminal.
func (r *redactor) netCommand(i, j int) int {
	if r.programs.to(r.s, i); !r.programs.isProgram(r.s, "net") {
		return 0
	}
	first := r.spaces(r.programs.end)
	switch {
	case r.byte(i-1) == '/' && r.byte(j) == ':' && !isSpace(r.byte(j+1)) && r.has(first, "use ") && i-first < 512:
		return r.netUse(i, first+len("use"))
	case first == i && first > r.programs.end && r.s[i-1] != '/':
		if r.has(i, "use ") {
			return r.netShare(i, j)
		}
		return r.netUser(i, j)
	}
	return 0
}

// netUse takes the second word that is no option, behind the letter of a drive the third.
func (r *redactor) netUse(i, at int) int {
	words := 0
	for range maxArguments {
		a := r.argumentAt(i, at)
		if a.start >= a.end {
			return 0
		}
		at = a.next
		text := r.s[a.start:a.end]
		switch {
		case text[0] == '/':
		case words == 0 && (text == "*" || len(text) < 6 && strings.HasSuffix(text, ":")): // a drive, LPT1:
		case words == 0:
			words++
		case text == "*":
			return 0
		default:
			return r.blank(a.start, a.end)
		}
	}
	return 0
}

// netShare is netUse where no user is named: only a share of the form \\host\name tells the command from
// a sentence.
func (r *redactor) netShare(i, j int) int {
	at := j
	for range 2 {
		a := r.argumentAt(i, at)
		if a.start >= a.end {
			return 0
		}
		if strings.HasPrefix(r.s[a.start:a.end], `\\`) {
			return r.netUse(i, j)
		}
		at = a.next
	}
	return 0
}

// netUser takes the second word, where the command ends behind it or goes on with an option.
func (r *redactor) netUser(i, j int) int {
	name := r.argumentAt(i, j)
	if name.start >= name.end || r.s[name.start] == '/' {
		return 0
	}
	a := r.argumentAt(i, name.next)
	if a.start >= a.end || a.start == name.next || r.s[a.start] == '/' || r.s[a.start:a.end] == "*" {
		return 0
	}
	if after := r.argumentAt(i, a.next); after.start < after.end && r.s[after.start] != '/' {
		return 0
	}
	return r.blank(a.start, a.end)
}
