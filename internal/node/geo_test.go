package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/register"
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

	bad := put("geo/bad.mmdb", "no database")
	paths := RulePaths{Rules: []string{rules}, Geo: filepath.Join(dir, "geo")}
	h := &Hunt{Rules: paths, Telemetry: []string{logs}, Now: time.Now}
	r, err := h.Run(t.Context())
	if err != nil || len(r.Findings) != 1 {
		t.Fatalf("beside a broken file: %v, %+v; want what the other file gives", err, r)
	}
	if c := r.Rules.Complaints; len(c) != 1 || c[0].File != bad || !strings.Contains(c[0].String(), bad+": it is no MaxMind DB") {
		t.Errorf("of a broken file the answer says: %v", c)
	}
	e, err := newRuleBook("", func() *register.Registers { return nil }).load(paths, nil)
	if err == nil || !strings.Contains(err.Error(), bad) || e == nil || len(e.set.Complaints) != 1 {
		t.Errorf("of a broken file the rules in force say: %v", err)
	}
	paths.Geo = filepath.Join(dir, "nowhere")
	if _, err := paths.Load(nil); err == nil {
		t.Error("a folder that is not there is passed over")
	}
}
