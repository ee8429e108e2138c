package device

import "strings"

// eosParsers read messages of EOS that no other platform has.
var eosParsers = map[key]parser{
	{"AAA", "LOGIN"}:                         eosLogin("logged in [from: ", "login", true),
	{"AAA", "LOGIN_FAILED"}:                  eosLogin("failed to login [from: ", "login", false),
	{"AAA", "LOGOUT"}:                        eosLogin("logged out [from: ", "logout", true),
	{"ACCOUNTING", "CMD"}:                    eosAccounting,
	{"ACCOUNTING", "EXEC"}:                   eosAccounting,
	{"SYS", "CONFIG_E"}:                      eosEnter,
	{"SYS", "CONFIG_STARTUP"}:                eosSaved,
	{"SYS", "CONFIG_SESSION_ENTERED"}:        eosSession("config-enter", " entered configuration session "),
	{"SYS", "CONFIG_SESSION_EXITED"}:         eosSession("config-leave", " exited configuration session "),
	{"SYS", "CONFIG_SESSION_ABORTED"}:        eosSession("config-leave", " aborted configuration session "),
	{"SYS", "CONFIG_SESSION_COMMIT_SUCCESS"}: eosSession("config-commit", " committed configuration session "),
	{"SYS", "CONFIG_SESSION_COMMIT_FAILURE"}: eosSession("config-commit", " committed configuration session "),
	{"SYS", "SYSTEM_RESTARTED"}:              started,
	{"SYS", "SYSTEM_RELOAD"}:                 stopped,
}

// eosLogin reads: user U logged in [from: A] [service: sshd], user U failed to login [from: A] [service: sshd] [reason: R].
func eosLogin(middle, action string, ok bool) parser {
	return func(r *reader, s string) {
		s, is := strings.CutPrefix(s, "user ")
		user, rest, is2 := cutLast(s, " "+middle)
		source, rest, is3 := strings.Cut(rest, "]")
		if !is || !is2 || !is3 {
			return
		}
		r.action(action)
		if action == "login" {
			r.outcome(ok)
		}
		r.user(user)
		r.source(source)
		if service, rest2, is := strings.Cut(strings.TrimPrefix(rest, " [service: "), "]"); is {
			r.via(service)
			if why, is := between(rest2, " [reason: ", "]"); is {
				r.reason(why)
			}
		}
	}
}

// eosAccounting reads: U vty6 A stop task_id=17 start_time=1.5 timezone=UTC service=shell priv-lvl=15 cmd=COMMAND <cr>. Where nobody is
// known unknown stands for the line and the address. A name may hold anything, so the line and the address are those before the type of
// the record; where two such types stand, of which one is a part of the name or the command, nobody is named.
func eosAccounting(r *reader, s string) {
	at, what := accountedAt(s)
	if at < 0 {
		return
	}
	who, rest := s[:at], s[at+len(what)+2:]
	again, _ := accountedAt(s[at+1:])
	head, command, isCommand := strings.Cut(rest, " cmd=")
	switch {
	case isCommand && again < 0:
		r.command(command)
	case isCommand:
		r.ran(&cutting{after: command, sep: " cmd="})
	case what == "start":
		r.action("session-start")
	default:
		r.action("session-end")
	}
	if again >= 0 {
		return
	}
	who, source, _ := cutLast(who, " ")
	user, line, _ := cutLast(who, " ")
	r.user(user)
	r.source(source)
	if line != "unknown" {
		r.line(line)
	}
	level, _ := keyed(head, "priv-lvl", " ")
	r.name(fieldPrivilege, level)
	task, _ := keyed(head, "task_id", " ")
	r.name(fieldSession, task)
}

// accountedAt gives the place of the blank before the type of a record, and the type: what stands there before an attribute.
func accountedAt(s string) (at int, what string) {
	at = -1
	for _, w := range [...]string{"start", "stop", "update"} {
		for from := 0; ; {
			i := strings.Index(s[from:], w)
			if i < 0 {
				break
			}
			i += from
			from = i + len(w)
			if i > 0 && s[i-1] == ' ' && isAttribute(s[from:]) {
				if at < 0 || i-1 < at {
					at, what = i-1, w
				}
				break
			}
		}
	}
	return at, what
}

// isAttribute reports whether one of EOS's attributes stands behind a blank.
func isAttribute(s string) bool {
	if s == "" || s[0] != ' ' {
		return false
	}
	for _, name := range [...]string{"task_id=", "start_time=", "service=", "timezone=", "priv-lvl=", "protocol=", "stop_time=", "elapsed_time="} {
		if strings.HasPrefix(s[1:], name) {
			return true
		}
	}
	return false
}

// eosEnter reads: Enter configuration mode from console by U on vty3 (A).
func eosEnter(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Enter configuration mode from ")
	_, who, ok2 := strings.Cut(s, " by ")
	if ok && ok2 {
		r.action("config-enter")
		r.by(who)
	}
}

// eosSaved reads: Startup config saved from system:/running-config by U on vty3 (A).
func eosSaved(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Startup config saved from ")
	_, who, ok2 := strings.Cut(s, " by ")
	if ok && ok2 {
		r.action("config-commit")
		r.by(who)
	}
}

// eosSession reads: User U committed configuration session NAME successfully on vty3 (A).
func eosSession(action, middle string) parser {
	return func(r *reader, s string) {
		s, ok := strings.CutPrefix(s, "User ")
		user, rest, ok2 := cutLast(s, middle) // the session's name has no blanks
		if !ok || !ok2 {
			return
		}
		name, _ := word(rest)
		r.action(action)
		if action == "config-commit" {
			r.outcome(!strings.HasSuffix(r.m.Mnemonic, "FAILURE"))
		}
		_, where, _ := cutLast(strings.TrimSuffix(rest, "."), " on ")
		line, from, _ := strings.Cut(where, " (")
		r.user(user)
		r.line(line)
		r.source(strings.TrimSuffix(from, ")"))
		r.name(fieldCommit, name)
	}
}
