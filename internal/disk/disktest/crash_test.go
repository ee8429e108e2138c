package disktest

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
)

// outcomes crashes m with many seeds and counts how often which files were left: for each crash the
// names of root with a word for their content.
func outcomes(t *testing.T, m *Memory, word func([]byte) string) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for seed := range uint64(400) {
		left := m.Crash(rand.New(rand.NewPCG(seed, 1)))
		text := ""
		must(t, walk(left, ".", func(name string) {
			text += name + "=" + word(Bytes(t, left, name)) + " "
		}))
		seen[text] = true
	}
	return seen
}

func walk(fsys disk.FS, dir string, visit func(name string)) error {
	entries, err := fsys.ReadDir(dir)
	for _, e := range entries {
		name := e.Name()
		if dir != "." {
			name = dir + "/" + name
		}
		if e.IsDir() {
			err = walk(fsys, name, visit)
		} else {
			visit(name)
		}
	}
	return err
}

func plain(b []byte) string { return string(b) }

func want(outcomes ...string) map[string]bool {
	m := map[string]bool{}
	for _, o := range outcomes {
		m[o] = true
	}
	return m
}

// unsyncedFile adds to a file without Sync.
func unsyncedFile(t *testing.T, m *Memory, name, content string) disk.File {
	t.Helper()
	f, err := m.Append(name)
	must(t, err)
	_, err = f.Write([]byte(content))
	must(t, err)
	return f
}

