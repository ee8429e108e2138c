package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRulesAskFilesOfAddresses: a rule about an autonomous system finds with a routing table what it is not assessed for without one.
func TestRulesAskFilesOfAddresses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	rules := put("rules/as.yml", `title: Flow to AS 64500
id: 5c5b8bd3-9a4e-4c0f-8a30-6a55a0bd9a01
logsource:
  product: zeek
  service: conn
detection:
  s:
    destination.as.number: 64500
  condition: s
level: high
`)
	logs := put("conn.log", `{"ts":1767225600.0,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":1234,"id.resp_h":"198.51.100.7","id.resp_p":443,"proto":"tcp","conn_state":"SF","_path":"conn"}
{"ts":1767225601.0,"uid":"C2","id.orig_h":"10.0.0.1","id.orig_p":1235,"id.resp_h":"203.0.113.7","id.resp_p":443,"proto":"tcp","conn_state":"SF","_path":"conn"}
`)
	put("geo/rib.mrt", oneRoute(t))

	for _, c := range []struct {
		name, geo string
		findings  int
	}{{"with a table", filepath.Join(dir, "geo"), 1}, {"without", "", 0}} {
		h := &Hunt{Rules: RulePaths{Rules: []string{rules}, Geo: c.geo}, Telemetry: []string{logs}, Now: time.Now}
		r, err := h.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Findings) != c.findings {
			t.Errorf("%s: %d findings, want %d", c.name, len(r.Findings), c.findings)
		}
	}

	put("geo/bad.mmdb", "no database")
	h := &Hunt{Rules: RulePaths{Rules: []string{rules}, Geo: filepath.Join(dir, "geo")}, Telemetry: []string{logs}, Now: time.Now}
	if _, err := h.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "bad.mmdb") {
		t.Errorf("a broken file: %v", err)
	}
}
