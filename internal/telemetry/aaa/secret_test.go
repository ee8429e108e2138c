package aaa_test

import (
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// TestSecrets: once a batch is scrubbed, no field and no line holds a key or community of a command.
func TestSecrets(t *testing.T) {
	for _, command := range []string{
		"snmp-server community Wolke7Wolke RO", "tacacs-server host 192.0.2.9 key Wolke7Wolke", "username op2 privilege 15 secret 0 Wolke7Wolke", "enable secret Wolke7Wolke",
		"copy running-config ftp://op:Wolke7Wolke@192.0.2.9/x",
	} {
		for _, line := range []string{
			"Tue Jan  2 03:04:05 2024\t192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell\tcmd=" + command + " <cr>",
			"Tue Jan  2 03:04:05 2024 192.0.2.1 op1 tty2 198.51.100.7 stop task_id=3 service=shell cmd=" + command + " <cr>",
			iseStart + "CISE_TACACS_Accounting 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 3300 NOTICE Tacacs-Accounting: x, CmdSet=[ CmdAV=" + command + " <cr> ], User=op1",
			iseStart + "CISE_TACACS_Accounting 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 3300 NOTICE Tacacs-Accounting: x, CmdSet=[ CmdAV=" +
				strings.ReplaceAll(command, " ", " CmdArgAV=") + " CmdArgAV=<cr> ], User=op1",
			"Tue Jan  2 03:04:05 2024\t192.0.2.1\top1\ttty2\t198.51.100.7\tstop\ttask_id=3\tservice=shell\tcmd=" + strings.ReplaceAll(command, " ", "\tcmd-arg=") + "\tcmd-arg=<cr>",
		} {
			set := telemetrytest.Read(text.New(nil, ""), []byte(line))[0]
			telemetry.Scrub(set.Batch(telemetry.KindEvent))
			if got := strings.Join(telemetrytest.Records(set), ""); strings.Contains(got, "Wolke7") || !strings.Contains(got, "command_line=") {
				t.Errorf("%s\nkeeps the secret, or is not typed:\n%s", line, got)
			}
		}
	}
}
