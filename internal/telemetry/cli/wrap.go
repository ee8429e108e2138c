package cli

import "strings"

// wrappers are words before a command that say no more than where it is run: IOS does so from within its configuration, Junos from its
// top. The archive of IOS writes what mode a command was given in.
var wrappers = [numDialects][]string{
	Unknown: {"do ", "do-exec "},
	IOS:     {"!exec: ", "!config: ", "do ", "do-exec "},
	IOSXR:   {"do "},
	NXOS:    {"do "},
	EOS:     {"do "},
	Junos:   {"top ", "run "},
}

// outer are words before a command that are commands by themselves, too: run of IOS XR gives the command to its shell.
var outer = [numDialects][]string{
	Unknown: {"run ", "admin ", "top "},
	IOSXR:   {"run ", "admin "},
}

// unwrapped gives the command behind one of some words; empty where there is none.
func unwrapped(s string, words []string) string {
	for _, w := range words {
		if len(s) > len(w) && strings.EqualFold(s[:len(w)], w) {
			return strings.TrimLeft(s[len(w):], " ")
		}
	}
	return ""
}

// pagers are ends of a line that are no part of the command: how its answer is shown, and what stands for the return key.
var pagers = [...]string{"| no-more", "|no-more", "<cr>"}

// withoutPager takes those off, unless there is nothing else.
func withoutPager(s string) string {
	for {
		rest := s
		for _, p := range pagers {
			rest = strings.TrimSuffix(rest, p)
		}
		rest = strings.TrimRight(rest, " ")
		if rest == s || rest == "" {
			return s
		}
		s = rest
	}
}

// squeezed gives a text with single blanks and none around it.
func (a *adder) squeezed(s string) string {
	s = strings.Trim(s, blanks)
	if isSqueezed(s) {
		return s
	}
	var small [256]byte
	b := small[:0]
	for i := range len(s) {
		switch {
		case s[i] > ' ':
			b = append(b, s[i])
		case b[len(b)-1] != ' ': // the first byte is no blank
			b = append(b, ' ')
		}
	}
	return a.batch.Copy(b)
}

// blanks are what devices take for blanks, and what cannot be typed.
const blanks = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "

func isSqueezed(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == ' ' && s[i+1] <= ' ' { // the last byte is no blank
			return false
		}
	}
	return true
}

// Outcome takes off what NX-OS writes behind a command that it accounts for, and gives it as event.outcome has it; empty where it writes none.
func Outcome(command string) (rest, outcome string) {
	if rest, ok := strings.CutSuffix(command, " (SUCCESS)"); ok {
		return rest, "success"
	}
	if rest, ok := strings.CutSuffix(command, " (FAILURE)"); ok {
		return rest, "failure"
	}
	return command, ""
}
