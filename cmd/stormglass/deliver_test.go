package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteTo(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	read := func(name string) string {
		b, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	answer := func(w io.Writer) error { _, err := io.WriteString(w, "answer"); return err }
	broken := func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return errors.New("disk full") }
	for _, name := range []string{"log", "old", "target"} {
		if err := os.WriteFile(in(name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("target", in("link")); err != nil {
		t.Fatal(err)
	}
	if err := writeTo(in("new"), nil, answer); err != nil || read("new") != "answer" {
		t.Errorf("a new file: %v", err)
	}
	if err := writeTo(in("old"), nil, broken); err == nil || read("old") != "old" {
		t.Errorf("a failed answer must leave the old one: %v", err)
	}
	if err := writeTo(in("old"), []string{in("log")}, answer); err != nil || read("old") != "answer" {
		t.Errorf("an old file: %v", err)
	}
	if err := writeTo(in("log"), []string{in("log")}, answer); err == nil || read("log") != "log" {
		t.Errorf("an input was overwritten: %v", err)
	}
	if err := writeTo(in("link"), nil, answer); err != nil || read("target") != "answer" {
		t.Errorf("through a link: %v", err)
	}
	if info, err := os.Lstat(in("link")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
	if err := writeTo(os.DevNull, nil, answer); err != nil {
		t.Errorf("a device: %v", err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Error("the device was replaced by a file")
	}
	if err := writeTo(dir, nil, answer); err == nil {
		t.Error("a folder was accepted")
	}
	left, err := filepath.Glob(in(".stormglass-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
