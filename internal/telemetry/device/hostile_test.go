package device_test

import (
	"slices"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// TestHostileNames: who chooses a name cannot choose where he came from.
func TestHostileNames(t *testing.T) {
	lines := map[string]string{
		"ios":              ios + "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {}] [Source: 203.0.113.9] [localport: 22] [Reason: Login Authentication Failed] at 03:04:05 UTC Fri Feb 2 2024",
		"ios web":          ios + "%SEC_LOGIN-5-WEBLOGIN_SUCCESS: Login Success [user: {}] [Source: 203.0.113.9] at 03:04:05 UTC Fri Feb 2 2024",
		"ios quiet":        ios + "%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 20 secs, [user: {}] [Source: 203.0.113.9] [localport: 22] [Reason: Login Authentication Failed] [ACL: sl_def_acl] at 03:04:05 UTC Fri Feb 2 2024",
		"ios ssh":          ios + "%SSH-5-SSH2_USERAUTH: User '{}' authentication for SSH2 Session from 203.0.113.9 (tty = 0) using crypto cipher 'c1', hmac 'h1' Failed",
		"ios config":       ios + "%SYS-5-CONFIG_I: Configured from console by {} on vty0 (203.0.113.9)",
		"ios logout":       ios + "%SYS-6-LOGOUT: User {} has exited tty session 3(203.0.113.9)",
		"xr":               "<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: exec[67679]: %SECURITY-LOGIN-4-AUTHEN_FAILED : Failed authentication attempt by user '{}' from '203.0.113.9' on 'vty0'",
		"nx-os":            "<189>sw1: 2024 Feb  2 03:04:05 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user {} from 203.0.113.9 - dcos_sshd[77]",
		"asa":              `<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-605004: Login denied from 203.0.113.9/50022 to inside:192.0.2.1/ssh for user "{}"`,
		"asa aaa":          "<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-113005: AAA user authentication Rejected : reason = Invalid password : server = 192.0.2.9 : user = {} : user IP = 203.0.113.9",
		"asa user":         "<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-611102: User authentication failed: IP address: 203.0.113.9, Uname: {}",
		"asa vpn":          "<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-113039: Group <GP1> User <{}> IP <203.0.113.9> AnyConnect parent session started.",
		"junos":            "<37>Feb  2 03:04:05 r3 sshd[77]: SSHD_LOGIN_FAILED: Login failed for user '{}' from host '203.0.113.9'",
		"junos login":      "<37>Feb  2 03:04:05 r3 login[77]: LOGIN_FAILED: Login failed for user {} from host 203.0.113.9",
		"eos":              "<165>Feb  2 03:04:05 sw1 Aaa: %AAA-4-LOGIN_FAILED: user {} failed to login [from: 203.0.113.9] [service: sshd] [reason: Authentication failed]",
		"huawei":           "<189>Feb  2 2024 03:04:05 r4 %%01SHELL/4/LOGINFAILED(s)[7]:Failed to login. (Ip=203.0.113.9, UserName={}, Times=1, AccessType=TELNET, VpnName=)",
		"huawei last":      "<189>Feb  2 2024 03:04:05 r4 %%01SSH/4/SSH_FAIL(s)[7]:Failed to login through SSH. (VpnInstanceName=, UserName={}, IP=203.0.113.9, Times=1)",
		"forti":            `<189>date=2024-02-02 time=03:04:05 devname="fw2" devid="FG1" logid="0100032002" type="event" level="alert" user="{}" ui="ssh(203.0.113.9)" method="ssh" srcip=203.0.113.9 action="login" status="failed" reason="passwd_invalid"`,
		"netscreen logout": `<13>Feb  2 03:04:05 192.0.2.1 fw3: NetScreen device_id=77  [Root]system-warning-00515: Management session via SSH from 203.0.113.9:0 for admin {} has timed out (2024-02-02 03:04:05)`,
	}
	names := []string{
		"op1", "x] [Source: 192.0.2.1", "x] [Source: 192.0.2.1] [localport: 23] [Reason: y] at 03:04:05", "x' from '192.0.2.1' on 'vty9", "x' from host '192.0.2.1",
		"x from host 192.0.2.1", "x from 192.0.2.1", "x from 192.0.2.1 - dcos_sshd[1]", `x" ui="y(192.0.2.1)" srcip=192.0.2.1 a="`, "x on vty9 (192.0.2.1)", "x, Ip=192.0.2.1", "x, IP=192.0.2.1, SourceIp=192.0.2.1",
		"x : user IP = 192.0.2.1", "x> IP <192.0.2.1", "x failed to login [from: 192.0.2.1] [service: sshd]", "x logged in [from: 192.0.2.1]", "x' authentication for SSH2 Session from 192.0.2.1 (tty = 0) using",
		"x has exited tty session 1(192.0.2.1)", " ", "", strings.Repeat("long", 500), "%SYS-5-CONFIG_I: Configured from console by x on vty0 (192.0.2.1)", "x\x1b[2J", "ü' -- %s",
	}
	for what, line := range lines {
		for _, name := range names {
			e, pairs := event(t, strings.Replace(line, "{}", name, 1))
			if e.Src.IsValid() && e.Src.String() != "203.0.113.9" {
				t.Errorf("%s: %q: source %s", what, name, e.Src)
			}
			if name == "op1" && !e.Src.IsValid() {
				t.Errorf("%s: no source", what)
			}
			for _, p := range pairs {
				if field := p.Field.String(); len(p.Text) > 256 && strings.Contains(field, ".") {
					t.Errorf("%s: %d bytes in %s", what, len(p.Text), field)
				}
			}
		}
	}
}

// TestHostileCommands: who types a command cannot write another user into the record. Where he types what a device writes behind a name,
// there is no user, and his command is read in each way that it may be.
func TestHostileCommands(t *testing.T) {
	for what, line := range map[string]string{
		"ios":    ios + "%PARSER-5-CFGLOG_LOGGEDCMD: User:op1  logged command:{}",
		"tagged": ios + "%PARSER-5-CFGLOG_LOGGEDCMD: <user>op1</user> <srcIP>203.0.113.9</srcIP> <enteredCommand><cli>{}</cli></enteredCommand>",
		"nx-os":  "<189>sw1: 2024 Feb  2 03:04:05 UTC: %AAA-6-AAA_ACCOUNTING_MESSAGE: update:203.0.113.9@pts/0:op1:{} (FAILURE)",
		"asa":    "<166>Feb 02 2024 03:04:05 fw1 : %ASA-5-111010: User 'op1', running 'CLI' from IP 203.0.113.9, executed '{}'",
		"asa 8":  "<166>Feb 02 2024 03:04:05 fw1 : %ASA-5-111008: User 'op1' executed the '{}' command.",
		"junos":  "<189>Feb  2 03:04:05 r3 mgd[48211]: UI_CMDLINE_READ_LINE: User 'op1', command '{}'",
		"eos":    "<165>Feb  2 03:04:05 sw1 Aaa: %ACCOUNTING-6-CMD: op1 vty6 203.0.113.9 stop task_id=17 service=shell priv-lvl=15 cmd={}",
		"huawei": `<189>Feb  2 2024 03:04:05 r4 %%01SHELL/5/CMDRECORD(s)[97]:Recorded command information. (Task=VT0, Ip=203.0.113.9, User=op1, Command="{}", Result=Failed)`,
	} {
		for _, command := range []string{
			"banner x</cli> <user>op2</user> <srcIP>192.0.2.1</srcIP> <cli>y", "echo User:op2 logged command:x", "x', command 'y", "x (SUCCESS)", "x'y' from IP 192.0.2.1, executed 'z",
			`x", Result=Success) User=op2, Ip=192.0.2.1, Command="y`, "x task_id=9 priv-lvl=1 cmd=y", "x' command. User 'op2' executed the 'y", "op2 vty1 192.0.2.1 stop task_id=1 cmd=x",
		} {
			e, pairs := event(t, strings.Replace(line, "{}", command, 1))
			got := map[string]string{}
			typed := ""
			for _, p := range pairs {
				got[p.Field.String()] = p.Text
				if name := p.Field.String(); typed == "" && name == "process.command_line" {
					typed = p.Text
				}
			}
			if user := got["user.name"]; got["event.action"] != "command" || user != "op1" && user != "" || e.Src.IsValid() && e.Src.String() != "203.0.113.9" || got["event.outcome"] == "success" {
				t.Errorf("%s: %q: %v from %s", what, command, got, e.Src)
			}
			if typed != command {
				t.Errorf("%s: command %q, want %q", what, typed, command)
			}
		}
	}
}

// TestHostileNamesKeepTheEvent: whatever somebody is called, a message says what it says, nobody else is named, and a command is found.
func TestHostileNamesKeepTheEvent(t *testing.T) {
	for what, c := range map[string]struct{ line, want string }{
		"ios config":    {ios + "%SYS-5-CONFIG_I: Configured from console by {} on vty0 (203.0.113.9)", "config-change from 203.0.113.9"},
		"ios repeated":  {ios + "%SYS-5-CONFIG_I: Configured from console by {} on vty0 (203.0.113.9) (message repeated 2 times)", "config-change from 203.0.113.9"},
		"ios process":   {ios + "%SYS-5-CONFIG_P: Configured programmatically by process P from console as {} on vty1", "config-change"},
		"ios clock":     {ios + "%SYS-6-CLOCKUPDATE: System clock has been updated from T to T, configured from console by {} on vty0 (203.0.113.9).", "clock-change from 203.0.113.9"},
		"ios reload":    {ios + "%SYS-5-RELOAD: Reload requested by {} on vty0 (203.0.113.9). Reload Reason: x.", "system-stop"},
		"ios reason":    {ios + "%SYS-5-RELOAD: Reload requested by op1 on vty0 (203.0.113.9). Reload Reason: {}.", "system-stop"},
		"ios auth":      {ios + "%SSH-5-SSH2_USERAUTH: User '{}' authentication for SSH2 Session from 203.0.113.9 (tty = 0) using crypto cipher '', hmac '' Succeeded (message repeated 2 times)", "login success from 203.0.113.9"},
		"ios archive":   {ios + "%PARSER-5-CFGLOG_LOGGEDCMD: User:{}  logged command:no logging on", "command no logging on"},
		"ios tagged":    {ios + "%PARSER-5-CFGLOG_LOGGEDCMD: <user>{}</user> <srcIP>203.0.113.9</srcIP> <enteredCommand><cli>no logging on</cli></enteredCommand>", "command no logging on"},
		"ios webui":     {ios + "%WEBUI-6-INSTALL_OPERATION_INFO: User: {}, Install Operation: ADD x", "software-install"},
		"eos command":   {"<165>Feb  2 03:04:05 sw1 Aaa: %ACCOUNTING-6-CMD: {} vty6 203.0.113.9 stop task_id=17 service=shell priv-lvl=15 cmd=no logging on <cr>", "command no logging on"},
		"eos session":   {"<165>Feb  2 03:04:05 sw1 Cfg: %SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User {} committed configuration session s1 successfully on vty3 (203.0.113.9)", "config-commit success from 203.0.113.9"},
		"junos login":   {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_LOGIN_EVENT: User '{}' login, class 'j-super-user' [7], ssh-connection '203.0.113.9 50022 192.0.2.3 22', client-mode 'cli'", "login success from 203.0.113.9"},
		"junos auth":    {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_AUTH_EVENT: Authenticated user '{}' at permission level 'super-user'", "login success"},
		"junos command": {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_CMDLINE_READ_LINE: User '{}', command 'no logging on '", "command no logging on"},
		"junos commit":  {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_COMMIT: User '{}' requested 'commit' operation (comment: none)", "config-commit"},
		"junos comment": {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_COMMIT: User 'op1' requested 'commit' operation (comment: {})", "config-commit"},
		"junos audit":   {`<189>Feb  2 03:04:05 r3 mgd[7]: UI_CFG_AUDIT_SET: User '{}' set: [system login user op2 class] <unconfigured> -> "super-user"`, "account-change"},
		"junos logout":  {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_LOGOUT_EVENT: User '{}' logout", "logout"},
		"junos load":    {"<189>Feb  2 03:04:05 r3 mgd[7]: UI_LOAD_EVENT: User '{}' is performing a 'rollback 3'", "config-rollback"},
		"asa command":   {"<166>Feb 02 2024 03:04:05 fw1 : %ASA-5-111008: User '{}' executed the 'no logging on' command.", "command no logging on"},
		"asa ran":       {"<166>Feb 02 2024 03:04:05 fw1 : %ASA-5-111010: User '{}', running 'CLI' from IP 203.0.113.9, executed 'no logging on'", "command no logging on"},
		"xr login":      {"<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: exec[7]: %SECURITY-LOGIN-4-AUTHEN_FAILED : Failed authentication attempt by user '{}' from '203.0.113.9' on 'vty0'", "login failure from 203.0.113.9"},
		"xr commit":     {"<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: config[7]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user '{}'. Use 'show configuration commit changes 1000000037' to view the changes.", "config-commit"},
		"huawei fail":   {"<189>Feb  2 2024 03:04:05 r4 %%01SSH/4/SSH_FAIL(s)[1]:Failed to login through SSH. (Ip=203.0.113.9, UserName={}, Times=1, FailReason=x)", "login failure from 203.0.113.9"},
		"huawei last":   {"<189>Feb  2 2024 03:04:05 r4 %%01SSH/4/SSH_FAIL(s)[7]:Failed to login through SSH. (VpnInstanceName=, UserName={}, IP=203.0.113.9, Times=1)", "login failure from 203.0.113.9"},
		"huawei cmd":    {`<189>Feb  2 2024 03:04:05 r4 %%01SHELL/5/CMDRECORD(s)[97]:Recorded command information. (Task=VT0, Ip=203.0.113.9, VpnName=, User={}, AuthenticationMethod="Local-user", Command="no logging on", Result=Success)`, "command success no logging on from 203.0.113.9"},
		"forti login":   {`<189>date=2024-02-02 time=03:04:05 devname="fw2" devid="FG1" logid="0100032002" type="event" level="alert" user="{}" ui="ssh(203.0.113.9)" action="login" status="failed" reason="passwd_invalid"`, "login failure"},
		"forti change":  {`<189>date=2024-02-02 time=03:04:05 devname="fw2" devid="FG1" logid="0100044546" type="event" level="information" user="{}" ui="ssh(203.0.113.9)" action="Edit" cfgpath="system.global"`, "config-change"},
		"netscreen":     {`<13>Feb  2 03:04:05 192.0.2.1 fw3: NetScreen device_id=77  [Root]system-notification-00018: Policy (5, Trust->Untrust) was modified by {} via web from host 203.0.113.9 to 192.0.2.1:443. (2024-02-02 03:04:05)`, "config-change from 203.0.113.9"},
		"netscreen 2":   {`<13>Feb  2 03:04:05 192.0.2.1 fw3: NetScreen device_id=77  [Root]system-notification-00767: System configuration saved by {} via web from host 203.0.113.9 to 192.0.2.1:443 by {}. (2024-02-02 03:04:05)`, "config-commit"},
	} {
		for _, name := range []string{
			"op1", "op9 (message repeated", "op9 (message repeated 2 times)", "op9 on vty1 (192.0.2.1) (message repeated", "op9  logged command:x", "x by op9", "x, configured from console by op9",
			"op9 on vty1 (192.0.2.1)", "op9 on vty1 (192.0.2.1). Reload Reason: x", "op9</user> <srcIP>192.0.2.1</srcIP> <enteredCommand><cli>x</cli></enteredCommand>", "op9, Install Operation: REMOVE y",
			"op9 vty1 192.0.2.1 stop x", "op9 vty1 192.0.2.1 stop task_id=1 service=shell cmd=x", "op9 committed configuration session s2 successfully on vty1 (192.0.2.1)", "op9 committed configuration session s2",
			"op9' login, class 'x' [1], ssh-connection '192.0.2.1 1 192.0.2.2 22', client-mode 'cli", "op9' assigned to class 'x", "op9' at permission level 'x", "op9', command 'x", "op9' requested 'commit' operation (comment: x) ",
			"op9' delete: [system login user op3] ", "op9' set: [interfaces x] ", "op9' logout", "op9' is performing a 'load merge", "op9' executed the 'x' command. ", "op9', running 'CLI' from IP 192.0.2.1, executed 'x",
			"op9' from '192.0.2.1' on 'vty1'(cipher 'x", "op9'. Use 'show configuration commit changes 1'", "x(cipher 'y", "op9, Ip=192.0.2.1", "op9, IP=192.0.2.1, Times=1", `op9, Command="x`, `op9, AuthenticationMethod="x", Command="y`,
			"op9, Foo=1", `op9" action="logout" status="success" srcip=192.0.2.1 x="`, `op9" cfgpath="system.admin" logid="0100032003`, "op9 via ssh from host 192.0.2.1 x", "x by op9 via ssh from host 192.0.2.1",
		} {
			e, pairs := event(t, strings.ReplaceAll(c.line, "{}", name))
			got := map[string][]string{}
			for _, p := range pairs {
				got[p.Field.String()] = append(got[p.Field.String()], p.Text)
			}
			said := strings.Join(append(got["event.action"], got["event.outcome"]...), " ")
			if slices.Contains(got["process.command_line"], "no logging on") {
				said += " no logging on"
			}
			if strings.Contains(c.want, " from ") && e.Src.IsValid() {
				said += " from " + e.Src.String()
			}
			if said != c.want {
				t.Errorf("%s: %q: %q, want %q", what, name, said, c.want)
			}
			if e.Src.IsValid() && e.Src.String() != "203.0.113.9" {
				t.Errorf("%s: %q: from %s", what, name, e.Src)
			}
			if users := got["user.name"]; len(users) > 1 || len(users) == 1 && users[0] == "op9" {
				t.Errorf("%s: %q: of %q", what, name, users)
			}
			if name == "op1" && len(got["user.name"]) != 1 {
				t.Errorf("%s: nobody named", what)
			}
		}
	}
}

// TestActionsAreKnown: every action belongs to a class.
func TestActionsAreKnown(t *testing.T) {
	for _, line := range seeds {
		_, pairs := event(t, line)
		for _, p := range pairs {
			if p.Field.String() == "event.action" && telemetry.ClassOf(p.Text) == "" {
				t.Errorf("%s: %q is of no class", line, p.Text)
			}
		}
	}
}
