package rule

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestRead: files in the order of their names, documents in that of the file; the rest of the folder is left alone.
func TestRead(t *testing.T) {
	rule := func(titles ...string) *fstest.MapFile {
		var b strings.Builder
		for _, title := range titles {
			b.WriteString("---\ntitle: " + title + "\n" + base)
		}
		return &fstest.MapFile{Data: []byte(b.String())}
	}
	fsys := fstest.MapFS{
		"r/b.yml": rule("b1", "b2"), "r/a.yaml": rule("a"), "r/sub/c.yml": rule("c"), "r/notes.txt": rule("x"), "r/.git/x.yml": rule("x"), "r/.x.yml": rule("x"),
		"other/x.yml": rule("x"), "r/empty.yml": {}, "r/pipe.yml": {Mode: fs.ModeNamedPipe}, "r/crlf.yml": {Data: []byte(strings.ReplaceAll("\ufefftitle: crlf\n"+base+"title: crlf2\n"+base, "\n", "\r\n"))},
	}
	c, err := Read(fsys, "r")
	if err != nil {
		t.Fatal(err)
	}
	if got := titles(c.Rules); got != "a b1 b2 crlf crlf2 c" || c.Files != 6 {
		t.Errorf("%s of %d files, %v", got, c.Files, c.Complaints)
	}
	want := []*Complaint{{File: "r/pipe.yml", Line: 1, Column: 1, Text: "it cannot be read: it is no plain file"}}
	if diff := cmp.Diff(want, c.Complaints); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if c, err := Read(fsys, "r/notes.txt"); err != nil || titles(c.Rules) != "x" {
		t.Errorf("a file by name: %v, %v", c, err)
	}
	if _, err := Read(fsys, "nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// TestLines: documents know where in the file they stand, and digests are those of their bytes alone.
func TestLines(t *testing.T) {
	document := "title: a\n" + base
	rules, _ := Parse("t.yml", []byte("# comment\n"+document+document+"title: c\n"+base))
	if len(rules) != 3 || rules[0].Line != 2 || rules[1].Line != 6 || rules[2].Line != 10 {
		for _, r := range rules {
			t.Log(r.Title, r.Line)
		}
		t.Fatal("wrong lines")
	}
	if got := rules[1].Detection.Selections[0].Groups[0].Items[0].Line; got != rules[1].Line+2 {
		t.Errorf("item at line %d", got)
	}
	again, _ := Parse("t.yml", []byte(document))
	if rules[1].Digest != again[0].Digest {
		t.Error("the digest hangs on what stands before the document")
	}
}

// TestHead reads every key of the specification.
func TestHead(t *testing.T) {
	text := `title: " A title "
id: 0123ABCD-0000-4000-8000-00000000000A
name: n
related: [{id: 0123ABCD-0000-4000-8000-00000000000B, type: similar}]
taxonomy: sigma
status: Test
description: |
  two
  lines
license: CC0-1.0
author: [NOT, a, text]
references: [x, y]
date: 2024-01-02
modified: 2024-02-03
tags: attack.t1059
logsource: {category: c, product: p, service: s, definition: d}
fields: [f]
falsepositives: [none]
level: HIGH
scope: [server]
stormglass: {needs: [dns], subject: user.name}
custom: 1
detection: {s: {a: b}, condition: s}
`
	if _, complaints := Parse("t.yml", []byte(text)); len(complaints) != 1 || complaints[0].Line != 11 {
		t.Errorf("%v", complaints)
	}
	rules, complaints := Parse("t.yml", []byte(strings.Replace(text, "[NOT, a, text]", "me", 1)))
	if len(rules) != 1 {
		t.Fatal(complaints)
	}
	got := *rules[0]
	got.Detection, got.Digest = nil, [32]byte{}
	want := Rule{
		File: "t.yml", Line: 1, ID: "0123abcd-0000-4000-8000-00000000000a", Name: "n", Title: "A title", Status: "test", Description: "two\nlines",
		Author: "me", License: "CC0-1.0", Date: "2024-01-02", Modified: "2024-02-03", References: []string{"x", "y"}, Tags: []string{"attack.t1059"},
		FalsePositives: []string{"none"}, Fields: []string{"f"}, Related: []Related{{"0123abcd-0000-4000-8000-00000000000b", "similar"}}, Level: High,
		LogSource: LogSource{"c", "p", "s", "d"}, Needs: []string{"dns"}, Subject: "user.name", CustomKeys: []string{"custom"},
		Notes: []Note{{14 + 1, 7, "tags is a list: this is a single text, read as a list of one"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
