package list

import (
	"bytes"
	"context"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// plain reads one value a line.
func (rd *reader) plain(ctx context.Context) {
	for rd.lines.next(ctx) {
		if text, ok := isComment(rd.lines.line); ok {
			rd.comment(text)
			continue
		}
		value, comment := splitLine(rd.lines.line)
		switch {
		case rd.lines.long:
			rd.lose(intel.Reported, "a line is longer than 1 MiB")
		case len(value) > 0:
			rd.plainLine(value, comment)
		}
	}
}

func (rd *reader) plainLine(value, comment []byte) {
	acc := rd.l.Begin(rd.where())
	defer acc.End()
	i := intel.Indicator{Source: rd.id}
	first, rest := cutToken(value)
	if isSink(first) && len(rest) > 0 {
		i.Comment = string(comment)
		for len(rest) > 0 {
			var name []byte
			name, rest = cutToken(rest)
			acc.Take(observable.Domain, string(name), i)
		}
		return
	}
	if label, ok := bytes.CutSuffix(first, []byte(":")); ok && isWord(label) && len(rest) > 0 { // "SHA256: e3b0…"
		first, rest = cutToken(rest)
	}
	if to, ok := bytes.CutPrefix(rest, []byte("- ")); ok && isAddr(first) && isAddr(to) {
		acc.Lose(intel.Reported, "a range of addresses; write it as prefixes", observable.Unknown, string(value))
		return
	}
	if comment == nil {
		comment = rest
	}
	i.Comment = string(comment)
	takeGuess(acc, clean(string(first)), i)
}

// splitLine takes a comment off the end of a line: what follows "#", ";" or "//" after a space.
func splitLine(line []byte) (value, comment []byte) {
	for at := 0; ; {
		n := bytes.IndexAny(line[at:], " \t")
		if n < 0 {
			return bytes.TrimSpace(line), nil
		}
		at += n + 1
		rest := line[at:]
		if len(rest) > 0 && (rest[0] == '#' || rest[0] == ';' || bytes.HasPrefix(rest, []byte("//"))) {
			return bytes.TrimSpace(line[:at]), bytes.TrimSpace(bytes.TrimLeft(rest, "#;/"))
		}
	}
}

// isWord reports whether a text is letters, digits and dashes: a label before a value.
func isWord(s []byte) bool {
	return len(s) > 0 && len(s) <= 20 && bytes.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) < 0 && bytes.IndexFunc(s, func(r rune) bool { return r > 'f' && r <= 'z' || r > 'F' && r <= 'Z' }) >= 0
}

func isAddr(s []byte) bool {
	_, err := observable.ParseAs(observable.Addr, string(bytes.TrimSpace(s)))
	return err == nil
}

// cutToken takes the first word off a text.
func cutToken(s []byte) (token, rest []byte) {
	if n := bytes.IndexAny(s, " \t"); n >= 0 {
		return s[:n], bytes.TrimSpace(s[n:])
	}
	return s, nil
}

// isSink reports whether an address is one that hosts files send names to.
func isSink(s []byte) bool {
	switch string(s) {
	case "0.0.0.0", "127.0.0.1", "::", "::1":
		return true
	}
	return false
}

// clean takes off what people and block lists put around a value.
func clean(s string) string {
	s = strings.TrimRight(s, ",;")
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
	}
	if domain, ok := strings.CutPrefix(s, "||"); ok {
		s = strings.TrimSuffix(domain, "^")
	}
	return s
}
