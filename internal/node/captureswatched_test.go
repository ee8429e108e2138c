package node

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// A capture is read whole or not at all: it is told of once it has not grown for a minute, a text at the second look.
func TestWatchedCapturesRest(t *testing.T) {
	dir := t.TempDir()
	head := append([]byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0}, make([]byte, 16)...) // of pcap
	writeFile(t, dir, "a.pcap", string(head))
	writeFile(t, dir, "b.txt", "text")
	changed := time.Now()
	for _, name := range []string{"a.pcap", "b.txt"} {
		if err := os.Chtimes(filepath.Join(dir, name), changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	w := newWatched([]string{dir})
	at := map[string]time.Duration{}
	for s := range 90 {
		now := changed.Add(time.Duration(s) * time.Second)
		if s == 30 { // it grows
			writeFile(t, dir, "a.pcap", string(head)+"more")
			if err := os.Chtimes(filepath.Join(dir, "a.pcap"), now, now); err != nil {
				t.Fatal(err)
			}
		}
		told, _, complaints := w.look(now)
		if len(complaints) > 0 {
			t.Fatal(complaints)
		}
		for _, name := range told {
			at[filepath.Base(name)] = now.Sub(changed)
		}
	}
	if at["b.txt"] != time.Second {
		t.Errorf("a text was told of after %v", at["b.txt"])
	}
	if _, told := at["a.pcap"]; told {
		t.Errorf("a capture that grew after 30 s was told of after %v", at["a.pcap"])
	}
	told, _, complaints := w.look(changed.Add(90 * time.Second))
	if len(complaints) > 0 || !slices.Equal(told, []string{filepath.Join(dir, "a.pcap")}) {
		t.Errorf("a minute after it grew: %v, %v", told, complaints)
	}
}