func TestCrashOfNames(t *testing.T) {
	tests := []struct {
		name string
		run  func(t *testing.T, m *Memory)
		want map[string]bool
	}{
		{"a name without SyncDir", func(t *testing.T, m *Memory) {
			write(t, m.Create, "a", "x")
		}, want("", "a=x ")},
		{"SyncDir", func(t *testing.T, m *Memory) {
			write(t, m.Create, "a", "x")
			must(t, m.SyncDir("."))
		}, want("a=x ")},
		{"SyncDir of a folder whose own name is not synced", func(t *testing.T, m *Memory) {
			must(t, m.MkdirAll("d"))
			write(t, m.Create, "d/a", "x")
			must(t, m.SyncDir("d"))
		}, want("", "d/a=x ")},
		{"a removed name", func(t *testing.T, m *Memory) {
			must(t, disk.WriteFile(m, "a", []byte("x")))
			must(t, m.Remove("a"))
		}, want("", "a=x ")},
		{"two removed names, in any order", func(t *testing.T, m *Memory) {
			must(t, disk.WriteFile(m, "a", []byte("x")))
			must(t, disk.WriteFile(m, "b", []byte("y")))
			must(t, m.Remove("a"))
			must(t, m.Remove("b"))
		}, want("", "a=x ", "b=y ", "a=x b=y ")},
		{"a rename is whole", func(t *testing.T, m *Memory) {
			must(t, disk.WriteFile(m, "a", []byte("x")))
			must(t, disk.WriteFile(m, "b", []byte("y")))
			must(t, m.Rename("a", "b"))
		}, want("a=x b=y ", "b=x ")},
		{"a rename from folder to folder is whole, and a later one stays later", func(t *testing.T, m *Memory) {
			must(t, disk.MakeDir(m, "d"))
			must(t, disk.WriteFile(m, "a", []byte("x")))
			write(t, m.Create, "d/b", "old")
			must(t, m.Rename("a", "d/b"))
			must(t, m.SyncDir("."))
		}, want("d/b=x ")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := NewMemory()
			test.run(t, m)
			if diff := cmp.Diff(test.want, outcomes(t, m, plain)); diff != "" {
				t.Errorf("what is left (-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever replaces a file durably finds the old content or the new wherever the power fails, and the
// new one afterwards.
func TestCrashInReplace(t *testing.T) {
	for n := 1; ; n++ {
		m := NewMemory()
		must(t, disk.WriteFile(m, "a", []byte("old")))
		f := FailAt(m, n, Dead)
		err := disk.WriteFile(f, "a", bytes.Repeat([]byte("new"), 5000))
		for seed := range uint64(50) {
			left := m.Crash(rand.New(rand.NewPCG(seed, uint64(n))))
			got := Bytes(t, left, "a")
			if !bytes.Equal(got, bytes.Repeat([]byte("new"), 5000)) && (err == nil || string(got) != "old") {
				t.Fatalf("call %d, seed %d (%v): %d bytes left", n, seed, err, len(got))
			}
		}
		if !f.Tripped() {
			return
		}
	}
}

func TestCrashOfContent(t *testing.T) {
	m := NewMemory()
	write(t, m.Create, "a", "kept")
	must(t, m.SyncDir("."))
	body := string(bytes.Repeat([]byte{'x'}, 3*pageSize))
	f := unsyncedFile(t, m, "a", body)
	kinds := func(b []byte) string {
		if !bytes.HasPrefix(b, []byte("kept")) {
			return "broken"
		}
		switch b = b[4:]; {
		case len(b) == 0:
			return "lost"
		case string(b) == body:
			return "whole"
		case bytes.HasPrefix(b, []byte("x")) && bytes.HasPrefix([]byte(body), b):
			return "beginning"
		case b[0] == 'x' && b[len(b)-1] == 'x':
			return "hole"
		}
		return "torn"
	}
	got := outcomes(t, m, kinds)
	if diff := cmp.Diff(want("a=lost ", "a=whole ", "a=beginning ", "a=hole ", "a=torn "), got); diff != "" {
		t.Errorf("without Sync (-want +got):\n%s", diff)
	}
	must(t, f.Sync())
	if diff := cmp.Diff(want("a=whole "), outcomes(t, m, kinds)); diff != "" {
		t.Errorf("after Sync (-want +got):\n%s", diff)
	}
}

// A Sync after one that went wrong writes only what came in between: this is what Linux does, and what
// a store must not be fooled by.
func TestCrashAfterFailedSync(t *testing.T) {
	m := NewMemory()
	write(t, m.Create, "a", "")
	must(t, m.SyncDir("."))
	body := string(bytes.Repeat([]byte{'x'}, 2*pageSize))
	failing := FailAt(m, 3, Once)
	f, err := failing.Append("a")
	must(t, err)
	_, err = f.Write([]byte(body))
	must(t, err)
	if err := f.Sync(); err == nil {
		t.Fatal("the third call is the Sync, and went well")
	}
	_, err = f.Write([]byte("y"))
	must(t, err)
	must(t, f.Sync())
	lost := false
	for seed := range uint64(100) {
		left := Bytes(t, m.Crash(rand.New(rand.NewPCG(seed, 1))), "a")
		if len(left) != len(body)+1 || left[len(body)] != 'y' {
			t.Fatalf("%d bytes left, want what the second Sync wrote", len(left))
		}
		lost = lost || left[0] == 0
	}
	if !lost {
		t.Error("the second Sync wrote what the first did not")
	}
}

func TestFailAt(t *testing.T) {
	for _, how := range Hows {
		m := NewMemory()
		f := FailAt(m, 2, how)
		file, err := f.Create("a")
		must(t, err)
		n, err := file.Write([]byte("1234"))
		if err == nil || !f.Tripped() || f.Calls() != 2 {
			t.Errorf("%v: the second call gave %v, %d calls", how, err, f.Calls())
		}
		if want := map[How]int{Once: 0, Short: 2, Full: 2, Late: 4, Dead: 0}[how]; n != want {
			t.Errorf("%v: %d bytes written, want %d", how, n, want)
		}
		wantContent(t, m, "a", "1234"[:n])
		if _, err := file.Write([]byte("5")); (err != nil) != (how == Dead) {
			t.Errorf("%v: the third call gave %v", how, err)
		}
		if err := file.Close(); (err != nil) != (how == Dead) {
			t.Errorf("%v: close gave %v", how, err)
		}
	}
}

func TestLimit(t *testing.T) {
	l := Limit(NewMemory(), 10)
	write(t, l.Create, "a", "12345678")
	f, err := l.Append("b")
	must(t, err)
	n, err := f.Write([]byte("1234"))
	wantErr(t, err, syscall.ENOSPC)
	if n != 2 || l.Free() != 0 {
		t.Errorf("%d bytes written, %d free", n, l.Free())
	}
	must(t, f.Close())
	must(t, l.Truncate("a", 3))
	must(t, l.Rename("b", "a"))
	if l.Free() != 8 {
		t.Errorf("%d free, want 8", l.Free())
	}
	must(t, l.Remove("a"))
	wantErr(t, l.Remove("a"), fs.ErrNotExist)
	if l.Free() != 10 {
		t.Errorf("%d free, want 10", l.Free())
	}
	l.Grow(-4)
	wantErr(t, disk.WriteFile(l, "a", []byte("1234567")), syscall.ENOSPC)
	wantNames(t, l, ".")
}

func TestFlip(t *testing.T) {
	m := NewMemory()
	Put(t, m, "a", []byte{0, 0})
	Flip(t, m, "a", 9)
	if diff := cmp.Diff([]byte{0, 2}, Bytes(t, m, "a")); diff != "" {
		t.Error(diff)
	}
}
