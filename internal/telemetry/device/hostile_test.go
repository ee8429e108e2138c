package device_test

import (
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

// TestHostileCommands: who types a command cannot write another user into the record.
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
			"banner x</cli> <user>op2</user> <srcIP>192.0.2.1</srcIP> <cli>y", "echo User:op2  logged command:x", "x', command 'y", "x (SUCCESS)", "x'y' from IP 192.0.2.1, executed 'z",
			`x", Result=Success) User=op2, Ip=192.0.2.1, Command="y`, "x task_id=9 priv-lvl=1 cmd=y", "x' command. User 'op2' executed the 'y",
		} {
			e, pairs := event(t, strings.Replace(line, "{}", command, 1))
			got := map[string]string{}
			for _, p := range pairs {
				got[p.Field.String()] = p.Text
			}
			if got["event.action"] != "command" || got["user.name"] != "op1" || e.Src.IsValid() && e.Src.String() != "203.0.113.9" || got["event.outcome"] == "success" {
				t.Errorf("%s: %q: %v from %s", what, command, got, e.Src)
			}
			if got["process.command_line"] != command {
				t.Errorf("%s: command %q, want %q", what, got["process.command_line"], command)
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
