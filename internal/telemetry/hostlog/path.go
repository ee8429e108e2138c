package hostlog

import (
	"path"
	"strings"

	"stormglass/internal/telemetry"
)

// What may be a path in a field.
const (
	isPath = 1 + iota // a path, or a command with paths among its words
	isArg
)

// pathFields says of fields which may hold paths. Of an audit record those of its own names do so besides, a0 to a10 where they are
// arguments of a program.
var pathFields = func() []uint8 {
	var table []uint8
	set := func(id telemetry.FieldID, what uint8) {
		for len(table) <= int(id) {
			table = append(table, 0)
		}
		table[id] = what
	}
	for _, id := range [...]telemetry.FieldID{fieldPath, fieldExecutable, fieldDirectory, fieldCommand} {
		set(id, isPath)
	}
	for name := range strings.FieldsSeq("name exe cwd") {
		set(telemetry.FieldNamed(name), isPath)
	}
	for name := range strings.FieldsSeq("a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10") {
		set(telemetry.FieldNamed(name), isArg)
	}
	return table
}()

// cleanPaths writes paths as the kernel takes them, /var/log/./auth.log and /var//log/auth.log as /var/log/auth.log: a rule names a file
// once. The line keeps what was typed.
func (r record) cleanPaths(arguments bool) {
	pairs := r.batch.PairsOf(r.event.Pairs)
	for i := range pairs {
		p := &pairs[i]
		if int(p.Field) >= len(pathFields) {
			continue
		}
		if what := pathFields[p.Field]; what == isPath || what == isArg && arguments {
			p.Text = r.cleaned(p.Text)
		}
	}
}

// cleaned gives a text whose words are paths as they are.
func (r record) cleaned(s string) string {
	if !unclean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		word, rest, more := strings.Cut(s, " ")
		b.WriteString(cleanWord(word))
		if !more {
			break
		}
		b.WriteByte(' ')
		s = rest
	}
	return r.batch.Copy([]byte(b.String()))
}

// unclean reports whether there may be a path that can be written shorter.
func unclean(s string) bool { return strings.Contains(s, "//") || strings.Contains(s, "/.") }

// cleanWord cleans the path that a word is, or that it holds behind a sign of the shell or of an option: >/var/log//x, of=/dev/../x,
// 2>>/x. What stands behind a colon is an address of the network or a list, and stays.
func cleanWord(word string) string {
	at := strings.IndexByte(word, '/')
	if at < 0 || !unclean(word) || at > 0 && strings.IndexByte(`<>=&('"`+"`", word[at-1]) < 0 {
		return word
	}
	clean := path.Clean(word[at:])
	if strings.HasSuffix(word, "/") && clean != "/" {
		clean += "/" // a folder
	}
	return word[:at] + clean
}
