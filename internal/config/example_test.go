package config

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
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

// stated gives the value of a line KEY=VALUE or KEY = VALUE in a file of packaging/systemd.
func stated(t *testing.T, file, key string) string {
	t.Helper()
	content, err := os.ReadFile("../../packaging/systemd/" + file)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(key) + ` ?= ?(.+)$`).FindSubmatch(content)
	if m == nil {
		t.Fatalf("%s has no %s", file, key)
	}
	return string(m[1])
}

// TestUnitFitsDefaults: systemd waits longer for a stop than the service takes, and the kernel grants the buffers that
// are wanted by default.
func TestUnitFitsDefaults(t *testing.T) {
	patience, err := time.ParseDuration(stated(t, "stormglass.service", "TimeoutStopSec"))
	if err != nil || patience <= Default().StopWithin {
		t.Errorf("systemd waits %v (%v), the service takes %v", patience, err, Default().StopWithin)
	}
	granted, err := strconv.ParseInt(stated(t, "sysctl.conf", "net.core.rmem_max"), 10, 64)
	if err != nil || Size(granted) < DefaultUDP().Buffer {
		t.Errorf("the kernel grants %d (%v), %s is wanted", granted, err, DefaultUDP().Buffer)
	}
	if at := stated(t, "stormglass.service", "ExecStart"); !strings.HasSuffix(at, "--config /etc/stormglass/stormglass.yaml") {
		t.Errorf("the unit starts %s", at)
	}
}
