package aaa

import "strings"

// attributes are those of TACACS+ that have a field. Of one that is stated twice the first counts.
type attributes struct {
	task, service, protocol, privilege, command, elapsed, event, reason, result string
	hasCommand                                                                  bool
	unknown                                                                     int // attributes without a field
}

// knownAttributes are those that are read, or say nothing that the line does not say otherwise.
var knownAttributes = map[string]bool{
	"task_id": true, "service": true, "protocol": true, "priv-lvl": true, "priv_lvl": true, "cmd": true, "cmd-arg": true, "elapsed_time": true,
	"event": true, "reason": true, "result": true, "timezone": true, "start_time": true, "stop_time": true, "status": true,
	"disc-cause": true, "disc-cause-ext": true, "pre-session-time": true, "err_msg": true, "bytes_in": true, "bytes_out": true, "paks_in": true, "paks_out": true,
}

// set takes one attribute.
func (a *attributes) set(name, value string) {
	to := a.place(name)
	switch {
	case to == nil:
		if !knownAttributes[name] {
			a.unknown++
		}
	case *to == "":
		*to = value
	}
	a.hasCommand = a.hasCommand || name == "cmd" && value != "" // sessions have an empty one
}

func (a *attributes) place(name string) *string {
	switch name {
	case "task_id":
		return &a.task
	case "service":
		return &a.service
	case "protocol":
		return &a.protocol
	case "priv-lvl", "priv_lvl":
		return &a.privilege
	case "cmd":
		return &a.command
	case "elapsed_time":
		return &a.elapsed
	case "event":
		return &a.event
	case "reason":
		return &a.reason
	case "result":
		return &a.result
	}
	return nil
}

// read takes the attributes of a line, and reports whether there are any that accounting has.
func (a *attributes) read(s string, sep byte) bool {
	if sep == '\t' {
		a.columns(s)
	} else {
		a.words(s)
	}
	return a.task != "" || a.service != "" || a.hasCommand || a.event != ""
}

// columns reads attributes that stand in a column each. tac_plus-ng's own form has no names: the service, then the command (a guess
// from its manual's examples).
func (a *attributes) columns(s string) {
	for n := 0; s != ""; n++ {
		column, rest, _ := strings.Cut(s, "\t")
		name, value, ok := strings.Cut(column, "=")
		switch {
		case ok && name == "cmd": // what follows may be its arguments, or a tab within it
			a.set(name, upToAttribute(value, rest, s))
		case ok && isName(name):
			if name != "cmd-arg" {
				a.set(name, value)
			}
		case n == 0:
			a.service = column
		case n == 1 && column != "" && a.task == "":
			a.command, a.hasCommand = column, true
		}
		s = rest
	}
}

// upToAttribute gives a command with the columns behind it that hold its arguments.
func upToAttribute(value, rest, from string) string {
	end := len(from) - len(rest)
	if rest != "" {
		end--
	}
	start := len("cmd=")
	if !strings.HasPrefix(rest, "cmd-arg=") {
		return value
	}
	for strings.HasPrefix(rest, "cmd-arg=") {
		_, after, more := strings.Cut(rest, "\t")
		end = len(from) - len(after)
		if more {
			end--
		}
		rest = after
	}
	return from[start:end]
}

// words reads attributes between blanks. A command ends the line, or in <cr>, or in its quotes: nothing within it is an attribute.
func (a *attributes) words(s string) {
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			return
		}
		name = name[strings.LastIndexByte(name, ' ')+1:] // what stands before is the rest of a value with blanks
		if !isName(name) {
			s = rest
			continue
		}
		end := valueEnd(name, rest)
		a.set(name, rest[:end])
		s = strings.TrimLeft(rest[end:], " ")
	}
}

// valueEnd gives the length of the value of an attribute at the start of s.
func valueEnd(name, s string) int {
	if name != "cmd" {
		if end := strings.IndexByte(s, ' '); end >= 0 {
			return end
		}
		return len(s)
	}
	if strings.HasPrefix(s, `"`) {
		if end := strings.LastIndexByte(s, '"'); end > 0 {
			return end + 1
		}
	}
	if end := strings.LastIndex(s, "<cr>"); end >= 0 {
		return end + len("<cr>")
	}
	return len(s)
}

// isName reports whether a text may be the name of an attribute.
func isName(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != ':' && c != '.' {
			return false
		}
	}
	return true
}
