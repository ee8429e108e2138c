package register

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxCommands bounds the patterns of an account, each of which a command may be compared with.
const maxCommands = 1000

// commandSet is what an account runs, ready for comparison: without case, runs of blanks as one.
type commandSet struct {
	exact    map[string]struct{}
	patterns []string
}

// chaining holds the characters by which one line runs more than one command, or sends its output elsewhere. A * does not stand for them, or
// "show *" would approve "show running-config | redirect tftp://198.51.100.1/x".
const chaining = "|;&<>`$\n\r"

// newCommandSet reads patterns; wrong says what is wrong with them.
func newCommandSet(commands []string) (s commandSet, wrong string) {
	for _, c := range commands {
		c = plainCommand(c)
		switch {
		case strings.Trim(c, "* ") == "":
			return commandSet{}, quoted(c) + " is any command: leave commands out if that is meant"
		case !strings.Contains(c, "*"):
			if s.exact == nil {
				s.exact = map[string]struct{}{}
			}
			s.exact[c] = struct{}{}
		case len(s.patterns) >= maxCommands:
			return commandSet{}, "there are over 1000 patterns: join some by *"
		case !slices.Contains(s.patterns, c):
			s.patterns = append(s.patterns, c)
		}
	}
	return s, ""
}

func (s *commandSet) empty() bool { return s.exact == nil && s.patterns == nil }

// holds reports whether a command, as a device logged it, is of the set.
func (s *commandSet) holds(command string) bool {
	var buf [512]byte
	plain, ok := appendPlain(buf[:0], command)
	if !ok {
		plain = []byte(plainCommand(command))
	}
	if _, ok := s.exact[string(plain)]; ok {
		return true
	}
	for _, p := range s.patterns {
		if matchCommand(p, plain) {
			return true
		}
	}
	return false
}

// plainCommand gives a command as commands are compared. "<cr>", which servers of accounting put behind one, goes.
func plainCommand(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.TrimSpace(strings.ToLower(s)), blank), " ")
	return strings.TrimSuffix(s, " <cr>")
}

// blank reports whether a character only divides words; the end of a line does more.
func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\v' || r == '\f' }

// appendPlain is plainCommand for ASCII that fits into buf.
func appendPlain(buf []byte, s string) ([]byte, bool) {
	s = strings.TrimSpace(s)
	if len(s) > cap(buf) {
		return nil, false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return nil, false
		case blank(rune(c)):
			if len(buf) > 0 && buf[len(buf)-1] != ' ' {
				buf = append(buf, ' ')
			}
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	if n := len(buf) - len(" <cr>"); n >= 0 && string(buf[n:]) == " <cr>" {
		buf = buf[:n]
	}
	return buf, true
}

// matchCommand reports whether a plain command fits a pattern, in which * stands for any run of characters that chain nothing.
func matchCommand(pattern string, s []byte) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0 && strings.IndexByte(chaining, s[mark]) < 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
