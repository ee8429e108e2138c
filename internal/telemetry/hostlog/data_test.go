package hostlog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// wazuh is what we make of the lines by which Wazuh tests its decoders, by section: ACTION OUTCOME USER BECOMES FROM. Sections whose lines
// are no logins, commands or changes are left out; they have no action of ours, which the test demands.
var wazuh = map[string][]string{
	"pam.ini [User login failed.]":                                        {"login failure dcid osaudit -"},
	"pam.ini [Login session opened.]":                                     {"session-start - - news -"},
	"pam.ini [Login session closed.]":                                     {"session-end - - news -"},
	"pam.ini [User missed the password more than one time]":               {"- - root - 10.0.3.1"},
	"sshd.ini [invalid user]":                                             {"- - - - -", "login failure warez - 192.241.237.101", "- - - - -", "login failure opcione - 192.241.237.101", "- - - - -"},
	"sshd.ini [login failed]":                                             {"login failure root - 192.168.1.1"},
	"sshd.ini [max auth attempts]":                                        {"login failure root - 183.106.179.x"},
	"sudo.ini [sudo: all]":                                                {"command success dcid root -", "command success dcid root -", "command success dcid root -", "command success cplummer root -"},
	"sudo.ini [Failed attempt to run sudo]":                               {"command failure mike root -"},
	"sudo.ini [First time user executed sudo]":                            {"command success mike root -"},
	"sudo.ini [3 incorrect password attempts]":                            {"command failure mike root -"},
	"sudo.ini [unauthorized user]":                                        {"command failure ddp2 root -"},
	"syslog.ini [useradd failed]":                                         {"account-add failure - - -"},
	"syslog.ini [rsyslog may be dropping messages due to rate-limiting.]": {"logging-change - - - -"},
	"syslog.ini [Non-standard syslog-ng format with year.]":               {"logging-change - - - -"},
}

func TestWazuh(t *testing.T) {
	got := map[string][]string{}
	for _, file := range []string{"pam.ini", "sshd.ini", "sudo.ini", "syslog.ini"} {
		section := ""
		for line := range strings.Lines(string(telemetrytest.Load(t, datatest.Path(t, "telemetry", "syslog-wazuh", file)))) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") {
				section = file + " " + line
			}
			if key, log, ok := strings.Cut(line, " = "); ok && strings.HasPrefix(key, "log ") {
				got[section] = append(got[section], summary(t, log))
			}
		}
	}
	for section, lines := range got {
		want := wazuh[section]
		for len(want) < len(lines) {
			want = append(want, "- - - - -")
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("%s\n-want +got\n%s", section, diff)
		}
	}
	if len(got) < 30 {
		t.Errorf("%d sections", len(got))
	}
}

func summary(t *testing.T, line string) string {
	t.Helper()
	b := telemetrytest.Read(text.New(nil, ""), []byte(line))[0].Batch(telemetry.KindEvent)
	e := &b.Event[0]
	words := map[string]string{}
	for _, p := range b.PairsOf(e.Pairs) {
		words[p.Field.String()] = p.Text
	}
	if e.Src.IsValid() {
		words["source.address"] = e.Src.String()
	}
	var all []string
	for _, name := range []string{"event.action", "event.outcome", "user.name", "user.effective.name", "source.address"} {
		if words[name] == "" {
			words[name] = "-"
		}
		all = append(all, words[name])
	}
	return strings.Join(all, " ")
}
