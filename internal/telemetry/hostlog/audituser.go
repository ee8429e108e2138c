package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// user types records of logins, sessions and accounts. Those of other types keep their pairs only.
func (a *audit) user(typ string) {
	switch typ {
	case "USER_LOGIN":
		a.logs("login")
	case "USER_AUTH":
		if a.service() == "ssh" {
			a.logs("") // USER_LOGIN says it
			return
		}
		a.logs("login")
	case "USER_LOGOUT":
		a.logs("logout")
	case "USER_START":
		a.logs("session-start")
	case "USER_END":
		a.logs("session-end")
	case "ADD_USER":
		a.account("account-add")
	case "DEL_USER":
		a.account("account-remove")
	case "USER_MGMT", "ACCT_LOCK", "ACCT_UNLOCK":
		a.account("account-change")
	case "USER_CHAUTHTOK":
		a.account("secret-change")
	case "ADD_GROUP":
		a.group("account-add")
	case "DEL_GROUP":
		a.group("account-remove")
	case "GRP_MGMT":
		a.group("account-change")
	case "SERVICE_START":
		a.unit("logging-start")
	case "SERVICE_STOP":
		a.unit("logging-stop")
	}
}

// service gives by which way somebody came, by the program that wrote the record.
func (a *audit) service() string {
	exe := a.get("exe")
	switch exe[strings.LastIndexByte(exe, '/')+1:] {
	case "sshd", "sshd-session", "sshd-auth":
		return "ssh"
	case "su":
		return "su"
	case "sudo":
		return "sudo"
	case "login", "agetty":
		return "console"
	case "crond", "cron":
		return "cron"
	}
	return ""
}

// logs types a record of a login or session. Of su and sudo the account named is the one that somebody became.
func (a *audit) logs(action string) {
	via := a.service()
	if action != "" {
		a.does(action, a.result())
	}
	account := a.get("acct")
	if via == "su" || via == "sudo" {
		a.word(fieldEffective, account)
		a.word(telemetry.FieldUserName, a.get("AUID"))
	} else {
		a.word(telemetry.FieldUserName, account)
	}
	if account == "" {
		a.word(fieldUserID, a.get("id"))
	}
	a.add(fieldVia, via)
	remote := a.get("addr")
	if remote == "" || remote == "?" {
		remote = a.get("hostname")
	}
	a.from(remote)
	a.session()
}

func (a *audit) account(action string) {
	a.does(action, a.result())
	target := a.get("acct")
	if target == "" {
		target = a.get("ID")
	}
	a.word(fieldTarget, target)
	a.word(fieldReason, a.get("op"))
	a.who()
}

func (a *audit) group(action string) {
	a.does(action, a.result())
	a.word(fieldGroup, a.get("grp"))
	a.word(fieldTarget, a.get("acct"))
	a.word(fieldReason, a.get("op"))
	a.who()
}

// unit types that a service which keeps logs was started or stopped.
func (a *audit) unit(action string) {
	switch strings.TrimSuffix(a.get("unit"), ".service") {
	case "rsyslog", "syslog", "syslog-ng", "auditd", "systemd-journald":
		a.does(action, a.result())
		a.word(fieldReason, a.get("unit"))
	}
}
