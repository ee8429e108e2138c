package device

import (
	"cmp"
	"strings"

	"stormglass/internal/telemetry"
)

// vrpParsers read messages of Huawei's VRP. What stands in parentheses at their end are names and values, NAME=VALUE, with commas
// between; names differ from version to version.
var vrpParsers = map[key]parser{
	{"SHELL", "CMDRECORD"}:                           vrpCommand,
	{"SHELL", "DISPLAY_CMDRECORD"}:                   vrpCommand,
	{"SHELL", "CMDRECORDFAILED"}:                     vrpCommand,
	{"SHELL", "LOGIN"}:                               vrpLogin("login", true),
	{"SHELL", "LOGOUT"}:                              vrpLogin("logout", true),
	{"SHELL", "LOGINFAILED"}:                         vrpLogin("login", false),
	{"SHELL", "LOGIN_FAIL"}:                          vrpLogin("login", false),
	{"SSH", "SSH_FAIL"}:                              vrpLogin("login", false),
	{"CLI", "CMDRECORD"}:                             vrpCommand,
	{"CLI", "LOGIN"}:                                 vrpLogin("login", true),
	{"CLI", "LOGOUT"}:                                vrpLogin("logout", true),
	{"CLI", "LOGINFAILED"}:                           vrpLogin("login", false), // a guess
	{"CMD", "SUPERLOGIN"}:                            vrpSuper,
	{"SSH", "LOGIN"}:                                 vrpLogin("login", true), // a guess
	{"SSH", "SSH_USER_LOGIN"}:                        vrpLogin("login", true), // a guess: the log reference of NetEngine has it for logouts
	{"SSH", "SSH_USER_LOGOUT"}:                       vrpLogin("logout", true),
	{"CONFIGURATION", "CFG_FILE_CHANGE"}:             vrpConfig,
	{"CONFIGURATION", "NETCONF_CONFIG_CHANGE_EVENT"}: vrpConfig,
	{"CONFIGURATION", "CONFIGCHANGE"}:                vrpConfig,
	{"HWCM", "CFGCHANGE"}:                            vrpConfig,
	{"CFM", "CFG_SAVE"}:                              vrpConfig, // a guess
}

// vrpCommand reads: Recorded command information. (Task=VT0, Ip=A, VpnName=, User=U, AuthenticationMethod="Local-user", Command="C",
// Result=Success).
func vrpCommand(r *reader, s string) {
	_, list, ok := strings.Cut(s, "(")
	head, command, ok2 := strings.Cut(list, `Command="`)
	command, tail, ok3 := cutLast(command, `"`)
	if !ok || !ok2 || !ok3 {
		return
	}
	r.command(command)
	v := values{head}
	r.user(v.user())
	r.source(v.source())
	r.name(fieldLine, v.of("Task"))
	switch result, _ := keyed(tail, "Result", ","); strings.TrimRight(result, ") ") {
	case "Success", "success":
		r.outcome(true)
	case "Failed", "failed", "Failure":
		r.outcome(false)
	}
}

// vrpLogin reads: Failed to login. (Ip=A, UserName=U, Times=1, AccessType=TELNET), VTY login from A., and CID=0x1;VTY0 login from A
// succeed.; of NetEngine 8000 (its log reference) CLI/5/LOGOUT: The user succeeded in logging out of VTY0. (UserType=SSH, UserName=U,
// RemoteIp=A, VpnName=, Reason=R, LocalIp=B), and SSH/5/SSH_USER_LOGOUT: The SSH user logged out. (ServiceType=stelnet, LogoutReason=R,
// UserName=U, UserAddress=A, LocalAddress=B, VPNInstanceName=).
func vrpLogin(action string, ok bool) parser {
	return func(r *reader, s string) {
		text, list, listed := strings.Cut(s, "(")
		v := values{strings.TrimRight(list, ".) ")}
		source := v.source()
		if !listed || source == "" {
			_, source, _ = cutLast(strings.TrimRight(text, " "), " from ")
			source, _, _ = strings.Cut(source, " ")
			source = strings.TrimRight(source, ".")
		}
		if !telemetry.ParseAddr(source).IsValid() && v.user() == "" {
			return
		}
		r.action(action)
		if action == "login" {
			r.outcome(ok)
		}
		r.user(v.user())
		r.source(source)
		r.reason(cmp.Or(v.of("FailedReason"), v.of("Reason"), v.of("LogoutReason")))
		if r.m.Facility == "SSH" {
			r.via("ssh")
		} else {
			r.via(cmp.Or(v.of("AccessType"), v.of("UserType")))
		}
	}
}

