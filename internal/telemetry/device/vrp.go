package device

import (
	"cmp"
	"slices"
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
	c, ok2 := apart(list, `Command="`)
	if !ok || !ok2 {
		return
	}
	command, tail, whole := cutLast(c.after, `"`)
	v := values{c.name}
	c.name, c.after = v.user(), command
	r.ran(&c)
	r.source(v.source())
	r.name(fieldLine, v.before("Task"))
	if !whole {
		return
	}
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
		if !telemetry.ParseAddr(source).IsValid() && !v.named() {
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

// values are NAME=VALUE with commas between. One of the values is a name that somebody chose, so what stands there twice says nothing, but
// for what stands before the name.
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
	return trimmed(value), true
}

func trimmed(value string) string { return strings.Trim(value, "\" []") }

// The names that accounts and addresses have, and those of all that stands behind an account.
var (
	vrpUsers   = [...]string{"User", "UserName", "Username", "User name ", "TerUser"}
	vrpSources = [...]string{
		"Ip", "IP", "IPAddress", "IpAddress", "RemoteIp", "UserAddress", "SourceAddress", "SourceIp", "SourceIP", "Command source address ", "SrcAddr",
	}
	vrpBehind = func() map[string]bool {
		m := map[string]bool{}
		for _, name := range vrpSources {
			m[name] = true
		}
		for name := range strings.SplitSeq("Times,AccessType,VpnName,VpnInstanceName,VPNInstanceName,VpnInstance,AuthenticationMethod,Result,"+
			"FailReason,FailedReason,Reason,LogoutReason,Level,LoginResult,LocalIp,LocalAddress,LocalIP,ServiceType,UserType,TerminalType,"+
			"Terminal,SessionId,SessionID,Session ID ,Storage type ,Terminal type ,ConfigChangeId,LogTime,CfgBaselineTime,Domain,"+
			"State,Port,RemotePort,LocalPort,ClientIp,Protocol,IsLocked,LockTime", ",") {
			m[name] = true
		}
		return m
	}()
)

// cut divides the list where the account's name begins.
func (v values) cut() (before values, account string, ok bool) {
	at := len(v.list)
	for _, name := range vrpUsers {
		if i := keyedAt(v.list, name); i >= 0 {
			at, ok = min(at, i), true
		}
	}
	return values{v.list[:at]}, v.list[at:], ok
}

// before gives a value that the device wrote before the account's name.
func (v values) before(name string) string {
	head, _, _ := v.cut()
	return head.of(name)
}

// user gives the account; stars stand where the device knows none. Behind it stands what devices write, each once: anything else may be a
// part of the name.
func (v values) user() string {
	head, account, _ := v.cut()
	name, rest, _ := strings.Cut(account, ",")
	places := head.places()
	for strings.TrimSpace(rest) != "" {
		var part string
		part, rest, _ = strings.Cut(rest, ",")
		key, _, ok := strings.Cut(strings.TrimLeft(part, " "), "=")
		if slices.Contains(vrpSources[:], key) {
			places++
		}
		if places > 1 || !ok || !vrpBehind[key] || keyedAt(head.list, key) >= 0 || keyedAt(rest, key) >= 0 {
			return ""
		}
	}
	if name = trimmed(name); name == "**" {
		return ""
	}
	return name
}

// places counts the addresses of the other end, whatever they are called.
func (v values) places() (n int) {
	for _, name := range vrpSources {
		if keyedAt(v.list, name) >= 0 {
			n++
		}
	}
	return n
}

// named reports whether the device knows an account, whatever its name.
func (v values) named() bool {
	_, account, _ := v.cut()
	return account != "" && account[0] != ',' && !strings.HasPrefix(account, "**")
}

// source gives the address: that before the account's name, which the device wrote, else the last behind it.
func (v values) source() string {
	head, account, ok := v.cut()
	if !ok {
		head, account = v, ""
	}
	for _, name := range vrpSources {
		if a := head.of(name); a != "" {
			return a
		}
	}
	for {
		i := strings.LastIndex(account, ", ")
		if i < 0 {
			return ""
		}
		if key, value, _ := strings.Cut(account[i+2:], "="); slices.Contains(vrpSources[:], key) {
			return trimmed(value)
		}
		account = account[:i]
	}
}
