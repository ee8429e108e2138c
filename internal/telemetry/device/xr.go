package device

import "strings"

// xrParsers read messages of IOS XR.
var xrParsers = map[key]parser{
	{"SECURITY-SSHD", "INFO_SUCCESS"}:     xrLogin(true, "ssh"),
	{"SECURITY-SSHD", "INFO_FAILURE"}:     xrLogin(false, "ssh"),
	{"SECURITY-SSHD", "INFO_AUTH_FAILED"}: xrLogin(false, "ssh"), // a guess
	{"SECURITY-SSHD", "INFO_USER_LOGOUT"}: xrLogout,
	{"SECURITY-LOGIN", "AUTHEN_SUCCESS"}:  xrLogin(true, ""),
	{"SECURITY-LOGIN", "AUTHEN_FAILED"}:   xrLogin(false, ""),
	{"SECURITY-LOGIN", "LOGOUT"}:          xrLogout, // a guess
	{"MGBL-exec", "LOGIN_AUTHEN"}:         execLogin,
	{"MGBL-CONFIG", "DB_COMMIT"}:          xrCommit,
}

// xrLogin reads: Successfully authenticated user 'U' from 'A' on 'vty2'(cipher 'C', mac 'M'), and
// Failed authentication attempt by user 'U' from 'A' on 'vty0'.
func xrLogin(ok bool, via string) parser {
	start := "Failed authentication attempt by user '"
	if ok {
		start = "Successfully authenticated user '"
	}
	return func(r *reader, s string) {
		s, is := strings.CutPrefix(s, start)
		who, ok2 := xrSession(s, " on '")
		if !is || !ok2 {
			return
		}
		r.login(ok)
		who.fields(r)
		r.add(fieldVia, via)
	}
}

// xrLogout reads: User 'U' from 'A' logged out on 'vty2'.
func xrLogout(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "User '")
	who, ok2 := xrSession(s, " logged out on '")
	if !ok || !ok2 {
		return
	}
	r.action("logout")
	who.fields(r)
}

// xrWho is who has a session, from where, on which line.
type xrWho struct{ user, source, line string }

// xrSession reads U' from 'A' on 'vty2'... from the right, since the name may hold anything.
func xrSession(s, on string) (w xrWho, ok bool) {
	before, line, ok := cutLast(s, "'"+on)
	user, source, ok2 := cutLast(before, "' from '")
	line, _, ok3 := strings.Cut(line, "'")
	return xrWho{user, source, line}, ok && ok2 && ok3
}

func (w *xrWho) fields(r *reader) {
	r.user(w.user)
	r.source(w.source)
	r.line(w.line)
}

// execLogin reads: Login Authentication failed. Exiting...
func execLogin(r *reader, s string) {
	if strings.HasPrefix(s, "Login Authentication failed") {
		r.login(false)
	}
}

// xrCommit reads: Configuration committed by user 'U'. Use 'show configuration commit changes N' to view the changes.
func xrCommit(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Configuration committed by user '")
	if !ok {
		return
	}
	user, rest, _ := cutLast(s, "Use 'show configuration commit changes ")
	id, _, _ := strings.Cut(rest, "'")
	if user, ok = strings.CutSuffix(strings.TrimRight(user, " "), "'."); !ok {
		user, id = "", ""
	}
	if r.m.Process == "config_rollback" {
		r.action("config-rollback")
	} else {
		r.action("config-commit")
	}
	r.user(user)
	r.name(fieldCommit, id)
	r.name(fieldConfigBy, r.m.Process)
}
