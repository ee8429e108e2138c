package device

import (
	"strings"

	"stormglass/internal/telemetry"
)

// asaParsers read messages of ASA, FTD, PIX and FWSM, by their numbers.
var asaParsers = map[key]parser{
	{"ASA", "605004"}: asaLogin("Login denied from ", false),
	{"ASA", "605005"}: asaLogin("Login permitted from ", true),
	{"ASA", "611101"}: asaAuth("User authentication succeeded: ", true),
	{"ASA", "611102"}: asaAuth("User authentication failed: ", false),
	{"ASA", "611103"}: asaLogout,
	{"ASA", "308001"}: asaEnable,
	{"ASA", "502103"}: asaLevel,
	{"ASA", "502101"}: asaAccount("account-add", "New user added to local dbase: Uname: "),
	{"ASA", "502102"}: asaAccount("account-remove", "User deleted from local dbase: Uname: "),
	{"ASA", "111001"}: asaConfig,
	{"ASA", "111002"}: asaConfig,
	{"ASA", "111003"}: asaConfig,
	{"ASA", "111004"}: asaConfig,
	{"ASA", "111005"}: asaConfig,
	{"ASA", "111007"}: asaConfig,
	{"ASA", "111008"}: asaCommand("' executed the '", "' command."),
	{"ASA", "111009"}: asaCommand("' executed cmd: ", ""),
	{"ASA", "111010"}: asaRan,
	{"ASA", "113004"}: asaAAA(true),
	{"ASA", "113005"}: asaAAA(false),
	{"ASA", "113006"}: asaLocked,
	{"ASA", "113012"}: asaAAA(true),
	{"ASA", "113015"}: asaAAA(false),
	{"ASA", "113019"}: vpnEnd,
	{"ASA", "113039"}: vpnStart,
	{"ASA", "199001"}: asaReload,
	{"ASA", "199002"}: started,
	{"ASA", "771002"}: asaClock,

	{"ASA", "106001"}: asaDenied,
	{"ASA", "106006"}: asaDenied,
	{"ASA", "106007"}: asaDenied,
	{"ASA", "106010"}: asaDenied,
	{"ASA", "106014"}: asaDenied,
	{"ASA", "106015"}: asaDenied,
	{"ASA", "106016"}: asaDenied,
	{"ASA", "106017"}: asaDenied,
	{"ASA", "106020"}: asaDenied,
	{"ASA", "106021"}: asaDenied,
	{"ASA", "106022"}: asaDenied,
	{"ASA", "106023"}: asaDenied,
	{"ASA", "106100"}: asaList,
	{"ASA", "106102"}: asaList,
	{"ASA", "302013"}: asaBuilt,
	{"ASA", "302015"}: asaBuilt,
	{"ASA", "302017"}: asaBuilt,
	{"ASA", "302020"}: asaBuiltICMP,
	{"ASA", "710002"}: asaAccess(true),
	{"ASA", "710003"}: asaAccess(false),
}

// asaLogin reads: Login denied from A/PORT to IF:B/ssh for user "U".
func asaLogin(start string, ok bool) parser {
	return func(r *reader, s string) {
		s, is := strings.CutPrefix(s, start)
		from, rest, is2 := strings.Cut(s, " to ")
		to, rest, is3 := strings.Cut(rest, ` for user "`)
		user, is4 := strings.CutSuffix(rest, `"`)
		src, is5 := hostPort(from)
		if !is || !is2 || !is3 || !is4 || !is5 {
			return
		}
		r.login(ok)
		r.user(user)
		r.event.Src, r.event.SrcPort = src.Addr(), src.Port()
		place, service, _ := cutLast(to, "/")
		if _, a, ok := strings.Cut(place, ":"); ok {
			r.target(a)
		}
		r.via(service)
	}
}

// asaAuth reads: User authentication succeeded: IP address: A, Uname: U; older versions lack the address.
func asaAuth(start string, ok bool) parser {
	return func(r *reader, s string) {
		s, is := strings.CutPrefix(s, start)
		source := ""
		if rest, is := strings.CutPrefix(s, "IP address: "); is {
			source, s, _ = strings.Cut(rest, ", ")
		} else if rest, is := strings.CutPrefix(s, "IP = "); is {
			source, s, _ = strings.Cut(rest, ", ")
		}
		user, is2 := strings.CutPrefix(s, "Uname: ")
		if !is || !is2 {
			return
		}
		r.login(ok)
		r.user(user)
		r.source(source)
	}
}

func asaLogout(r *reader, s string) {
	if user, ok := strings.CutPrefix(s, "User logged out: Uname: "); ok {
		r.action("logout")
		r.user(user)
	}
}

// asaEnable reads: console enable password incorrect for N tries (from A).
func asaEnable(r *reader, s string) {
	_, source, ok := cutLast(s, "(from ")
	if !ok {
		return
	}
	r.login(false)
	r.via("enable")
	r.source(strings.TrimSuffix(source, ")"))
}

// asaLevel reads: User priv level changed: Uname: U From: 1 To: 15.
func asaLevel(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "User priv level changed: Uname: ")
	s, to, ok2 := cutLast(s, " To: ")
	user, _, ok3 := cutLast(s, " From: ")
	if !ok || !ok2 || !ok3 {
		return
	}
	r.login(true)
	r.user(user)
	r.name(fieldPrivilege, to)
	r.via("enable")
}

