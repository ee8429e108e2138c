package config

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const exampleFile = "../../packaging/stormglass.yaml"

// TestExampleFile: the file that the package installs is valid as it is, on a machine where nothing else was set up.
func TestExampleFile(t *testing.T) {
	c, err := Read(exampleFile, noVariables)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Data != "/var/lib/stormglass" || len(c.Collect.NetFlow) == 0 || len(c.Collect.Syslog) == 0 {
		t.Errorf("data %s, %d listeners for NetFlow, %d for syslog", c.Data, len(c.Collect.NetFlow), len(c.Collect.Syslog))
	}
}

// TestExamplesInExampleFile: with every example taken out of its comment it can be read.
func TestExamplesInExampleFile(t *testing.T) {
	content, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	commented := regexp.MustCompile(`(?m)^( *)#([^ \n])`)
	if n := len(commented.FindAll(content, -1)); n < 20 {
		t.Fatalf("only %d examples", n)
	}
	c, list := parse("stormglass.yaml", commented.ReplaceAll(content, []byte("$1$2")), noVariables)
	if len(list) > 0 {
		t.Fatal(list)
	}
	// Files that the examples name are not there; nothing else may be wrong.
	for _, err := range c.validate() {
		if !strings.HasSuffix(err.Error(), "no such file or directory") && !strings.Contains(err.Error(), "make the folder first") {
			t.Error(err)
		}
	}
	if len(c.Collect.SyslogTLS) != 1 || len(c.Outbox.Routes) != 2 || len(c.Collect.Watch) != 2 || len(c.Intel.Watch) != 1 || c.HTTP.Cert == "" {
		t.Errorf("examples are missing: %+v", c)
	}
}
