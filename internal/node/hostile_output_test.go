package node

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"stormglass/internal/report"
)

// harmless checks that no answer carries what a terminal, a browser or a spreadsheet would act on.
func harmless(tb testing.TB, out map[report.Format]string) {
	tb.Helper()
	for f, s := range out {
		if !utf8.ValidString(s) {
			tb.Errorf("%v holds bytes that are not UTF-8", f)
		}
		for i, c := range s {
			if c < ' ' && c != '\n' && (c != '\r' || f != report.CSV) || c >= 0x7f && c < 0xa0 || c == '\u202e' || c == '\u2066' || c == '\u200b' {
				tb.Errorf("%v holds %U at %d, after %q", f, c, i, s[max(0, i-40):i])
				break
			}
		}
	}
	page := strings.ToLower(out[report.HTML])
	for _, bad := range []string{"<script>alert", "<img", "onerror=alert(1)>", "javascript:"} {
		if strings.Contains(page, bad) {
			tb.Errorf("the page holds %q", bad)
		}
	}
	for _, start := range []string{`"=`, `"+`, `"@`, `"-`, "\"\t"} {
		if strings.Contains(out[report.CSV], ","+start) {
			tb.Errorf("a cell of the CSV starts with %s", start)
		}
	}
}

// TestHostileTexts: every text of intelligence and telemetry is data in every answer.
func TestHostileTexts(t *testing.T) {
	bad := []string{
		"\x1b]52;c;aGk=\a\x1b[2J", "\u009b31m", "\u202e\u2066gpj\u200b", "<script>alert(1)</script>",
		`"><img src=x onerror=alert(1)>`, "=HYPERLINK(\"http://x.example\")", "@SUM(1)", "+1", "-1+cmd", "\t=1", "a;=1", "line\r\nbreak\x00",
		"${jndi:ldap://x.example}", "{{7*7}}", "%n%s",
	}
	attribute := func(value, comment string) map[string]any {
		return map[string]any{"type": "ip-dst", "category": "Network activity", "value": value, "to_ids": true, "comment": comment, "uuid": "5f9b0f0e-1111-4000-8000-000000000002"}
	}
	for i, s := range bad {
		dir := t.TempDir()
		event, err := json.Marshal(map[string]any{"Event": map[string]any{
			"info": s, "uuid": "5f9b0f0e-1111-4000-8000-000000000001", "date": "2026-01-01", "Orgc": map[string]any{"name": s},
			"Tag":       []any{map[string]any{"name": s}, map[string]any{"name": `misp-galaxy:threat-actor="` + s + `"`}},
			"Attribute": []any{attribute(hostileValue, s), attribute(s, s)},
		}})
		if err != nil {
			t.Fatal(err)
		}
		warning, err := json.Marshal(map[string]any{"name": s, "description": s, "version": 1, "type": "string", "list": []string{hostileValue}})
		if err != nil {
			t.Fatal(err)
		}
		record, err := json.Marshal(map[string]any{
			"@timestamp": "2026-01-05T10:00:00Z", "source.ip": "10.0.0.5", "destination.ip": hostileValue,
			"host.name": s, "user.name": s, "message": s + " " + hostileValue, "event.dataset": s, s: s,
		})
		if err != nil {
			t.Fatal(err)
		}
		line := "2026-01-05T10:00:00Z fw1 app: " + strings.NewReplacer("\n", " ", "\r", " ").Replace(s) + " " + hostileValue + "\n"
		r, out := hunted(t, []string{put(t, dir, "event.json", string(event)), put(t, dir, "warning.json", string(warning))},
			put(t, dir, "a.json", string(record)+"\n"), put(t, dir, "b.txt", line))
		if records(r) < 2 {
			t.Errorf("%d: found in %d records", i, records(r))
		}
		if len(r.Findings) > 0 && len(r.Findings[0].Refs) == 0 {
			t.Errorf("%d: no source", i)
		}
		harmless(t, out)
	}
}

// TestHostileSecrets: what is known to be a secret is blanked in every answer.
func TestHostileSecrets(t *testing.T) {
	const secret, imsi = "Zq9SecretXv7", "001010123456789"
	dir := t.TempDir()
	var text strings.Builder
	for i, s := range []string{
		"password=" + secret, "passwd: " + secret, "snmp-server community " + secret + " RO", "snmp-server host 10.0.0.1 version 2c " + secret,
		"Authorization: Basic " + secret + "==", `"authorization":"Bearer ` + secret + `"`, "http://bob:" + secret + "@www.example.org/x",
		"radius-server host 10.0.0.1 key " + secret, "tacacs-server key 7 " + secret, "enable secret 5 " + secret, "X-Api-Key: " + secret,
		"neighbor 10.0.0.1 password 7 " + secret, "imsi=" + imsi, "IMSI " + imsi, "attach of " + imsi + " done", "imei=" + imsi,
		"supi=imsi-" + imsi, "Calling-Station-Id = \"" + imsi + "\"", imsi + "@wlan.mnc001.mcc001.3gppnetwork.org",
	} {
		fmt.Fprintf(&text, "2026-01-%02dT10:00:00Z fw1 app: %s %s\n", i+1, hostileValue, s)
	}
	record := `{"@timestamp":"2026-01-05T10:00:00Z","destination.ip":"` + hostileValue + `","user.name":"` + imsi + `","user.password":"` + secret +
		`","snmp":{"community":"` + secret + `"},"cookie":"` + secret + `","subscriber":{"imsi":"` + imsi + `"}}` + "\n"
	r, out := hunted(t, []string{hostileIntel(t, dir)}, put(t, dir, "a.txt", text.String()), put(t, dir, "b.json", record))
	if records(r) != 20 {
		t.Errorf("found in %d records", records(r))
	}
	for f, s := range out {
		for _, k := range []string{secret, imsi} {
			if i := strings.Index(s, k); i >= 0 {
				t.Errorf("%v holds %s after %q", f, k, s[max(0, i-60):i])
			}
		}
	}
	if !strings.Contains(out[report.JSON], "***") || !strings.Contains(out[report.JSON], "00101********89") {
		t.Error("nothing is blanked or masked")
	}
}
