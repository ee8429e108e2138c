package cli

import "strings"

// separator gives the place of the first semicolon that stands between two commands, -1 where there is one command only. NX-OS divides
// at every semicolon; of a device that is not known those count that have a blank beside them, since a semicolon may be part of a name.
func separator(s string, d Dialect) int {
	if d != NXOS && d != Unknown {
		return -1
	}
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], ';')
		if i < 0 {
			return -1
		}
		at += i
		if d == NXOS || at > 0 && s[at-1] == ' ' || at+1 < len(s) && s[at+1] == ' ' {
			return at
		}
	}
}

// next cuts the first command off a line.
func next(s string, d Dialect) (command, rest string) {
	at := separator(s, d)
	if at < 0 {
		return s, ""
	}
	return strings.TrimRight(s[:at], " "), strings.TrimLeft(s[at+1:], " ")
}

// joined puts a line together again of its commands, each of which becomes what it means.
func (a *adder) joined(typed string) string {
	var small [256]byte
	b := small[:0]
	for s := typed; s != ""; {
		var command string
		command, s = next(s, a.dialect)
		if command = strings.Trim(a.plain(strings.Trim(command, "; ")), "; "); command == "" {
			continue
		}
		if len(b) > 0 {
			b = append(b, " ; "...)
		}
		b = append(b, command...)
	}
	if len(b) == 0 || string(b) == typed {
		return typed
	}
	return a.batch.Copy(b)
}

// parts adds the commands of a line, which joined has put together.
func (a *adder) parts(s string) {
	for n := 0; s != "" && n < maxParts; n++ {
		var command string
		command, s = next(s, a.dialect)
		a.value(command)
		a.inner(command)
	}
}
