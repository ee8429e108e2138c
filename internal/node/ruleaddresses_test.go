package node

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// oneRoute is a routing table of 198.51.100.0/24 from AS 64500, told by one peer.
func oneRoute(t *testing.T) string {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll("65000000 000d 0002 0000001f 00000000 18 c63364 0001 0000 65000000 000d 40010100 4002 06 02 01 0000fbf4", " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRuleBookLooksAtFilesOfAddresses: a new file makes other rules of those that ask for it, and of no others; a broken one leaves
// what was in force.
func TestRuleBookLooksAtFilesOfAddresses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, content string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const body = "logsource:\n  product: zeek\n  service: conn\nlevel: high\ndetection:\n  condition: s\n  s:\n    "
	put("rules/as.yml", "title: asks\nid: 5c5b8bd3-9a4e-4c0f-8a30-6a55a0bd9a01\n"+body+"destination.as.organization.name: x\n")
	put("rules/port.yml", "title: asks not\nid: 5c5b8bd3-9a4e-4c0f-8a30-6a55a0bd9a02\n"+body+"destination.port: 23\n")
	b := newRuleBook(dir, func() *register.Registers { return nil })
	named := func(e *edition, title string) *rule.Rule {
		for x := range e.ids {
			if x.Title == title {
				return x
			}
		}
		t.Fatalf("no rule %q", title)
		return nil
	}
	before := b.edition()
	put("geo/rib.mrt", oneRoute(t))
	if !b.look() {
		t.Fatal("a new file changed nothing")
	}
	after := b.edition()
	if before.ids[named(before, "asks")] == after.ids[named(after, "asks")] {
		t.Error("the rule that asks is the same with a file and without")
	}
	if before.ids[named(before, "asks not")] != after.ids[named(after, "asks not")] {
		t.Error("the rule that does not ask is another")
	}
	if _, ok := after.addresses.Field(telemetry.KindFlow, "destination.as.number"); !ok {
		t.Error("the file is not used")
	}
	put("geo/rib.mrt", "broken")
	if b.look() || b.Err() == nil || !strings.Contains(b.Err().Error(), "rib.mrt") {
		t.Errorf("a broken file: %v", b.Err())
	}
	if b.edition().addresses != after.addresses {
		t.Error("a broken file is in force")
	}
}
