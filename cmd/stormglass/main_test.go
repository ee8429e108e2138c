package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stormglass": main})
}

// TestSessions runs the files of testdata/script: each reads like a session at a terminal.
func TestSessions(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exitcode":   exitCode,
			"damage":     damage,
			"eventually": eventually,
		},
		RequireExplicitExec: true,
	})
}

// exitCode runs a command and expects a certain exit code: exitcode 3 stormglass hunt.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = exitOf(err)
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

func exitOf(err error) string {
	const prefix = "exit status "
	if s := err.Error(); len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):]
	}
	return err.Error()
}

// eventually PATTERN command… runs a command until its output matches.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually PATTERN command…")
	}
	want := regexp.MustCompile(args[0])
	for range 300 {
		_ = ts.Exec(args[1], args[2:]...) // what it exits with is not the question
		if want.MatchString(ts.ReadFile("stdout")) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("no output of %v matches %s", args[1:], args[0])
}

// damage changes a byte in the middle of the first file at or below a path: damage data/lake.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage PATH")
	}
	name := ""
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, e fs.DirEntry, err error) error {
		if err == nil && name == "" && e.Type().IsRegular() {
			name = path
		}
		return err
	}))
	content, err := os.ReadFile(name)
	ts.Check(err)
	content[len(content)/2] ^= 1
	ts.Check(os.WriteFile(name, content, 0o600))
}
