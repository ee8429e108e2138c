package hostlog_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// TestSecrets: once a batch is scrubbed, no field and no line holds a password that was typed, also not as digits.
func TestSecrets(t *testing.T) {
	digits := func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }
	for _, line := range []string{
		"Jan  2 03:04:05 gw1 sudo: op1 : TTY=pts/4 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/mysql --password=Wolke7Wolke",
		"Jan  2 03:04:05 gw1 CRON[7]: (root) CMD (curl -u op1:Wolke7Wolke https://192.0.2.1/)",
		`type=EXECVE msg=audit(1704164645.678:42): argc=3 a0="mysql" a1="--password" a2=` + digits("Wolke7Wolke"),
		`type=EXECVE msg=audit(1704164645.678:42): argc=2 a0="mysql" a1=` + digits("--password=Wolke7Wolke"),
		`type=PROCTITLE msg=audit(1704164645.678:42): proctitle=` + digits("mysql\x00--password=Wolke7Wolke"),
		`type=USER_CMD msg=audit(1704164645.678:42): pid=5 msg='cwd="/" cmd=` + digits("mysql --password=Wolke7Wolke") + ` res=success'`,
	} {
		set := telemetrytest.Read(text.New(nil, ""), []byte(line))[0]
		telemetry.Scrub(set.Batch(telemetry.KindEvent))
		got := strings.Join(telemetrytest.Records(set), "")
		if strings.Contains(got, "Wolke7") || strings.Contains(got, digits("Wolke7")) {
			t.Errorf("%s\nkeeps the secret:\n%s", line, got)
		}
	}
}

// TestManySecrets: a line that is nothing but secrets costs no more than one that holds some.
func TestManySecrets(t *testing.T) {
	var line strings.Builder
	line.WriteString(`type=EXECVE msg=audit(1704164645.678:42): argc=2 a0="mysql"`)
	for i := range 1000 {
		line.WriteString(` a1="--password" a2="Wolke7Wolke` + strings.Repeat("x", i%7) + strings.Repeat("y", i/7) + `"`)
	}
	set := telemetrytest.Read(text.New(nil, ""), []byte(line.String()))[0]
	telemetry.Scrub(set.Batch(telemetry.KindEvent))
	if got := strings.Join(telemetrytest.Records(set), ""); strings.Contains(got, "Wolke7") {
		t.Errorf("keeps secrets:\n%.3000s", got)
	}
}
