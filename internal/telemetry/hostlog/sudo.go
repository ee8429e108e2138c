package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// readSudo types what sudo writes, where nothing is escaped:
//
//	USER : [REASON ; ]TTY=pts/1 ; PWD=/home/op ; USER=root ; [GROUP=… ; ][TSID=… ; ]COMMAND=/bin/ls -l
//
// The directory and the command are of the user's making, so what stands behind the first COMMAND= is the command whatever it holds,
// and a user that is named twice is none.
func readSudo(r record, s string) {
	user, rest, ok := strings.Cut(s, " : ")
	if !ok || strings.IndexByte(user, ' ') >= 0 {
		return
	}
	head, command, ok := strings.Cut(rest, " ; COMMAND=")
	if !ok {
		return
	}
	outcome, why := success, ""
	if !strings.HasPrefix(head, "TTY=") {
		why, head, ok = strings.Cut(head, " ; TTY=")
		outcome = failure
		if !ok {
			return
		}
	} else {
		head = head[len("TTY="):]
	}
	r.does("command", outcome)
	r.add(fieldReason, why)
	r.word(telemetry.FieldUserName, user)
	r.add(fieldVia, "sudo")
	r.add(fieldCommand, command)
	line, head, _ := strings.Cut(head, " ; ")
	r.word(fieldLine, line)
	directory, head, ok := strings.Cut(head, " ; USER=")
	if !ok {
		return
	}
	r.add(fieldDirectory, strings.TrimPrefix(directory, "PWD="))
	if !strings.Contains(head, " ; USER=") && !strings.Contains(command, " ; USER=") {
		become, _, _ := strings.Cut(head, " ; ")
		r.word(fieldEffective, become)
	}
}

// readDoas types what OpenBSD's doas writes: op ran command ls -l as root from /home/op.
func readDoas(r record, s string) {
	user, rest := word1(s)
	if command, ok := strings.CutPrefix(rest, "ran command "); ok {
		r.does("command", success)
		r.word(telemetry.FieldUserName, user)
		r.add(fieldVia, "doas")
		r.add(fieldCommand, command)
	}
}

// readSu types what becoming somebody else by su gives. The name of the other is whatever was typed, that of who did it an account:
//
//	Successful su for root by op            FAILED su for root by op
//	(to root) op on pts/0                   FAILED SU (to root) op on pts/0
//	+ /dev/pts/0 op:root                    - /dev/pts/0 op:root
func readSu(r record, s string) {
	user, become, line, outcome := "", "", "", success
	switch {
	case strings.HasPrefix(s, "Successful su for "), strings.HasPrefix(s, "FAILED su for "):
		if s[0] == 'F' {
			outcome = failure
		}
		_, s, _ = strings.Cut(s, " for ")
		become, user = cutLast(s, " by ")
	case strings.HasPrefix(s, "(to "), strings.HasPrefix(s, "FAILED SU (to "):
		if s[0] == 'F' {
			outcome = failure
		}
		_, s, _ = strings.Cut(s, "(to ")
		s, line = cutLast(s, " on ")
		become, user = cutLast(s, ") ")
	case strings.HasPrefix(s, "+ "), strings.HasPrefix(s, "- "):
		if s[0] == '-' {
			outcome = failure
		}
		line, s = word1(s[2:])
		user, become, _ = strings.Cut(s, ":")
	default:
		return
	}
	r.login(user, "su", outcome)
	r.word(fieldEffective, become)
	r.word(fieldLine, strings.TrimPrefix(line, "/dev/"))
}

// cutLast cuts around the last sep.
func cutLast(s, sep string) (before, after string) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+len(sep):]
}

// readLogin types logins at a console:
//
//	LOGIN ON tty1 BY op[ FROM host]         ROOT LOGIN ON tty1[ FROM host]         DIALUP AT ttyS0 BY op
//	FAILED LOGIN 1 FROM host FOR op, …      FAILED LOGIN (1) on '/dev/tty1' FOR 'op', …
func readLogin(r record, s string) {
	switch {
	case strings.HasPrefix(s, "LOGIN ON "), strings.HasPrefix(s, "DIALUP AT "), strings.HasPrefix(s, "ROOT LOGIN "):
		user := "root"
		if s[0] != 'R' {
			_, user, _ = strings.Cut(s, " BY ")
			user, _ = word1(user)
		}
		_, line, _ := strings.Cut(strings.Replace(s, "  ", " ", 1), " LOGIN ")
		if s[0] != 'R' {
			line = s
		}
		line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(line, "LOGIN ON "), "DIALUP AT "), "ON ")
		line, _ = word1(strings.TrimPrefix(line, "on "))
		r.login(user, "console", success)
		r.word(fieldLine, strings.TrimPrefix(strings.Trim(line, "'"), "/dev/"))
		if _, host, ok := strings.Cut(s, " FROM "); ok {
			host, _ = word1(host)
			r.from(strings.Trim(host, "'"))
		}
	case strings.HasPrefix(s, "FAILED LOGIN "):
		head, rest, _ := strings.Cut(s, " FOR ")
		user := rest
		if i := strings.LastIndex(rest, ", "); i >= 0 {
			user = rest[:i]
			r.add(fieldReason, rest[i+2:])
		}
		r.login(strings.Trim(user, "'"), "console", failure)
		if _, host, ok := strings.Cut(head, " FROM "); ok {
			r.from(strings.Trim(host, "'()"))
		}
		r.word(fieldLine, strings.TrimPrefix(between(head+"'", "on '", "'"), "/dev/"))
	}
}
