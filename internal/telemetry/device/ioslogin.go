package device

import "strings"

// iosParsers read logins and sessions of IOS and IOS XE.
var iosParsers = map[key]parser{
	{"SEC_LOGIN", "LOGIN_SUCCESS"}:    secLogin("Login Success ", "login", true),
	{"SEC_LOGIN", "LOGIN_FAILED"}:     secLogin("Login failed ", "login", false),
	{"SEC_LOGIN", "WEBLOGIN_SUCCESS"}: webLogin("Login Success ", true),
	{"SEC_LOGIN", "WEBLOGIN_FAILED"}:  webLogin("Login failed ", false),
	{"SEC_LOGIN", "QUIET_MODE_ON"}:    quietModeOn,
	{"SYS", "LOGOUT"}:                 iosLogout,
	{"SYS", "TTY_EXPIRE_TIMER"}:       ttyExpired,
	{"SSH", "SSH2_SESSION"}:           sshSession,
	{"SSH", "SSH2_USERAUTH"}:          sshUser,
	{"SSH", "SSH2_CLOSE"}:             sshClose,
	{"DMI", "AUTH_PASSED"}:            dmiAuth(true),
	{"DMI", "AUTHENTICATION_FAIL"}:    dmiAuth(false),
	{"SYS", "PRIV_AUTH_PASS"}:         enabled(true),
	{"SYS", "PRIV_AUTH_FAIL"}:         enabled(false),
}

// secLogin reads [user: U] [Source: A] [localport: N] [Reason: R] at TIME. The name may be anything, so what stands behind it is taken
// from the right.
func secLogin(start, action string, ok bool) parser {
	return func(r *reader, s string) {
		rest, is := strings.CutPrefix(s, start)
		if !is {
			return
		}
		l, is := bracketed(rest)
		if !is {
			return
		}
		r.action(action)
		r.outcome(ok)
		l.fields(r)
		switch l.port {
		case "22":
			r.via("ssh")
		case "23":
			r.via("telnet")
		case "0":
			r.via("console")
		case "80", "443":
			r.via("http")
		}
	}
}

func webLogin(start string, ok bool) parser {
	return func(r *reader, s string) {
		rest, is := strings.CutPrefix(s, start)
		if !is {
			return
		}
		if l, is := bracketed(rest); is {
			r.login(ok)
			l.fields(r)
			r.via("http")
		}
	}
}

// quietModeOn reads: Still timeleft for watching failures is 20 secs, [user: U] [Source: A] [localport: N] [Reason: R] [ACL: L] at TIME.
func quietModeOn(r *reader, s string) {
	_, rest, ok := strings.Cut(s, ", [user: ")
	if !ok {
		return
	}
	if l, ok := bracketed(s[len(s)-len(rest)-len("[user: "):]); ok {
		r.action("login-blocked")
		r.outcome(false)
		l.fields(r)
	}
}

// brackets are the parts of a login.
type brackets struct{ user, source, port, reason string }

func bracketed(s string) (b brackets, ok bool) {
	s, ok = strings.CutPrefix(s, "[user: ")
	if !ok {
		return b, false
	}
	b.user, s, ok = cutLast(s, "] [Source: ")
	if !ok {
		return b, false
	}
	b.source, s, ok = strings.Cut(s, "]")
	if !ok {
		return b, false
	}
	if rest, is := strings.CutPrefix(s, " [localport: "); is {
		if b.port, s, ok = strings.Cut(rest, "]"); !ok || digits(b.port) != len(b.port) {
			return b, false
		}
	}
	if rest, is := strings.CutPrefix(s, " [Reason: "); is {
		if b.reason, s, ok = strings.Cut(rest, "]"); !ok {
			return b, false
		}
	}
	return b, s == "" || s[0] == ' '
}

func (b *brackets) fields(r *reader) {
	r.user(b.user)
	r.source(b.source)
	r.targetPort(b.port)
	r.reason(b.reason)
}

// iosLogout reads: User U has exited tty session 3(192.0.2.1).
func iosLogout(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "User ")
	user, rest, ok2 := cutLast(s, " has exited tty session ")
	if !ok || !ok2 {
		return
	}
	tty, rest, ok := strings.Cut(rest, "(")
	source, _, ok2 := strings.Cut(rest, ")")
	if !ok || !ok2 || digits(tty) != len(tty) {
		return
	}
	r.action("logout")
	r.user(user)
	r.source(source)
	r.name(fieldSession, tty)
}

// ttyExpired reads: (exec timer expired, tty 2 (192.0.2.1)), user U.
func ttyExpired(r *reader, s string) {
	why, rest, ok := strings.Cut(strings.TrimPrefix(s, "("), ", tty ")
	tty, rest, ok2 := strings.Cut(rest, " (")
	source, user, ok3 := strings.Cut(rest, ")), user ")
	if !ok || !ok2 || !ok3 {
		return
	}
	r.action("logout")
	r.user(user)
	r.source(source)
	r.name(fieldSession, tty)
	r.reason(why)
}

