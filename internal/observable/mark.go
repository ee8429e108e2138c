package observable

import "strings"

// brackets are the brackets that defanging wraps marks in: ASCII, full-width and CJK.
var (
	openings = []string{"[", "(", "{", "［", "（", "｛", "【", "〔", "「", "『", "〈"}
	closings = []string{"]", ")", "}", "］", "）", "｝", "】", "〕", "」", "』", "〉"}
)

// cores are the marks found inside, longest first, and their meaning.
var cores = []struct{ text, plain string }{
	{"://", "://"},
	{"//", "//"},
	{`\.`, "."},
	{".", "."},
	{"．", "."},
	{"。", "."},
	{"｡", "."},
	{"dot", "."},
	{":", ":"},
	{"：", ":"},
	{"/", "/"},
	{"／", "/"},
	{"@", "@"},
	{"＠", "@"},
	{"at", "@"},
}

// maxMark is how many bytes a mark may have.
const maxMark = 48

// Mark recognises a bracketed mark, such as "[.]", "( dot )" or "[://]", at the start of b. It
// gives the length of the mark in bytes and the text it stands for; 0 and "" when there is none.
// Brackets need not match or balance, but there is at least one on either side. Whether the mark
// was meant as one depends on what stands around it; that is for the caller.
func Mark(b []byte) (n int, plain string) {
	b = b[:min(len(b), maxMark)]
	i, opened := 0, false
	for n := anyPrefix(b[i:], openings); n > 0; n = anyPrefix(b[i:], openings) {
		i, opened = i+n, true
	}
	if !opened {
		return 0, ""
	}
	i = skipSpaces(b, i)
	for _, c := range cores {
		if len(b)-i >= len(c.text) && strings.EqualFold(string(b[i:i+len(c.text)]), c.text) {
			i, plain = i+len(c.text), c.plain
			break
		}
	}
	if plain == "." { // "[. .]", "[..]"
		for j := skipSpaces(b, i); j < len(b) && b[j] == '.'; j = skipSpaces(b, i) {
			i = j + 1
		}
	}
	i = skipSpaces(b, i)
	closed := false
	for n := anyPrefix(b[i:], closings); n > 0; n = anyPrefix(b[i:], closings) {
		i, closed = i+n, true
	}
	if plain == "" || !closed {
		return 0, ""
	}
	return i, plain
}

// MarkBegins is a cheap test: without it Mark never succeeds, apart from brackets outside ASCII.
func MarkBegins(c byte) bool { return c == '[' || c == '(' || c == '{' }

// anyPrefix gives the length of the member of list that b begins with, or 0.
func anyPrefix(b []byte, list []string) int {
	for _, s := range list {
		if len(b) >= len(s) && b[0] == s[0] && string(b[:len(s)]) == s {
			return len(s)
		}
	}
	return 0
}

func skipSpaces(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

// Scheme gives the scheme that word, as it stands before a colon, is a defanged form of: hxxp,
// h__p, hzzzp, h00p, h**p and the like are http, ftx and fxp are ftp. The true schemes http, https,
// ftp and ftps stand for themselves. It gives "" for any other word, and allocates nothing.
func Scheme(word []byte) string {
	n := len(word)
	if n < 3 || n > 7 {
		return ""
	}
	secure := word[n-1]|0x20 == 's'
	if secure {
		n--
	}
	first, last := word[0]|0x20, word[n-1]|0x20
	switch {
	case first == 'h' && last == 'p' && n >= 4 && allIn(word[1:n-1], "xXtTzZ0_*"):
		if secure {
			return "https"
		}
		return "http"
	case first == 'f' && n == 3 && allIn(word[1:n], "xXtTpP_*"):
		if secure {
			return "ftps"
		}
		return "ftp"
	}
	return ""
}

func allIn(b []byte, set string) bool {
	for _, c := range b {
		if strings.IndexByte(set, c) < 0 {
			return false
		}
	}
	return true
}
