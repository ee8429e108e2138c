package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// readCron types what cron runs, and who changes his table:
//
//	(root) CMD (run-parts /etc/cron.hourly)        (op) REPLACE (op)        (root) RELOAD (crontabs/root)
func readCron(r record, s string) {
	if !strings.HasPrefix(s, "(") {
		return
	}
	user, rest, ok := strings.Cut(s[1:], ") ")
	if !ok {
		return
	}
	verb, what, ok := strings.Cut(rest, " (")
	if !ok {
		return
	}
	what = strings.TrimSuffix(what, ")")
	switch verb {
	case "CMD":
		r.does("process-start", "")
		r.word(telemetry.FieldUserName, user)
		r.add(fieldVia, "cron")
		r.add(fieldCommand, strings.TrimLeft(what, " "))
	case "REPLACE", "DELETE", "RELOAD":
		r.does("config-change", success)
		r.word(telemetry.FieldUserName, user)
		r.add(fieldVia, "cron")
		r.word(fieldConfigPath, "crontab")
		r.word(fieldTarget, strings.TrimPrefix(what, "crontabs/"))
	}
}

// readRsyslog types start, and exiting on signal 15, behind [origin software="rsyslogd" …].
func readRsyslog(r record, s string) {
	if strings.HasPrefix(s, "[origin ") {
		if i := strings.LastIndex(s, "] "); i > 0 {
			s = s[i+2:]
		}
	}
	switch {
	case s == "start" || strings.HasPrefix(s, "start "):
		r.does("logging-start", "")
	case strings.HasPrefix(s, "exiting on signal "):
		r.does("logging-stop", "")
		r.add(fieldReason, s)
	case strings.HasPrefix(s, "imuxsock begins to drop messages"), strings.HasPrefix(s, "imjournal: begin to drop messages"):
		r.does("logging-change", "")
		r.add(fieldReason, s)
	}
}

// readSyslogd types what sysklogd and BSD's daemon write: syslogd 1.4.1: restart., exiting on signal 15.
func readSyslogd(r record, s string) {
	switch {
	case strings.HasPrefix(s, "restart"), strings.HasPrefix(s, "started"):
		r.does("logging-start", "")
	case strings.HasPrefix(s, "exiting on signal "):
		r.does("logging-stop", "")
		r.add(fieldReason, s)
	}
}

func readSyslogNG(r record, s string) {
	switch {
	case strings.HasPrefix(s, "syslog-ng starting up"):
		r.does("logging-start", "")
	case strings.HasPrefix(s, "syslog-ng shutting down"):
		r.does("logging-stop", "")
	}
}

func readJournal(r record, s string) {
	switch {
	case strings.HasPrefix(s, "Journal started"):
		r.does("logging-start", "")
	case strings.HasPrefix(s, "Journal stopped"):
		r.does("logging-stop", "")
	}
}

func readAuditd(r record, s string) {
	switch {
	case strings.HasPrefix(s, "The audit daemon is exiting"), strings.HasPrefix(s, "Audit daemon is suspending logging"):
		r.does("logging-stop", "")
		r.add(fieldReason, s)
	case strings.HasPrefix(s, "Init complete"), strings.HasPrefix(s, "Audit daemon is resuming logging"):
		r.does("logging-start", "")
	}
}

// logServices are units of systemd that keep logs, by their descriptions.
var logServices = [...]string{"System Logging Service", "Security Auditing Service", "Security Audit Logging Service", "System Logger Daemon"}

// readSystemd types that a service which keeps logs was started or stopped.
func readSystemd(r record, s string) {
	action := ""
	switch {
	case strings.HasPrefix(s, "Started "):
		action = "logging-start"
	case strings.HasPrefix(s, "Stopped "):
		action = "logging-stop"
	default:
		return
	}
	for _, name := range logServices {
		if strings.Contains(s[:min(len(s), 128)], name) {
			r.does(action, "")
			r.add(fieldReason, s)
			return
		}
	}
}

// readLogind types New session 5 of user op., and Removed session 5.
func readLogind(r record, s string) {
	if rest, ok := strings.CutPrefix(s, "New session "); ok {
		id, user, _ := strings.Cut(rest, " of user ")
		r.does("session-start", "")
		r.word(fieldSession, id)
		r.word(telemetry.FieldUserName, strings.TrimSuffix(strings.Trim(strings.TrimSuffix(user, "."), "'"), "."))
		return
	}
	if id, ok := strings.CutPrefix(s, "Removed session "); ok {
		r.does("session-end", "")
		r.word(fieldSession, strings.TrimSuffix(id, "."))
	}
}

// readKernel types that an interface began to take in all that passes: some program opened a packet socket, or a bridge took the
// interface. [ 12.345678] device eth0 entered promiscuous mode; newer kernels write eth0: entered promiscuous mode.
func readKernel(r record, s string) {
	s, ok := strings.CutSuffix(s, " entered promiscuous mode")
	if !ok {
		return
	}
	name := strings.TrimSuffix(s[strings.LastIndexByte(s, ' ')+1:], ":")
	r.does("socket-open", "")
	r.add(fieldFamily, "packet")
	r.word(fieldInterface, name)
}
