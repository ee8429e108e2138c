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
// known unknown stands for the line and the address.
func eosAccounting(r *reader, s string) {
	user, rest := word(s)
	line, rest := word(rest)
	source, rest := word(rest)
	what, rest := word(rest)
	if what != "start" && what != "stop" && what != "update" {
		return
	}
	head, command, isCommand := strings.Cut(rest, " cmd=")
	switch {
	case isCommand:
		r.command(strings.TrimSuffix(strings.TrimSpace(command), "<cr>"))
	case what == "start":
		r.action("session-start")
	default:
		r.action("session-end")
	}
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
		user, rest, ok2 := strings.Cut(s, middle)
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
