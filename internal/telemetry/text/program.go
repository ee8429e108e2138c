package text

import (
	"strings"

	"stormglass/internal/telemetry/device"
)

// longestProgram bounds the name of a program before a message.
const longestProgram = 48

// readProgram takes what stands before a message: the program that wrote it and the code. The program alone stays a part of the message.
func (h *header) readProgram() {
	h.body = h.rest
	m := &h.device
	if m.Form != device.FormNone { // the header was special
		return
	}
	if c, n := device.CodeAt(h.rest); n > 0 {
		h.coded(c, n)
		return
	}
	name, pid, n := programAt(h.rest)
	if n == 0 || h.priority == "" && h.n == 0 {
		return
	}
	after := strings.TrimLeft(h.rest[n:], " ")
	if c, _, used := device.ScreenAt(after); used > 0 {
		h.host = name // the device's own name follows its relay's
		h.coded(c, len(h.rest)-len(after)+used)
		return
	}
	rest := after
	if countedCode(rest) {
		rest = rest[digits(rest)+2:]
	}
	if c, used := device.TagAt(rest, name); used > 0 {
		m.Process, m.PID = name, pid
		h.coded(c, len(h.rest)-len(rest)+used)
		return
	}
	if c, used := device.CodeAt(rest); used > 0 {
		if h.host == "" && pid == "" {
			h.host = name // nothing but the device's name stood there
		} else {
			m.Process, m.PID = name, pid
		}
		if len(rest) < len(after) && h.sequence == "" {
			h.sequence = after[:len(after)-len(rest)-2]
		}
		h.coded(c, len(h.rest)-len(rest)+used)
		return
	}
	if h.host != "" || pid != "" {
		m.Process, m.PID, h.body = name, pid, after
		m.Platform = device.PlatformOf(&m.Code, &m.Signs)
	}
}

// coded takes a code of n bytes, with what is before it.
func (h *header) coded(c device.Code, n int) {
	h.device.Code = c
	h.device.Platform = device.PlatformOf(&h.device.Code, &h.device.Signs)
	h.rest = strings.TrimLeft(h.rest[n:], " ")
	h.body = h.rest
}

// programAt reads NAME[PID]: or NAME: at the start of s. Junos writes the kernel as /kernel, and may write a board before a tag, fpc0 TAG:.
func programAt(s string) (name, pid string, n int) {
	from := 0
	if s != "" && s[0] == '/' {
		from = 1
	}
	n = from
	for n < len(s) && n < longestProgram && programByte(s[n]) {
		n++
	}
	if n == from || n >= len(s) {
		return "", "", 0
	}
	name = s[from:n]
	switch {
	case s[n] == ' ' && strings.HasPrefix(name, "fpc") && digits(name[3:]) == len(name)-3:
		if _, used := device.TagAt(s[n+1:], name); used == 0 {
			return "", "", 0
		}
		return name, "", n + 1
	case s[n] == '[':
		d := digits(s[n+1:])
		if n += d + 2; d == 0 || d > 10 || n >= len(s) || s[n-1] != ']' {
			return "", "", 0
		}
		pid = s[n-1-d : n-1]
	}
	if s[n] != ':' || n+1 < len(s) && s[n+1] != ' ' {
		return "", "", 0
	}
	return name, pid, n + 1
}

// programByte reports whether a byte may stand in a program's name.
func programByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '-' && c <= '9' || c == '_' || c == '(' || c == ')'
}

// named5424 takes what RFC 5424 has places for: the program, its number and the sort of message, which is the code for Junos.
func (h *header) named5424(program, pid, id string) {
	m := &h.device
	if program != "-" {
		m.Process = program
	}
	if pid != "-" && len(pid) <= 10 && digits(pid) == len(pid) {
		m.PID = pid
	}
	if id != "-" {
		h.id = id
	}
	m.Data, h.body = h.data, h.rest
	if device.IsTag(id, m.Process) {
		h.coded(device.Junos(id), 0)
		return
	}
	if c, n := device.TagAt(h.rest, m.Process); n > 0 {
		h.coded(c, n)
		return
	}
	name, _, used := programAt(h.rest) // some write the old form again
	after := strings.TrimLeft(h.rest[used:], " ")
	if c, n := device.CodeAt(after); n > 0 {
		if used > 0 && m.Process == "" {
			m.Process = name
		}
		h.coded(c, len(h.rest)-len(after)+n)
		return
	}
	m.Platform = device.PlatformOf(&m.Code, &m.Signs)
}
