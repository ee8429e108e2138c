package telemetry

// The values of event.action that decoders of logs give, by class of message. docs/logs.md says what each is and which fields stand
// beside it. Rules name a class as what they need ("event/login"), and coverage is counted by it.
const (
	ClassLogin     = "login"     // somebody logged in, tried to, or left
	ClassSession   = "session"   // accounting of a session's begin and end
	ClassCommand   = "command"   // a command as it was typed or accounted
	ClassConfig    = "config"    // a configuration was changed, committed, entered
	ClassLogging   = "logging"   // logging itself was begun, ended, changed
	ClassACL       = "acl"       // an access list or firewall let something pass, or not
	ClassBGP       = "bgp"       // a neighbour came or went
	ClassContainer = "container" // containers and guest shells
	ClassSoftware  = "software"  // packages and images
	ClassAccount   = "account"   // accounts and their secrets
	ClassSystem    = "system"    // starts, stops, clocks
	ClassProcess   = "process"   // programs that were started on a host
	ClassFile      = "file"      // files that were touched on a host
	ClassSocket    = "socket"    // sockets that were opened on a host
	ClassNotice    = "notice"    // what a sensor noticed
)

var classOfAction = map[string]string{
	"login": ClassLogin, "logout": ClassLogin, "login-blocked": ClassLogin,
	"session-start": ClassSession, "session-end": ClassSession,
	"command":       ClassCommand,
	"config-change": ClassConfig, "config-commit": ClassConfig, "config-enter": ClassConfig, "config-leave": ClassConfig, "config-rollback": ClassConfig,
	"logging-start": ClassLogging, "logging-stop": ClassLogging, "logging-change": ClassLogging, "log-cleared": ClassLogging,
	"acl-hit": ClassACL,
	"bgp-up":  ClassBGP, "bgp-down": ClassBGP, "bgp-change": ClassBGP,
	"container-install": ClassContainer, "container-activate": ClassContainer, "container-deactivate": ClassContainer, "container-uninstall": ClassContainer,
	"software-install": ClassSoftware, "software-remove": ClassSoftware,
	"account-add": ClassAccount, "account-change": ClassAccount, "account-remove": ClassAccount, "secret-change": ClassAccount,
	"system-start": ClassSystem, "system-stop": ClassSystem, "clock-change": ClassSystem,
	"process-start": ClassProcess,
	"file-open":     ClassFile, "file-change": ClassFile, "file-remove": ClassFile,
	"socket-open": ClassSocket,
	"notice":      ClassNotice,
}

// ClassOf gives the class of message of an event.action; empty for one that decoders of logs do not give.
func ClassOf(action string) string { return classOfAction[action] }

var fieldAction = FieldNamed("event.action")

// ClassOf gives the class of message of an event; empty for one that is not typed.
func (b *Batch) ClassOf(e *Event) string {
	for _, p := range b.PairsOf(e.Pairs) {
		if p.Field == fieldAction {
			return ClassOf(p.Text)
		}
	}
	return ""
}
