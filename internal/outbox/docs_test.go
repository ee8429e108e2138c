package outbox

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestReference holds docs/outbox.md against what it tells of: the configuration's keys, and the forms.
func TestReference(t *testing.T) {
	text, err := os.ReadFile("../../docs/outbox.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	if !strings.Contains(page, strings.TrimSpace(example)) {
		t.Error("the example of the configuration is another")
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[Config](), reflect.TypeFor[Sink](), reflect.TypeFor[Route]()} {
		for f := range typ.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if !strings.Contains(page, "`"+key+"`") && key != "sinks" && key != "routes" {
				t.Errorf("the key %s is not mentioned", key)
			}
		}
	}
	for _, name := range []string{
		"message/testdata/finding.json", "message/testdata/findings.json", "message/testdata/rule.json", "message/testdata/pointer.json", "message/testdata/summary.json", "message/testdata/alarm.json",
		"message/testdata/finding.txt", "syslog/testdata/finding.cef", "syslog/testdata/alarm.cef", "elastic/testdata/finding.json",
	} {
		want, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page, strings.TrimSpace(string(want))) {
			t.Errorf("%s is not shown", name)
		}
	}
	for _, r := range reasonNames {
		if !strings.Contains(page, "`"+r+"`") {
			t.Errorf("the reason %s is not mentioned", r)
		}
	}
}
