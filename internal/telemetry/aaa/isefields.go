package aaa

import "strings"

// The keys of ISE that are read. Some have two names; each is the value of one thing.
const (
	iseDeviceName = iota
	iseDeviceIP
	iseNAS
	iseUser
	isePort
	iseRemote
	iseCalling
	isePrivilege
	iseFlags
	iseService
	iseServiceType
	iseProtocol
	iseAccess
	iseFailure
	iseSession
	iseAcctSession
	iseStatus
	iseSessionTime
	iseAdmin
	iseAdminIP
	iseInterface
	iseObjectType
	iseFramed
	iseFramed6
	iseFramedPrefix
	iseDelegated
	numISE
)

var iseKeys = map[string]int{
	"NetworkDeviceName": iseDeviceName, "Device IP Address": iseDeviceIP, "NAS-IP-Address": iseNAS,
	"User": iseUser, "UserName": iseUser, "User-Name": iseUser, "Port": isePort, "NAS-Port-Id": isePort, "Remote-Address": iseRemote,
	"Calling-Station-ID": iseCalling, "Calling-Station-Id": iseCalling, "Privilege-Level": isePrivilege, "AcctRequest-Flags": iseFlags,
	"Service-Argument": iseService, "Service-Type": iseServiceType, "Protocol": iseProtocol, "SelectedAccessService": iseAccess,
	"FailureReason": iseFailure, "AcsSessionID": iseSession, "Acct-Session-Id": iseAcctSession, "Acct-Status-Type": iseStatus,
	"Acct-Session-Time": iseSessionTime, "AdminName": iseAdmin, "AdminIPAddress": iseAdminIP, "AdminInterface": iseInterface, "ObjectType": iseObjectType,
	"Framed-IP-Address": iseFramed, "Framed-IPv6-Address": iseFramed6, "Framed-IPv6-Prefix": iseFramedPrefix, "Delegated-IPv6-Prefix": iseDelegated,
}

// iseFields are the fields of a message. Keys and whole blocks repeat; a key that is stated with another value than before has none.
type iseFields struct {
	whole   string
	values  [numISE]string
	differs [numISE]bool
	command string
	pairs   attributes // of AVPair and CmdSet
}

func (f *iseFields) get(key int) string {
	if f.differs[key] {
		return ""
	}
	return f.values[key]
}

// commandOpen and commandClose stand around a command. Nobody but ISE writes behind the last bracket, so that what was typed may hold
// what it likes.
const (
	commandOpen  = "CmdSet=["
	commandClose = "]"
)

func (f *iseFields) read(s string) {
	f.whole = s
	for s != "" {
		if strings.HasPrefix(s, commandOpen) && f.command == "" {
			end := commandEnd(s)
			f.commands(s[len(commandOpen):end])
			_, s, _ = strings.Cut(s[end:], ", ")
			continue
		}
		field, rest := cutField(s)
		s = rest
		key, value, ok := strings.Cut(field, "=")
		if !ok {
			continue
		}
		if key == "AVPair" {
			if name, v, ok := strings.Cut(value, "="); ok {
				f.pairs.set(name, v)
			}
			continue
		}
		if at, ok := iseKeys[key]; ok {
			f.differs[at] = f.differs[at] || f.values[at] != "" && f.values[at] != value
			f.values[at] = value
		}
	}
	f.pairs.unknown = 0 // ISE has hundreds
}

// cutField gives the next field; a comma within a value is written with a backslash.
func cutField(s string) (field, rest string) {
	for at := 0; ; {
		i := strings.Index(s[at:], ", ")
		if i < 0 {
			return s, ""
		}
		if i += at; i == 0 || s[i-1] != '\\' {
			return s[:i], s[i+2:]
		}
		at = i + 2
	}
}

// commandEnd gives the place of the bracket that closes the command: the last one with a comma after it, or at the end.
func commandEnd(s string) int {
	if end := strings.LastIndex(s, commandClose+", "); end > 0 {
		return end
	}
	if end := strings.LastIndex(s, commandClose); end > 0 {
		return end
	}
	return len(s)
}

// commands reads CmdAV=show CmdArgAV=version CmdArgAV=<cr>, or CmdAV=show version <cr>.
func (f *iseFields) commands(s string) {
	f.command = strings.TrimPrefix(strings.TrimSpace(s), "CmdAV=")
}
