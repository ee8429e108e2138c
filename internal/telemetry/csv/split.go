package csv

import "strings"

// cell takes the first value of a line: its text as it stands (between its quotes, if it is
// quoted), whether quotes in it are doubled, and what follows its delimiter.
func cell(line string, delim byte) (text, rest string, doubled, more bool, problem string) {
	if line == "" || line[0] != '"' {
		i := strings.IndexByte(line, delim)
		if i < 0 {
			return line, "", false, false, ""
		}
		return line[:i], line[i+1:], false, true, ""
	}
	for i := 1; ; {
		q := strings.IndexByte(line[i:], '"')
		if q < 0 {
			return "", "", false, false, "quote not closed on its line"
		}
		i += q + 1
		switch {
		case i == len(line):
			return line[1 : i-1], "", doubled, false, ""
		case line[i] == delim:
			return line[1 : i-1], line[i+1:], doubled, true, ""
		case line[i] == '"':
			doubled = true
			i++
		default:
			return "", "", false, false, "text after a closing quote"
		}
	}
}

// undouble adds text to dst with its doubled quotes made single.
func undouble(dst []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		dst = append(dst, text[i])
		if text[i] == '"' {
			i++
		}
	}
	return dst
}

// split gives all values of a line; it serves headers only.
func split(line string, delim byte) ([]string, bool) {
	var out []string
	for {
		text, rest, doubled, more, problem := cell(line, delim)
		if problem != "" {
			return nil, false
		}
		if doubled {
			text = string(undouble(nil, text))
		}
		out = append(out, text)
		if !more {
			return out, true
		}
		line = rest
	}
}