// sshSession reads: SSH2 Session request from A (tty = 0) using crypto cipher 'C', hmac 'H' Succeeded.
func sshSession(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "SSH2 Session request from ")
	source, rest, ok2 := strings.Cut(s, " (tty = ")
	tty, rest, ok3 := strings.Cut(rest, ")")
	if !ok || !ok2 || !ok3 {
		return
	}
	r.action("session-start")
	r.ended(rest)
	r.source(source)
	r.name(fieldSession, tty)
	r.via("ssh")
}

// ended adds the outcome that a message ends in; none where it ends in anything else.
func (r *reader) ended(s string) {
	s, _ = repeated(s)
	switch {
	case strings.HasSuffix(s, " Succeeded"):
		r.outcome(true)
	case strings.HasSuffix(s, " Failed"):
		r.outcome(false)
	}
}

// sshUser reads: User 'U' authentication for SSH2 Session from A (tty = 0) using crypto cipher 'C', hmac 'H' Succeeded.
func sshUser(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "User '")
	user, rest, ok2 := cutLast(s, "' authentication for SSH2 Session from ")
	source, rest, ok3 := strings.Cut(rest, " (tty = ")
	tty, rest, ok4 := strings.Cut(rest, ")")
	if !ok || !ok2 || !ok3 || !ok4 {
		return
	}
	r.action("login")
	r.ended(rest)
	r.user(user)
	r.source(source)
	r.name(fieldSession, tty)
	r.via("ssh")
}

// sshClose reads: SSH2 Session from A (tty = 0) for user 'U' using crypto cipher 'C', hmac 'H' closed.
func sshClose(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "SSH2 Session from ")
	source, rest, ok2 := strings.Cut(s, " (tty = ")
	tty, rest, ok3 := strings.Cut(rest, ") for user '")
	user, _, ok4 := cutLast(rest, "' using crypto ")
	if !ok || !ok2 || !ok3 || !ok4 {
		return
	}
	r.action("session-end")
	r.user(user)
	r.source(source)
	r.name(fieldSession, tty)
	r.via("ssh")
}

// dmiAuth reads what NETCONF's daemon of IOS XE says: User 'U' authenticated successfully from A:PORT and was authorized for netconf
// over ssh. [...]; of failures a guess: Authentication failure from A:PORT for user U ...
func dmiAuth(ok bool) parser {
	return func(r *reader, s string) {
		s = r.place(s)
		if !ok {
			s, is := strings.CutPrefix(s, "Authentication failure from ")
			from, _ := word(s)
			if end, is2 := hostPort(from); is && is2 {
				r.login(false)
				r.event.Src, r.event.SrcPort = end.Addr(), end.Port()
				r.via("netconf")
			}
			return
		}
		s, is := strings.CutPrefix(s, "User '")
		user, rest, is2 := cutLast(s, "' authenticated successfully from ")
		from, _ := word(rest)
		end, is3 := hostPort(from)
		if !is || !is2 || !is3 {
			return
		}
		r.login(true)
		r.user(user)
		r.event.Src, r.event.SrcPort = end.Addr(), end.Port()
		r.via("netconf")
	}
}

// enabled reads: Privilege level set to 15 by U on vty0 (A) / Authentication to Privilege level 15 failed by U on vty0 (A).
func enabled(ok bool) parser {
	return func(r *reader, s string) {
		_, rest, is := strings.Cut(s, "rivilege level ")
		level, rest := word(strings.TrimPrefix(rest, "set to "))
		_, rest, is2 := strings.Cut(rest, "by ")
		if digits(level) != len(level) || !is || !is2 {
			return
		}
		r.login(ok)
		r.name(fieldPrivilege, level)
		r.by(rest)
		r.via("enable")
	}
}

// place takes off where in the device a message of IOS XE comes from and which program wrote it: [Switch 1 ]R0/0: ioxman: TEXT.
func (r *reader) place(s string) string {
	rest := s
	if after, ok := strings.CutPrefix(rest, "Switch "); ok {
		n := digits(after)
		if n == 0 || n >= len(after) || after[n] != ' ' {
			return s
		}
		rest = after[n+1:]
	}
	slot, after, ok := strings.Cut(rest, ": ")
	if !ok || len(slot) < 4 || len(slot) > 12 || strings.IndexByte(slot, '/') < 0 || strings.IndexByte(slot, ' ') >= 0 {
		return s
	}
	process, text, ok := strings.Cut(after, ": ")
	if !ok || len(process) > 32 || strings.IndexByte(process, ' ') >= 0 {
		return after
	}
	if r.m.Process == "" {
		r.add(fieldProcess, process)
	}
	return text
}