// vrpSuper reads: User changed level. (User=U, IpAddress=A, VpnName=, Level=15, Times=1, LoginResult=Success), as the log reference of
// CloudEngine has it.
func vrpSuper(r *reader, s string) {
	_, list, _ := strings.Cut(s, "(")
	v := values{strings.TrimRight(list, ".) ")}
	r.action("login")
	r.via("enable")
	r.user(v.user())
	r.source(v.source())
	r.name(fieldPrivilege, v.of("Level"))
	switch strings.ToLower(v.of("LoginResult")) {
	case "success":
		r.outcome(true)
	case "fail", "failed", "failure":
		r.outcome(false)
	}
}

// vrpConfig reads: Configuration was changed. (SessionId=1, UserName=U, SourceAddress=A, TerminalType=NETCONF); of a NetEngine 8000 (its
// log reference) The configuration changed. (Internal change =0, User name =U, Session ID =1, Command source address =A, Storage type =1,
// Terminal type =2), and Configuration file was changed. (LogIndex=1, SrcCmd=2, ..., TerUser="U", SrcAddr=A, ...); and OID ... Configure
// changed. (EventIndex=1, CommandSource=1, ...).
func vrpConfig(r *reader, s string) {
	_, list, _ := strings.Cut(s, "(")
	v := values{strings.TrimRight(list, ".) ")}
	r.action("config-change")
	r.user(v.user())
	r.source(v.source())
	r.name(fieldSession, cmp.Or(v.of("SessionId"), v.of("SessionID"), v.of("Session ID ")))
	r.via(cmp.Or(v.of("TerminalType"), v.of("Terminal"), vrpTerminals[v.of("Terminal type ")], vrpCommands[v.of("SrcCmd")]))
}

// vrpTerminals and vrpCommands are numbers of how a configuration was changed; both count in a way of their own.
var (
	vrpTerminals = map[string]string{"1": "SNMP", "2": "NETCONF"}
	vrpCommands  = map[string]string{"2": "NETCONF", "3": "SNMP"}
)

// values are NAME=VALUE with commas between. One of the values is a name that somebody chose, so what stands there twice says nothing.
type values struct{ list string }

func (v values) of(name string) string {
	value, _ := v.once(name)
	return value
}

// once gives a value, and whether it stands there no more than once.
func (v values) once(name string) (value string, once bool) {
	value, ok := keyed(v.list, name, ",")
	if !ok {
		return "", true
	}
	at := strings.Index(v.list, name+"="+value) + len(name) + 1
	if _, again := keyed(v.list[at:], name, ","); again {
		return "", false
	}
	return strings.Trim(value, "\" []"), true
}

// user gives the account; stars stand where the device knows none.
func (v values) user() string {
	if u := v.only("User", "UserName", "Username", "User name ", "TerUser"); u != "**" {
		return u
	}
	return ""
}

func (v values) source() string {
	return v.only("Ip", "IP", "IPAddress", "IpAddress", "RemoteIp", "UserAddress", "SourceAddress", "SourceIp", "SourceIP", "Command source address ", "SrcAddr")
}

// only gives the value of one of several names, none where two of them have one or one of them has two.
func (v values) only(names ...string) string {
	value := ""
	for _, name := range names {
		x, once := v.once(name)
		if !once || x != "" && value != "" {
			return ""
		}
		value = first(value, x)
	}
	return value
}
