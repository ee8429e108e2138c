package device_test

import (
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// seeds are messages of all platforms.
var seeds = []string{
	ios + "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: op1] [Source: 203.0.113.9] [localport: 22] [Reason: Login Authentication Failed] at 03:04:05 UTC Fri Feb 2 2024",
	ios + "%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 20 secs, [user: op1] [Source: 192.0.2.7] [localport: 22] [Reason: Login Authentication Failed] [ACL: sl_def_acl] at 03:04:05",
	ios + "%SSH-5-SSH2_USERAUTH: User 'op1' authentication for SSH2 Session from 192.0.2.7 (tty = 0) using crypto cipher 'c1', hmac 'h1' Failed",
	ios + "%SYS-5-CONFIG_I: Configured from console by op1 on vty0 (192.0.2.7)",
	ios + "%SYS-5-CONFIG_P: Configured programmatically by process SEP_webui_wsma_http from console as op1 on vty1",
	ios + "%PARSER-5-CFGLOG_LOGGEDCMD: <user>op1</user> <srcIP>192.0.2.7</srcIP> <enteredCommand><cli>interface Tunnel7</cli></enteredCommand>",
	ios + "%PARSER-5-CFGLOG_LOGGEDCMD: User:op1  logged command:no logging on",
	ios + "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 192.0.2.9 port 514 (Mgmt-vrf) started - CLI initiated",
	ios + "%IM-6-ACTIVATE_MSG: Switch 1 R0/0: ioxman: app-hosting: Activate succeeded: agent1 activated successfully Current state is in ACTIVATED",
	ios + "%SEC-6-IPACCESSLOGP: list MGMT denied tcp 203.0.113.9(50022) (Gi0/1 0000.5e00.5301) -> 192.0.2.1(22), 1 packet",
	ios + "%BGP-3-NOTIFICATION: received from neighbor 198.51.100.2 (AS 65001) 6/1 (Cease/maximum number of prefixes reached) 0 bytes",
	"<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: SSHD_[65845]: %SECURITY-SSHD-6-INFO_SUCCESS : Successfully authenticated user 'op1' from '192.0.2.7' on 'vty2'(cipher 'c1', mac 'm1')",
	"<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: config[67778]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user 'op1'. Use 'show configuration commit changes 1000000037' to view the changes.",
	"<189>sw1: 2024 Feb  2 03:04:05 UTC: %AAA-6-AAA_ACCOUNTING_MESSAGE: update:2001:db8::7@pts/0:op1:show clock (SUCCESS)",
	"<189>2024 Feb  2 03:04:05 sw1 %$ VDC-1 %$ %VMAN-2-ACTIVATION_STATE: Successfully activated virtual service 'guestshell+'",
	"<189>sw1: 2024 Feb  2 03:04:05 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user op1 from 192.0.2.7 - dcos_sshd[77]",
	`<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-605005: Login permitted from 192.0.2.7/50022 to inside:192.0.2.1/ssh for user "op1"`,
	`<166>Feb 02 2024 03:04:05 fw1 : %ASA-4-106023: Deny tcp src outside:203.0.113.9/50022 dst inside:192.0.2.1/22 by access-group "OUT"`,
	"<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-106100: access-list OUT permitted tcp outside/203.0.113.9(50022)(u1) -> inside/192.0.2.1(22) hit-cnt 1 first hit [0x0, 0x0]",
	"<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-302013: Built outbound TCP connection 9 for outside:203.0.113.9/443 (203.0.113.9/443) to inside:192.0.2.1/50022 (198.51.100.1/50022)",
	"<166>Feb 02 2024 03:04:05 fw1 : %ASA-6-113005: AAA user authentication Rejected : reason = Invalid password : server = 192.0.2.9 : user = op1 : user IP = 203.0.113.9",
	"<189>Feb  2 03:04:05 r3 mgd[48211]: UI_LOGIN_EVENT: User 'op1' login, class 'j-super-user' [48211], ssh-connection '192.0.2.7 50022 192.0.2.1 22', client-mode 'cli'",
	"<189>Feb  2 03:04:05 r3 mgd[48211]: UI_CFG_AUDIT_OTHER: User 'op1' set: [system login user op2 class super-user]",
	`<165>1 2024-02-02T03:04:05.678Z r3 mgd 48211 UI_CMDLINE_READ_LINE [junos@2636.1.1.1.2.18 username="op1" command="show \"x\""] User 'op1', command 'show'`,
	"<158>Feb  2 03:04:05 r3 fpc0 PFE_FW_SYSLOG_IP: FW: ge-0/0/0.0   D tcp 203.0.113.9 192.0.2.1 50022 22 (1 packets)",
	"<165>Feb  2 03:04:05 sw1 Aaa: 77: %AAA-5-LOGIN: user op1 logged in [from: 192.0.2.7] [service: sshd]",
	"<165>Feb  2 03:04:05 sw1 Aaa: %ACCOUNTING-6-CMD: op1 vty6 192.0.2.7 stop task_id=17 service=shell priv-lvl=15 cmd=show interfaces status <cr>",
	`<189>Feb  2 2024 03:04:05 r4 %%01SHELL/5/CMDRECORD(s)[97]:Recorded command information. (Task=VT0, Ip=192.0.2.7, VpnName=, User=op1, Command="quit", Result=Success)`,
	"<189>Feb  2 2024 03:04:05 r4 %%01SSH/4/SSH_FAIL(s)[7]:Failed to login through SSH. (VpnInstanceName=, UserName=op1, IP=203.0.113.9, Times=1)",
	`<189>date=2024-02-02 time=03:04:05 devname="fw2" devid="FG1" logid="0100032001" type="event" level="information" user="op1" ui="ssh(192.0.2.7)" srcip=192.0.2.7 action="login" status="success"`,
	`<13>Feb  2 03:04:05 192.0.2.1 fw3: NetScreen device_id=77  [Root]system-notification-00018: Policy (5, Trust->Untrust) was modified by op1 via web from host 192.0.2.7 to 192.0.2.1:443. (2024-02-02 03:04:05)`,
}

// fixed are texts of ours that stand for what a message says.
var fixed = map[string]bool{
	"success": true, "failure": true, "allowed": true, "denied": true, "guestshell+": true, "timed out": true,
	"cisco": true, "ios": true, "ios-xr": true, "nx-os": true, "asa": true, "juniper": true, "junos": true, "screenos": true, "arista": true, "eos": true,
	"huawei": true, "vrp": true, "h3c": true, "comware": true, "fortinet": true, "fortios": true,
	"ssh": true, "telnet": true, "console": true, "http": true, "netconf": true, "snmp": true, "enable": true,
}

// FuzzMessage: what is typed of a line are parts of it, or words of ours; fields are of a closed list; reading it again gives the same.
func FuzzMessage(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	known := map[string]bool{}
	for _, s := range seeds {
		_, pairs := event(f, s)
		for _, p := range pairs {
			known[p.Field.String()] = true
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\r\n") || strings.TrimSpace(line) == "" {
			return
		}
		before := telemetry.FieldNamed("stormglass.action.probe")
		e, pairs := event(t, line)
		action := ""
		for _, p := range pairs {
			name := p.Field.String()
			if p.Field > before {
				t.Fatalf("%q: the line made the field %q", line, name)
			}
			switch {
			case name == "event.action":
				if action = p.Text; telemetry.ClassOf(p.Text) == "" {
					t.Fatalf("%q: action %q is of no class", line, p.Text)
				}
			case name == "process.command_line" || name == "stormglass.command.typed": // put in order by package cli
				if p.Text == "" || strings.Contains(p.Text, "  ") {
					t.Fatalf("%q: command %q", line, p.Text)
				}
			case strings.Contains(name, ".") && !fixed[p.Text] && !strings.Contains(line, p.Text) && !strings.HasPrefix(name, "log.syslog.") && name != "event.severity":
				if !strings.Contains(line, `\`) && !strings.Contains(line, "msg=audit(") { // escapes are undone
					t.Fatalf("%q: %s is %q, which is no part of it", line, name, p.Text)
				}
			}
		}
		for _, a := range []string{e.Src.String(), e.Dst.String()} {
			if a != "invalid IP" && action == "" && e.Src.IsValid() {
				t.Fatalf("%q: %s of a message that says nothing", line, a)
			}
		}
		again, more := event(t, line)
		if again.Ends != e.Ends || len(more) != len(pairs) {
			t.Fatalf("%q: read again %v, %v", line, again.Ends, more)
		}
		for i := range more {
			if more[i] != pairs[i] {
				t.Fatalf("%q: read again %v, before %v", line, more[i], pairs[i])
			}
		}
	})
}
