package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// fill types the record. Each record of an event is typed by itself.
func (a *audit) fill() {
	switch typ := a.get("type"); typ {
	case "SYSCALL":
		a.process()
		a.syscall()
	case "EXECVE":
		a.does("process-start", "")
		a.add(fieldCommand, a.commandLine())
	case "PROCTITLE":
		a.add(fieldCommand, a.get("proctitle"))
	case "PATH":
		a.path()
	case "CWD":
		a.add(fieldDirectory, a.get("cwd"))
	case "USER_CMD":
		a.command()
	case "CONFIG_CHANGE":
		a.config()
	case "ANOM_PROMISCUOUS":
		a.promiscuous()
	default:
		if action := logActions[typ]; action != "" {
			a.does(action, a.result())
			a.who()
			return
		}
		a.user(typ)
	}
}

// logActions are of records about the daemon and the system themselves.
var logActions = map[string]string{
	"DAEMON_START": "logging-start", "DAEMON_RESUME": "logging-start", "DAEMON_END": "logging-stop", "DAEMON_ABORT": "logging-stop",
	"DAEMON_CONFIG": "logging-change", "SYSTEM_BOOT": "system-start", "SYSTEM_SHUTDOWN": "system-stop",
}

// commandLine puts the arguments together.
func (a *audit) commandLine() string {
	switch len(a.args) {
	case 0:
		return ""
	case 1:
		return a.args[0]
	}
	return a.batch.Copy([]byte(strings.Join(a.args, " ")))
}

// process adds what a record says of the process that it is about.
func (a *audit) process() {
	a.word(fieldExecutable, a.get("exe"))
	a.word(fieldTitle, a.get("comm"))
	a.word(fieldPID, a.get("pid"))
	a.word(fieldParent, a.get("ppid"))
	a.who()
}

// unsetID is the login id of what no login started.
const unsetID = "4294967295"

// who adds who it was: the account that logged in, and what it had become. Names are there where the daemon resolves ids (log_format =
// ENRICHED).
func (a *audit) who() {
	id, name := a.get("auid"), a.get("AUID")
	if id == "" || id == unsetID || id == "-1" {
		id, name = a.get("uid"), a.get("UID")
	}
	a.word(fieldUserID, id)
	if name != "unset" && name != "unknown(0)" {
		a.word(telemetry.FieldUserName, name)
	}
	effective := a.get("euid")
	if effective == "" {
		effective = a.get("uid")
	}
	if effective != id {
		a.word(fieldEffectiveID, effective)
		name := a.get("EUID")
		if name == "" {
			name = a.get("UID")
		}
		a.word(fieldEffective, name)
	}
	a.session()
}

func (a *audit) session() {
	if s := a.get("ses"); s != unsetID && s != "-1" {
		a.word(fieldSession, s)
	}
	line := a.get("tty")
	if line == "" {
		line = a.get("terminal")
	}
	if line != "ssh" && line != "cron" {
		a.word(fieldLine, strings.TrimPrefix(line, "/dev/"))
	}
}

// result gives the outcome that a record states.
func (a *audit) result() string {
	for _, v := range [...]string{a.get("res"), a.get("success")} {
		switch v {
		case "success", "yes", "1":
			return success
		case "failed", "no", "0", "fail":
			return failure
		}
	}
	return ""
}

// path types a file that was named in a system call.
func (a *audit) path() {
	a.add(fieldPath, a.get("name"))
	switch a.get("nametype") {
	case "NORMAL":
		a.does("file-open", "")
	case "CREATE":
		a.does("file-change", "")
	case "DELETE":
		a.does("file-remove", "")
	}
}

// command types what was run by sudo.
func (a *audit) command() {
	a.does("command", a.result())
	a.who()
	a.add(fieldVia, "sudo")
	a.add(fieldCommand, a.get("cmd"))
	a.add(fieldDirectory, a.get("cwd"))
}

// config types a change of what the daemon records.
func (a *audit) config() {
	action := "logging-change"
	if a.get("audit_enabled") == "0" && a.result() != failure {
		action = "logging-stop"
	}
	a.does(action, a.result())
	a.word(fieldReason, a.get("op"))
	a.who()
}

// promiscuous types an interface that takes in all that passes.
func (a *audit) promiscuous() {
	a.who()
	if a.get("prom") == "0" {
		return
	}
	a.does("socket-open", "")
	a.add(fieldFamily, "packet")
	a.word(fieldInterface, a.get("dev"))
}
