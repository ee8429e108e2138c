package text_test

import (
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry/telemetrytest"
)

// firewallSections are our names of what Wazuh's tests call their sections; of the others the code is what counts.
var firewallSections = map[string]string{
	"[cisco asa: Failed login attempt]":                              "login failure",
	"[cisco asa: Privilege changed]":                                 "login success",
	"[cisco asa: Successful login]":                                  "login success",
	"[cisco asa: Password mismatch while running 'enable']":          "login failure",
	"[cisco asa: AAA (VPN) authentication failed]":                   "login failure",
	"[cisco asa: AAA (VPN) user locked out]":                         "login-blocked failure",
	"[cisco asa: Firewall configuration deleted]":                    "config-change ",
	"[cisco asa: Firewall command executed (for accounting only) I]": "command ",
	"[Firewall configuration changed.]":                              "config-commit ",
	"[Firewall policy changed.]":                                     "config-change ",
	"[Successful admin login to the Netscreen firewall]":             "logout ", // the line says that a session has timed out
}

// firewallFields are what single lines of those files state, by the code of the message.
var firewallFields = map[string]map[string]string{
	"ASA-6-605004":              {"user.name": "root", "source.ip": "192.168.2.10", "destination.ip": "192.168.2.14"},
	"ASA-6-605005":              {"user.name": "username", "source.ip": "192.168.0.1", "destination.ip": "192.168.0.2"},
	"ASA-5-111010":              {"user.name": "pgskyadm", "source.ip": "143.16.64.46", "process.command_line": "terminal pager 0"},
	"ASA-5-111008":              {"user.name": "impssnagios", "process.command_line": "enable"},
	"ASA-6-113005":              {"user.name": "user", "source.ip": "192.168.0.1"},
	"ASA-5-611103":              {"user.name": "impssnagios", "event.action": "logout"},
	"ASA-2-106001":              {"source.ip": "111.93.241.59", "destination.ip": "116.6.127.122", "event.type": "denied"},
	"ASA-3-710003":              {"source.ip": "192.168.0.1", "destination.ip": "192.168.0.2", "event.type": "denied"},
	"ASA-4-106023":              {"source.ip": "111.11.11.1", "destination.ip": "172.11.1.11", "rule.name": "inside_inbound"},
	"ASA-6-302013":              {"source.ip": "10.1.1.2", "destination.ip": "10.1.2.1", "event.type": "allowed"},
	"ASA-6-106015":              {"source.ip": "192.168.0.1", "destination.ip": "192.168.0.2"},
	"system-information-00767":  {"user.name": "netscreen", "source.ip": "10.10.10.101"},
	"system-notification-00018": {"user.name": "netscreen", "source.ip": "10.10.10.101"},
	"system-warning-00515":      {"user.name": "netscreen", "source.ip": "10.10.10.100"},
	"system-emergency-00005":    {},
}

// TestFirewalls reads Wazuh's lines of ASA and NetScreen.
func TestFirewalls(t *testing.T) {
	lines, met := 0, map[string]bool{}
	for _, file := range []string{"cisco_asa.ini", "netscreen.ini"} {
		product := map[string]string{"cisco_asa.ini": "asa", "netscreen.ini": "screenos"}[file]
		section := ""
		for line := range strings.Lines(string(telemetrytest.Load(t, datatest.Path(t, "telemetry", "syslog-wazuh", file)))) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") {
				section = line
			}
			_, text, ok := strings.Cut(line, " pass = ")
			if !ok || !strings.HasPrefix(line, "log ") {
				continue
			}
			lines++
			e, pairs := one(t, text)
			if e.Src.IsValid() {
				pairs["source.ip"] = e.Src.String()
			}
			if e.Dst.IsValid() {
				pairs["destination.ip"] = e.Dst.String()
			}
			code := pairs["event.code"]
			met[code] = true
			if pairs["observer.product"] != product || code == "" || pairs["event.severity"] == "" {
				t.Errorf("%s: product %q, code %q", text, pairs["observer.product"], code)
			}
			if want := firewallSections[strings.Replace(section, "ssfull", "ssful", 1)]; want != "" && pairs["event.action"]+" "+pairs["event.outcome"] != want {
				t.Errorf("%s: %s %s, want %s", text, pairs["event.action"], pairs["event.outcome"], want)
			}
			for name, want := range firewallFields[code] {
				if pairs[name] != want {
					t.Errorf("%s: %s is %q, want %q", text, name, pairs[name], want)
				}
			}
		}
	}
	for code := range firewallFields {
		if !met[code] {
			t.Errorf("%s is not met", code)
		}
	}
	if lines < 80 {
		t.Errorf("%d lines", lines)
	}
}
