package device

import "strings"

// screenParsers read messages of NetScreen: the numbers of messages mean a group of them, so texts decide.
var screenParsers = map[key]parser{
	{"system", "00767"}: screenConfig,
	{"system", "00018"}: screenConfig,
	{"system", "00515"}: screenSession,
	{"system", "00519"}: screenAdmin,
}

// ScreenAt reads the header of NetScreen's messages: NetScreen device_id=NAME  [Root]system-warning-00515: and gives its device.
func ScreenAt(s string) (c Code, device string, n int) {
	rest, ok := strings.CutPrefix(s, "NetScreen device_id=")
	if !ok {
		return c, "", 0
	}
	device, rest = word(rest)
	if !strings.HasPrefix(rest, "[") {
		return c, "", 0
	}
	at := strings.IndexByte(rest[:min(len(rest), 64)], ']')
	if at < 0 {
		return c, "", 0
	}
	text, rest, ok := strings.Cut(rest[at+1:], ": ")
	kind, number, ok2 := cutLast(text, "-")
	facility, level, ok3 := strings.Cut(kind, "-")
	if !ok || !ok2 || !ok3 || len(text) > maxCode || digits(number) != len(number) {
		return c, "", 0
	}
	return Code{Text: text, Facility: facility, Mnemonic: number, Severity: severityOf(level), Form: FormScreen}, device, len(s) - len(rest)
}

// severityOf gives the number of a severity's name.
func severityOf(name string) string {
	for i, n := range [...]string{"emergency", "alert", "critical", "error", "warning", "notification", "information", "debugging"} {
		if n == name || i == 5 && name == "notice" || i == 7 && name == "debug" {
			return numbers[i : i+1]
		}
	}
	return ""
}

// screenConfig reads: System configuration saved by U via web from host A to B:443 by U., Policy (5, ...) was modified by U via web from host
// A to B:443. The first has the name at its end, too: who is called " via " says nothing there.
func screenConfig(r *reader, s string) {
	saved := strings.HasPrefix(s, "System configuration saved")
	c, _ := apart(s, " via ")
	what, rest, ok := cutLast(s, " via ")
	who, ok2 := apart(what, " by ")
	via, rest := word(rest)
	rest, ok3 := strings.CutPrefix(rest, "from host ")
	source, _ := word(rest)
	if saved {
		r.action("config-commit")
	} else if ok && ok2 && ok3 {
		r.action("config-change")
	}
	if !ok || !ok2 || !ok3 || saved && !c.sure {
		return
	}
	if who.sure {
		r.user(who.after)
	}
	r.via(via)
	r.source(source)
}

// screenSession reads: Management session via SSH from A:0 for admin U has timed out.
func screenSession(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Management session via ")
	via, rest := word(s)
	from, rest, ok2 := strings.Cut(strings.TrimPrefix(rest, "from "), " for ")
	_, who := word(rest)
	user, _, ok3 := cutLast(who, " has ")
	end, ok4 := hostPort(from)
	if !ok || !ok2 || !ok3 || !ok4 {
		return
	}
	r.action("logout")
	r.user(user)
	r.via(via)
	r.event.Src, r.event.SrcPort = end.Addr(), end.Port()
	r.reason("timed out")
}

// screenAdmin reads: Admin user U logged in for Web(https) management (port 443) from A:50022; a guess.
func screenAdmin(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Admin user ")
	s, from, ok2 := cutLast(s, " from ")
	from, _ = word(from)
	end, ok3 := hostPort(strings.TrimSuffix(from, "."))
	if !ok || !ok2 || !ok3 {
		return
	}
	in, out := strings.LastIndex(s, " logged in for "), strings.LastIndex(s, " logged out for ")
	switch {
	case in > out:
		r.login(true)
		r.user(s[:in])
	case out > in:
		r.action("logout")
		r.user(s[:out])
	default:
		return
	}
	r.event.Src, r.event.SrcPort = end.Addr(), end.Port()
}
