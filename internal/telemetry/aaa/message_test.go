package aaa_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// typed gives what is typed of a line, as "HOST action FIELD=VALUE …", fields of the header left out.
func typed(t testing.TB, line string) string {
	t.Helper()
	d := text.New(nil, "")
	d.RefTime = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	set := telemetrytest.Read(d, []byte(line))[0]
	b := set.Batch(telemetry.KindEvent)
	if b.Len() != 1 {
		t.Fatalf("%d records of %q", b.Len(), line)
	}
	return shown(b, 0)
}

func shown(b *telemetry.Batch, i int) string {
	e := &b.Event[i]
	var w strings.Builder
	w.WriteString(e.Host)
	for _, p := range b.PairsOf(e.Pairs) {
		switch name := p.Field.String(); name {
		case "message", "log.syslog.priority", "log.syslog.facility.code", "log.syslog.severity.code", "process.name", "process.pid":
		case "event.action":
			fmt.Fprintf(&w, " %s:", p.Text)
		default:
			name = name[strings.LastIndexByte(name, '.')+1:]
			fmt.Fprintf(&w, " %s=%q", name, p.Text)
		}
	}
	if e.Src.IsValid() {
		fmt.Fprintf(&w, " from=%s", e.Src)
	}
	return w.String()
}

func TestTacacs(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{
			"a command, by tabs", "Tue Jan  2 03:04:05 2024\t192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell\tpriv-lvl=15\tcmd=show version <cr>",
			`192.0.2.1 command: name="op1" line="tty2" id="3" record="stop" service="shell" command_line="show version" privilege="15" from=198.51.100.7`,
		},
		{
			"a command, by blanks", "Tue Jan  2 03:04:05 2024 192.0.2.1 op1 tty2 198.51.100.7 stop task_id=3 service=shell priv-lvl=1 cmd=show run | include task_id=9 <cr>",
			`192.0.2.1 command: name="op1" line="tty2" id="3" record="stop" service="shell" command_line="show run | include task_id=9" privilege="1" from=198.51.100.7`,
		},
		{
			"an exec session", "Tue Jan  2 03:04:05 2024 192.0.2.1 op1 tty2 2001:db8::7 start task_id=41 service=shell",
			`192.0.2.1 session-start: name="op1" line="tty2" id="41" record="start" service="shell" from=2001:db8::7`,
		},
		{
			"its end", "Tue Jan  2 03:14:05 2024\t192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=41\tservice=shell\tdisc-cause=1\telapsed_time=9",
			`192.0.2.1 session-end: name="op1" line="tty2" id="41" record="stop" service="shell" duration="9000000000" from=198.51.100.7`,
		},
		{
			"by syslog", "<38>Jan  2 03:04:05 aaa1 tac_plus[77]: gw1 op1 vty0 198.51.100.7 stop task_id=3 service=shell priv-lvl=15 cmd=configure terminal <cr>",
			`gw1 name="aaa1" command: name="op1" line="vty0" id="3" record="stop" service="shell" command_line="configure terminal" privilege="15" from=198.51.100.7`,
		},
		{
			"tac_plus-ng", "2024-01-02 03:04:05 +0100\t192.0.2.1\top1\tvty0\t198.51.100.7\tstop\tshell\tshow ip route",
			`192.0.2.1 command: name="op1" line="vty0" record="stop" service="shell" command_line="show ip route" from=198.51.100.7`,
		},
		{
			"arguments apart", "Tue Jan  2 03:04:05 2024\t192.0.2.1\top1\tvty0\t198.51.100.7\tstop\ttask_id=3\tcmd=show\tcmd-arg=ip\tcmd-arg=route\tcmd-arg=<cr>\tpriv-lvl=15",
			`192.0.2.1 command: name="op1" line="vty0" id="3" record="stop" command_line="show ip route" privilege="15" from=198.51.100.7`,
		},
		{
			"quoted", `Tue Jan  2 03:04:05 2024 sw1 admin pts/0 198.51.100.7 stop task_id=8 timezone=UTC start_time=1704164645 service=shell priv_lvl=15 cmd="no logging host" result=success`,
			`sw1 command: name="admin" line="pts/0" id="8" record="stop" service="shell" command_line="no logging host" privilege="15" outcome="success" from=198.51.100.7`,
		},
		{
			"accounting switched off", "Tue Jan  2 03:04:05 2024 192.0.2.1 unknown tty0 async stop task_id=1 service=system event=cmd_acct reason=reconfigure",
			`192.0.2.1 logging-stop: name="unknown" line="tty0" id="1" record="stop" service="system" reason="reconfigure"`,
		},
		{
			"a reload", "Tue Jan  2 03:04:05 2024 192.0.2.1 unknown unknown unknown start task_id=1 service=system event=sys_acct reason=reload",
			`192.0.2.1 system-start: name="unknown" line="unknown" id="1" record="start" service="system" reason="reload"`,
		},
		{
			"without a user", "Tue Jan  2 03:04:05 2024\t192.0.2.1\t\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell",
			`192.0.2.1 session-end: line="tty2" id="3" record="stop" service="shell" from=198.51.100.7`,
		},
		{
			"a name that forges, by tabs", "Tue Jan  2 03:04:05 2024\t192.0.2.1\tx tty0 203.0.113.9 stop task_id=1\ttty2\t198.51.100.7\tstart\ttask_id=3\tservice=shell",
			`192.0.2.1 session-start: name="x tty0 203.0.113.9 stop task_id=1" line="tty2" id="3" record="start" service="shell" from=198.51.100.7`,
		},
		{
			"a name that forges, by blanks: nobody is named", "Tue Jan  2 03:04:05 2024 192.0.2.1 x tty0 203.0.113.9 stop task_id=1 tty2 198.51.100.7 start task_id=3 service=shell",
			`192.0.2.1 session-start: line="tty2" id="3" record="start" service="shell" from=198.51.100.7`,
		},
		{
			"a name with blanks", "<38>Jan  2 03:04:05 aaa1 tac_plus[77]: gw1 a b c tty2 198.51.100.7 stop task_id=3 service=shell cmd=no logging on <cr>",
			`aaa1 command: line="tty2" id="3" record="stop" service="shell" command_line="no logging on" from=198.51.100.7`,
		},
		{
			"a name that forges a command", "Tue Jan  2 03:04:05 2024 192.0.2.1 x tty0 203.0.113.9 stop task_id=1 cmd=y tty2 198.51.100.7 stop task_id=3 service=shell cmd=no  logging on <cr>",
			`192.0.2.1 command: record="stop" command_line="y tty2 198.51.100.7 stop task_id=3 service=shell cmd=no logging on" command_line="no logging on"`,
		},
		{
			"several commands", "Tue Jan  2 03:04:05 2024\t192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell\tcmd=configure terminal ; no  logging server 192.0.2.9 (SUCCESS) <cr>",
			`192.0.2.1 command: name="op1" line="tty2" id="3" record="stop" service="shell" command_line="configure terminal ; no logging server 192.0.2.9" command_line="configure terminal" command_line="no logging server 192.0.2.9" outcome="success" from=198.51.100.7`,
		},
		{
			"a wrapper", "Tue Jan  2 03:04:05 2024\t192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell\tcmd=do clear  logging <cr>",
			`192.0.2.1 command: name="op1" line="tty2" id="3" record="stop" service="shell" command_line="clear logging" typed="do clear logging" from=198.51.100.7`,
		},
		{
			"a name that looks like a record, of another program", "<38>Jan  2 03:04:05 gw1 sshd[7]: Invalid user stop task_id=1 service=shell cmd=x from 198.51.100.7",
			`gw1 login: outcome="failure" name="stop task_id=1 service=shell cmd=x" via="ssh" reason="invalid user" from=198.51.100.7`,
		},
		{
			"the same by RFC 5424", "<38>1 2024-01-02T03:04:05Z gw1 sshd 7 - - Invalid user x stop task_id=1 service=shell cmd=x from 198.51.100.7",
			`gw1 login: outcome="failure" name="x stop task_id=1 service=shell cmd=x" via="ssh" reason="invalid user" from=198.51.100.7`,
		},
		{"no accounting", "Jan  2 03:04:05 gw1 the job will stop a=b c=d", "gw1"},
		{"no accounting either", "Jan  2 03:04:05 gw1 x y z start soon", "gw1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, typed(t, tt.line)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestUnknownAttributes: what has no field is counted.
func TestUnknownAttributes(t *testing.T) {
	set := telemetrytest.Read(text.New(nil, ""), []byte("Tue Jan  2 03:04:05 2024 gw1 op1 tty2 198.51.100.7 stop task_id=3 service=shell odd=1"))[0]
	if p := set.Problems.List; len(p) != 1 || !p[0].Notice {
		t.Errorf("it says %+v", p)
	}
}

const iseStart = "<182>Jan  2 03:04:06 ise1 "

func TestISEMessages(t *testing.T) {
	head := func(category, parts, code, severity string) string {
		return iseStart + category + " 0000000001 " + parts + " 2024-01-02 03:04:05.678 +00:00 0000000007 " + code + " " + severity + " "
	}
	tests := []struct{ name, line, want string }{
		{
			"a command that forges", head("CISE_TACACS_Accounting", "1 0", "3300", "NOTICE") +
				"Tacacs-Accounting: TACACS+ Accounting with Command, Device IP Address=192.0.2.1, CmdSet=[ CmdAV=banner ], User=other, x <cr> ], NetworkDeviceName=gw1, " +
				"User=op1, Port=tty10, Remote-Address=198.51.100.7, AVPair=task_id=3, AVPair=priv-lvl=15, AcctRequest-Flags=Stop, Service-Argument=shell, User=op1",
			`gw1 vendor="cisco" product="ise" provider="CISE_TACACS_Accounting" code="3300" severity="5" name="ise1" command: name="op1" line="tty10" id="3" record="stop" ` +
				`service="shell" command_line="banner ], User=other, x" privilege="15" from=198.51.100.7`,
		},
		{
			"two users: neither", head("CISE_Failed_Attempts", "1 0", "5400", "NOTICE") +
				"Failed-Attempt: Authentication failed, Device IP Address=192.0.2.1, UserName=x, Remote-Address=203.0.113.9, Protocol=Tacacs, UserName=op1, Remote-Address=198.51.100.7, FailureReason=22040 Wrong password",
			`192.0.2.1 vendor="cisco" product="ise" provider="CISE_Failed_Attempts" code="5400" severity="5" name="ise1" login: outcome="failure" reason="22040 Wrong password"`,
		},
		{
			"a login", head("CISE_Passed_Authentications", "1 0", "5201", "NOTICE") +
				"Passed-Authentication: Authentication succeeded, Device IP Address=192.0.2.1, NetworkDeviceName=gw1, UserName=op1, Protocol=Tacacs, Port=tty2, Remote-Address=198.51.100.7, AcsSessionID=ise1/1/2",
			`gw1 vendor="cisco" product="ise" provider="CISE_Passed_Authentications" code="5201" severity="5" name="ise1" login: outcome="success" name="op1" line="tty2" id="ise1/1/2" from=198.51.100.7`,
		},
		{
			"an administrator of ISE", head("CISE_Administrative_and_Operational_Audit", "1 0", "51001", "NOTICE") +
				"Administrator-Login: Administrator authentication succeeded, ConfigVersionId=5, AdminInterface=GUI, AdminIPAddress=198.51.100.7, AdminName=root1",
			`ise1 vendor="cisco" product="ise" provider="CISE_Administrative_and_Operational_Audit" code="51001" severity="5" login: outcome="success" name="root1" via="http" from=198.51.100.7`,
		},
		{
			"the first of two parts", head("CISE_TACACS_Accounting", "2 0", "3301", "NOTICE") +
				"Tacacs-Accounting: TACACS+ Accounting START, NetworkDeviceName=gw1, User=op1, AcctRequest-Flags=Start, Service-Argument=shell",
			`gw1 vendor="cisco" product="ise" provider="CISE_TACACS_Accounting" code="3301" severity="5" part="0 of 2" name="ise1" session-start: name="op1" record="start" service="shell"`,
		},
		{
			"the second", iseStart + "CISE_TACACS_Accounting 0000000001 2 1  Port=tty10, Remote-Address=198.51.100.7",
			`ise1 vendor="cisco" product="ise" part="1 of 2"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, typed(t, tt.line)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestISEHidesUsers: whoever uses the network is in no field and no line.
func TestISEHidesUsers(t *testing.T) {
	for _, line := range []string{
		iseStart + "CISE_RADIUS_Accounting 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 3000 NOTICE Radius-Accounting: RADIUS Accounting start request, " +
			"Device IP Address=192.0.2.1, UserName=alice, Calling-Station-ID=4915550001, Framed-IP-Address=198.51.100.9, Acct-Session-Id=00AA, Service-Type=Framed",
		iseStart + "CISE_Passed_Authentications 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 5200 NOTICE Passed-Authentication: ok, UserName=alice, User-Name=alice, Calling-Station-ID=4915550001",
		iseStart + "CISE_RADIUS_Accounting 0000000001 2 1 e=alice, Calling-Station-ID=4915550001",
	} {
		set := telemetrytest.Read(text.New(nil, ""), []byte(line))[0]
		got := strings.Join(telemetrytest.Records(set), "")
		if strings.Contains(got, "alice") || strings.Contains(got, "5550001") || strings.Contains(got, "198.51.100.9") || !strings.Contains(got, "***") {
			t.Errorf("%s\nbecame\n%s", line, got)
		}
	}
}

// TestISEElastic reads the lines that Elastic publishes as a test of its own parser.
func TestISEElastic(t *testing.T) {
	data := telemetrytest.Load(t, datatest.Path(t, "telemetry", "aaa-elastic", "cisco-ise-tacacs-accounting.log"))
	want := []string{
		`wlnwan1 name="cisco-ise-host" command: name="psxvne" line="tty10" id="2962" record="stop" service="shell" command_line="show mac-address-table" privilege="15" from=81.2.69.144`,
		`LDNBuildSW1 name="cisco-ise-host" session-start: name="psxlms" line="tty2" id="35585" record="start" service="shell" privilege="15" from=81.2.69.144`,
		`LDNBuildSW1 name="cisco-ise-host" session-end: name="psxlms" line="tty2" id="35585" record="stop" service="shell" privilege="1" duration="127000000000" from=81.2.69.144`,
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		got := typed(t, line)
		i := strings.Index(got, ` name="cisco-ise-host"`)
		host, _, _ := strings.Cut(got, " ")
		if i < 0 || host+got[i:] != want[n] || !strings.Contains(got, `part="0 of 4"`) {
			t.Errorf("line %d gives\n%s\nwant\n%s", n+1, got, want[n])
		}
		n++
	}
	if n != len(want) {
		t.Errorf("%d lines", n)
	}
}
