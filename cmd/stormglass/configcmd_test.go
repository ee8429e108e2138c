package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigCheckSays what is wrong and how many things, in its own words; 1 is the exit code.
func TestConfigCheckSays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.yaml")
	for text, want := range map[string]string{
		"memory: 1MiB\ncollect: {netflow: [{address: \":2055\"}]}\n": "stormglass: " + file + ": 2 things are wrong\n",
		"data: /x\ncollect: {netflow: [{address: \"2055\"}]}\n":      "stormglass: " + file + ": 1 thing is wrong\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs strings.Builder
		code := run(t.Context(), []string{"config", "check", file}, func(string) string { return "" }, strings.NewReader(""), &out, &errs)
		if code != 1 || errs.String() != want || strings.Count(out.String(), "error: ") == 0 || strings.Contains(out.String(), "in order") {
			t.Errorf("exit code %d, want 1\n%s%s\nwant %s", code, out.String(), errs.String(), want)
		}
	}
}

// TestConfigTokenNeedsDaysToCome: a token that is over when it is made is refused, and none is shown.
func TestConfigTokenNeedsDaysToCome(t *testing.T) {
	for days, want := range map[string]int{"-1": 2, "0": 0, "1": 0} {
		var out, errs strings.Builder
		code := run(t.Context(), []string{"config", "token", "siem", "--role", "read", "--days", days}, func(string) string { return "" }, strings.NewReader(""), &out, &errs)
		if code != want || (out.Len() > 0) != (want == 0) {
			t.Errorf("--days %s: exit code %d, want %d\n%s%s", days, code, want, out.String(), errs.String())
		}
	}
}