// asaAccount reads: New user added to local dbase: Uname: U Priv: 15 Encpass: ***.
func asaAccount(action, start string) parser {
	return func(r *reader, s string) {
		s, ok := strings.CutPrefix(s, start)
		name, rest, ok2 := cutLast(s, " Priv: ")
		if !ok || !ok2 {
			return
		}
		level, _ := word(rest)
		r.action(action)
		r.name(fieldTarget, name)
		r.name(fieldPrivilege, level)
	}
}

// asaConfig reads: Begin configuration: A reading from DEVICE, A end configuration: OK, A Erase configuration.
func asaConfig(r *reader, s string) {
	if rest, ok := strings.CutPrefix(s, "Begin configuration: "); ok {
		source, what := word(rest)
		if hasFold(what, "writing") {
			r.action("config-commit")
		} else {
			r.action("config-enter")
		}
		r.source(source)
		return
	}
	source, rest := word(s)
	if !telemetry.ParseAddr(source).IsValid() && source != "console" {
		return
	}
	switch {
	case strings.HasPrefix(rest, "end configuration: "):
		r.action("config-leave")
		r.outcome(strings.HasSuffix(rest, "OK"))
	case hasFold(rest, "erase configuration"):
		r.action("config-change")
		r.reason(rest)
	default:
		return
	}
	r.source(source)
}

// asaCommand reads: User 'U' executed the 'C' command., User 'U' executed cmd: C.
func asaCommand(middle, end string) parser {
	return func(r *reader, s string) {
		s, ok := strings.CutPrefix(s, "User ")
		m := middle
		if !strings.HasPrefix(s, "'") {
			m = strings.TrimPrefix(m, "'")
		}
		c, ok2 := apart(s, m)
		if !ok || !ok2 {
			return
		}
		c.name = strings.TrimPrefix(c.name, "'")
		if end != "" {
			c.after = beforeLast(c.after, end)
		}
		r.ran(&c)
	}
}

// asaRan reads: User 'U', running 'CLI' from IP A, executed 'C'.
func asaRan(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "User '")
	who, ok2 := apart(s, "', running '")
	if !ok || !ok2 {
		return
	}
	if who.sure {
		s = who.after
	}
	c, ok := apart(s, ", executed '")
	if !ok {
		return
	}
	_, source, _ := strings.Cut(c.name, "' from IP ")
	c.name, c.sure = who.name, who.sure
	c.after = beforeLast(c.after, "'")
	r.ran(&c)
	if who.sure {
		r.source(source)
	}
}

// asaAAA reads: AAA user authentication Rejected : reason = R : server = S : user = U : user IP = A; the server is local database too.
func asaAAA(ok bool) parser {
	verdict := " Rejected"
	if ok {
		verdict = " Successful"
	}
	return func(r *reader, s string) {
		s, is := strings.CutPrefix(s, "AAA user ")
		what, rest, is2 := strings.Cut(s, verdict)
		if !is || !is2 || strings.HasPrefix(what, "authorization") {
			return
		}
		user, source := rest, ""
		if before, a, is := cutLast(user, " : user IP = "); is {
			user, source = before, a
		} else if before, a, is := cutLast(user, " user IP = "); is {
			user, source = strings.TrimRight(before, ": "), a
		}
		head, name, is := cutFold(user, "user = ")
		if !is {
			return
		}
		r.login(ok)
		r.user(name)
		r.source(source)
		_, why, _ := strings.Cut(head, "reason = ")
		why, _, _ = strings.Cut(why, ":")
		r.reason(why)
	}
}

// cutFold cuts around the first " user = " or ", User = ".
func cutFold(s, name string) (before, after string, ok bool) {
	for i := 0; i+len(name) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(name)], name) {
			return s[:i], s[i+len(name):], true
		}
	}
	return s, "", false
}

// asaLocked reads: User U locked out on exceeding N successive failed authentication attempts.
func asaLocked(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "User ")
	user, _, ok2 := cutLast(s, " locked out on exceeding ")
	if ok && ok2 {
		r.action("login-blocked")
		r.outcome(false)
		r.user(strings.Trim(user, "'"))
	}
}

// vpnStart reads: Group <G> User <U> IP <A> AnyConnect parent session started.
func vpnStart(r *reader, s string) {
	_, s, ok := strings.Cut(s, "> User <")
	user, rest, ok2 := cutLast(s, "> IP <")
	source, _, ok3 := strings.Cut(rest, ">")
	if !ok || !ok2 || !ok3 {
		return
	}
	r.action("session-start")
	r.user(user)
	r.source(source)
}

// vpnEnd reads: Group = G, Username = U, IP = A, Session disconnected. Session Type: T, Duration: D, ..., Reason: R.
func vpnEnd(r *reader, s string) {
	s, why, _ := cutLast(s, ", Reason: ")
	s, _, ok := cutLast(s, ", Session disconnected.")
	s, source, ok2 := cutLast(s, ", IP = ")
	_, user, ok3 := strings.Cut(s, ", Username = ")
	if !ok || !ok2 || !ok3 {
		return
	}
	r.action("session-end")
	r.user(user)
	r.source(source)
	r.reason(why)
}

// asaReload reads: Reload command executed from Telnet (remote A).
func asaReload(r *reader, s string) {
	r.action("system-stop")
	if _, source, ok := cutLast(s, "(remote "); ok {
		r.source(strings.TrimRight(source, ")."))
	}
}

// asaClock reads: CLOCK: System clock set, source: NTP, IP: A, before: TIME, after: TIME.
func asaClock(r *reader, s string) {
	if strings.HasPrefix(s, "CLOCK: System clock set") {
		r.action("clock-change")
		r.reason(part(s, "source: "))
	}
}
