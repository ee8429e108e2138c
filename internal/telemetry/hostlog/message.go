package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// Message types an event of text by its message, when it is one of a Linux host's that is known. The program is the one that the
// header states, empty where the message begins with it (sshd[7]: …). It reports whether the message is of that sort, and whether it
// holds more values than become pairs.
func Message(b *telemetry.Batch, i int, program, message string) (is, more bool) {
	r := record{b, &b.Event[i]}
	s := message
	if program == "" {
		program, s = cutProgram(message)
	}
	if isAudit(strings.TrimLeft(s, " ")) {
		return true, readAudit(r, s)
	}
	read := programs[baseOf(program)]
	if read == nil {
		return false, false
	}
	s = withoutID(strings.TrimLeft(s, " "))
	if service, rest, ok := cutPAM(program, s); ok {
		readPAM(r, service, rest)
		return true, false
	}
	read(r, s)
	r.cleanPaths(false)
	return true, false
}

// programs are those whose messages are read, by name.
var programs = map[string]func(record, string){
	"sshd": readSSHD, "sshd-session": readSSHD, "sshd-auth": readSSHD, "dropbear": readDropbear,
	"sudo": readSudo, "su": readSu, "login": readLogin, "doas": readDoas,
	"useradd": readShadow, "adduser": readShadow, "usermod": readShadow, "userdel": readShadow, "groupadd": readShadow, "groupmod": readShadow,
	"groupdel": readShadow, "gpasswd": readShadow, "passwd": readShadow, "chpasswd": readShadow, "chage": readShadow,
	"CRON": readCron, "cron": readCron, "crond": readCron, "crontab": readCron, "anacron": readNothing, "atd": readNothing,
	"rsyslogd": readRsyslog, "syslogd": readSyslogd, "syslog-ng": readSyslogNG, "systemd-journald": readJournal, "auditd": readAuditd,
	"systemd": readSystemd, "systemd-logind": readLogind, "kernel": readKernel,
	"vsftpd": readNothing, "polkitd": readNothing, "systemd-user": readNothing,
}

// readNothing is of programs whose messages are read for PAM's only.
func readNothing(record, string) {}

// cutProgram takes the tag off a message: NAME: or NAME[PID]: or NAME(…)[PID]:, with a blank or nothing behind it. A message without
// one stays whole.
func cutProgram(s string) (program, rest string) {
	end := strings.IndexByte(s[:min(len(s), 64)], ':')
	if end <= 0 || strings.IndexByte(s[:end], ' ') >= 0 || end+1 < len(s) && s[end+1] != ' ' {
		return "", s
	}
	return s[:end], s[end+1:]
}

// baseOf gives the name in a tag: without [PID], (module), -ERROR of rsyslogd, and a path.
func baseOf(tag string) string {
	if i := strings.IndexAny(tag, "[("); i > 0 {
		tag = tag[:i]
	}
	if strings.HasPrefix(tag, "rsyslogd-") {
		return "rsyslogd"
	}
	return tag[strings.LastIndexByte(tag, '/')+1:]
}

// withoutID takes off what Solaris puts first: [ID 800047 auth.notice].
func withoutID(s string) string {
	if strings.HasPrefix(s, "[ID ") {
		if i := strings.Index(s[:min(len(s), 64)], "] "); i > 0 {
			return s[i+2:]
		}
	}
	return s
}

// word1 cuts the first word off a text.
func word1(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, " ")
	return word, rest
}

// between gives the text that stands between two others, the first of each.
func between(s, before, after string) string {
	_, s, ok := strings.Cut(s, before)
	if !ok {
		return ""
	}
	s, _, ok = strings.Cut(s, after)
	if !ok {
		return ""
	}
	return s
}
