package device

import (
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/cli"
)

// nxosParsers read messages of NX-OS.
var nxosParsers = map[key]parser{
	{"AAA", "AAA_ACCOUNTING_MESSAGE"}: nxosAccounting,
	{"AUTHPRIV", "SYSTEM_MSG"}:        nxosSystem,
	{"DAEMON", "SYSTEM_MSG"}:          nxosSystem,
	{"VDC_MGR", "VDC_ONLINE"}:         started,
	{"VDC_MGR", "VDC_OFFLINE"}:        vdcStopped,
}

// nxosAccounting reads: start:A@pts/0:U:, update:A@pts/0:U:COMMAND (SUCCESS), stop:A@pts/0:U:shell terminated gracefully; on the console
// console0 stands for A@pts/0.
func nxosAccounting(r *reader, s string) {
	what, s, ok := strings.Cut(s, ":")
	source, tty, rest, ok2 := accountedLine(s)
	user, text, ok3 := strings.Cut(rest, ":")
	if !ok || !ok2 || !ok3 {
		return
	}
	switch what {
	case "start":
		r.action("session-start")
	case "stop":
		r.action("session-end")
		r.reason(text)
	case "update":
		r.accounted(text)
	default:
		return
	}
	r.user(user)
	r.source(source)
	r.line(tty)
}

// accountedLine cuts off where a session comes from and its line. An address of IPv6 holds colons.
func accountedLine(s string) (source, tty, rest string, ok bool) {
	if tty, rest, ok = strings.Cut(s, ":"); ok && (strings.HasPrefix(tty, "console") || strings.HasPrefix(tty, "ttyS")) {
		return "", tty, rest, true
	}
	source, rest, ok = strings.Cut(s, "@")
	if !ok || len(source) > 64 {
		return "", "", "", false
	}
	tty, rest, ok = strings.Cut(rest, ":")
	return source, tty, rest, ok
}

// accounted adds a command with its outcome in parentheses behind it.
func (r *reader) accounted(s string) {
	command, outcome := cli.Outcome(s)
	r.command(command)
	r.add(fieldOutcome, outcome)
}

// nxosSystem reads what programs of the Linux below say; their name and number stand at the end: TEXT - dcos_sshd[12977].
func nxosSystem(r *reader, s string) {
	s, program, ok := cutLast(s, " - ")
	if !ok || len(program) > 64 {
		return
	}
	name, pid, _ := strings.Cut(program, "[")
	if r.m.Process == "" {
		r.name(fieldProcess, name)
		r.name(fieldPID, strings.TrimSuffix(pid, "]"))
	}
	switch {
	case strings.HasPrefix(s, "pam_unix("):
		pamSession(r, s)
	case strings.HasPrefix(s, "pam_aaa:Authentication failed"):
		nxosFailed(r, s[len("pam_aaa:Authentication failed"):])
	case strings.HasPrefix(s, "error: PAM: Authentication failure for "):
		nxosFailed(r, " for "+s[len("error: PAM: Authentication failure for "):])
	case strings.HasPrefix(s, "Accepted "), strings.HasPrefix(s, "Failed "):
		nxosSSH(r, s)
	}
}

// nxosSSH reads what OpenSSH says: Accepted keyboard-interactive/pam for U from A port 50322 ssh2, Failed password for invalid user U
// from A port 50322 ssh2. The name may hold anything, so the address is taken from the right.
func nxosSSH(r *reader, s string) {
	how, rest, ok := strings.Cut(s, " for ")
	user, place, ok2 := cutLast(rest, " from ")
	source, port, ok3 := strings.Cut(place, " port ")
	verb, method, ok4 := strings.Cut(how, " ")
	if !ok || !ok2 || !ok3 || !ok4 || strings.IndexByte(method, ' ') >= 0 || !telemetry.ParseAddr(source).IsValid() {
		return
	}
	r.login(verb == "Accepted")
	r.user(strings.TrimPrefix(user, "invalid user "))
	r.source(source)
	port, _, _ = strings.Cut(port, " ")
	r.sourcePort(port)
	r.via("ssh")
}

// pamSession reads: pam_unix(dcos_sshd:session): session opened for user U by (uid=0).
func pamSession(r *reader, s string) {
	service, rest, ok := strings.Cut(s[len("pam_unix("):], ":session): session ")
	what, who, ok2 := strings.Cut(rest, " for user ")
	if !ok || !ok2 {
		return
	}
	switch what {
	case "opened":
		r.login(true)
		who, _, _ = cutLast(who, " by ")
	case "closed":
		r.action("logout")
	default:
		return
	}
	r.user(who)
	r.via(strings.TrimPrefix(service, "dcos_"))
}

// nxosFailed reads: [ for [user |illegal user ]U] from A. The name may hold anything, so the address is taken from the right.
func nxosFailed(r *reader, s string) {
	s, source, ok := cutLast(s, " from ")
	if !ok || !telemetry.ParseAddr(source).IsValid() {
		return
	}
	user := strings.TrimPrefix(s, " for ")
	user = strings.TrimPrefix(strings.TrimPrefix(user, "illegal "), "user ")
	r.login(false)
	r.user(user)
	r.source(source)
	r.via("ssh")
}

func vdcStopped(r *reader, _ string) { r.action("system-stop") }
