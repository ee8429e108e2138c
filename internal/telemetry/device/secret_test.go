package device_test

import (
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// TestSecretsAreBlanked: what devices log of secrets is in no field once a batch was scrubbed.
func TestSecretsAreBlanked(t *testing.T) {
	for _, line := range []string{
		ios + "%PARSER-5-CFGLOG_LOGGEDCMD: User:op1  logged command:username op2 privilege 15 secret 0 Kd93hQ",
		ios + "%PARSER-5-CFGLOG_LOGGEDCMD: <user>op1</user> <srcIP>192.0.2.7</srcIP> <enteredCommand><cli>snmp-server community Kd93hQ RW</cli></enteredCommand>",
		ios + "%HA_EM-6-LOG: catchall: tacacs-server key 7 Kd93hQ",
		"<189>sw1: 2024 Feb  2 03:04:05 UTC: %AAA-6-AAA_ACCOUNTING_MESSAGE: update:192.0.2.7@pts/0:op1:configure terminal ; username op2 password 0 Kd93hQ (SUCCESS)",
		"<166>Feb 02 2024 03:04:05 fw1 : %ASA-5-111010: User 'op1', running 'CLI' from IP 192.0.2.7, executed 'username op2 password Kd93hQ'",
		"<166>Feb 02 2024 03:04:05 fw1 : %ASA-5-502101: New user added to local dbase: Uname: op2 Priv: 15 Encpass: Kd93hQ",
		"<189>Feb  2 03:04:05 r3 mgd[48211]: UI_CMDLINE_READ_LINE: User 'op1', command 'set system radius-server 192.0.2.9 secret Kd93hQ '",
		`<165>1 2024-02-02T03:04:05.678Z r3 mgd 48211 UI_CMDLINE_READ_LINE [junos@2636.1.1.1.2.18 username="op1" command="set snmp community Kd93hQ "] `,
		"<165>Feb  2 03:04:05 sw1 Aaa: %ACCOUNTING-6-CMD: op1 vty6 192.0.2.7 stop task_id=17 service=shell priv-lvl=15 cmd=username op2 secret 0 Kd93hQ",
		`<189>Feb  2 2024 03:04:05 r4 %%01SHELL/5/CMDRECORD(s)[97]:Recorded command information. (Task=VT0, Ip=192.0.2.7, User=op1, Command="local-user op2 password cipher Kd93hQ")`,
	} {
		d := text.New(nil, "")
		b := telemetrytest.Read(d, []byte(line))[0].Batch(telemetry.KindEvent)
		telemetry.Scrub(b)
		if strings.Contains(b.Event[0].Raw, "Kd93hQ") {
			t.Errorf("the line keeps it: %s", b.Event[0].Raw)
		}
		for _, p := range b.PairsOf(b.Event[0].Pairs) {
			if strings.Contains(p.Text, "Kd93hQ") {
				t.Errorf("%s keeps it: %s", p.Field, p.Text)
			}
		}
	}
}
