//go:build unix

package node

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stormglass/internal/register"
)

// Pipes in the place of rules and pipelines are not waited for, and the rules of before stay in force.
func TestRulesAreNoPlainFiles(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	rules, pipelines := filepath.Join(data, "rules"), filepath.Join(data, "pipelines")
	writeRules(t, data, NoContent, "")
	writeRules(t, rules, "secure.yml", secureRule)
	writeRules(t, pipelines, "own.yaml", "sources: [{product: a, kinds: [event]}]")
	b := newRuleBook(data, func() *register.Registers { return nil })
	if n := len(b.edition().set.Collection.Rules); n != 1 || b.Err() != nil {
		t.Fatalf("%d rules, %v", n, b.Err())
	}
	for _, path := range []string{filepath.Join(rules, "secure.yml"), filepath.Join(rules, "other.yml"), filepath.Join(pipelines, "own.yaml")} {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.look()
	if n := len(b.edition().set.Collection.Rules); n != 1 {
		t.Errorf("%d rules in force", n)
	}
	err := b.Err()
	if err == nil || strings.Count(err.Error(), "no plain file") != 3 || strings.Count(err.Error(), "of before are in force") != 2 {
		t.Errorf("got %v", err)
	}
}

// A pipe in a folder of registers is not waited for.
func TestRegistersAreNoPlainFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "networks.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadRegisters(dir); err == nil || !strings.Contains(err.Error(), "no plain file") {
		t.Errorf("got %v", err)
	}
}
