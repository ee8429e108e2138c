package wal

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

// The bytes that docs/format/log.md shows are those that the log reads and writes.
func TestExampleOfTheSpecification(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/log.md")
	must(t, err)
	_, example, _ := strings.Cut(string(page), "## Example")
	blocks := strings.Split(example, "```")
	if len(blocks) != 5 {
		t.Fatalf("the page has %d parts behind its example, want two blocks", len(blocks))
	}
	content, synced := unhex(t, blocks[1]), unhex(t, blocks[3])

	h := header{first: 1, salt: [8]byte{0, 1, 2, 3, 4, 5, 6, 7}}
	sums := h.seals()
	f := frameHead{length: 2, position: 1, synced: 1, kind: 1, payloadSum: sums.payloadSum([]byte("hi"))}
	want := append(sums.appendHead(h.encode(), f), "hi"...)
	if diff := cmp.Diff(want, content); diff != "" {
		t.Errorf("segment (-written +page):\n%s", diff)
	}
	if diff := cmp.Diff(encodeSynced(2), synced); diff != "" {
		t.Errorf("SYNCED (-written +page):\n%s", diff)
	}

	m := disktest.NewMemory()
	must(t, disk.MakeDir(m, dir))
	disktest.Put(t, m, "log/0000000000000001.log", content)
	disktest.Put(t, m, "log/SYNCED", synced)
	wantFrames(t, m, []frame{{1, 1, "hi"}})
}

// unhex reads the columns of bytes of a block; what follows three blanks is a remark.
func unhex(t *testing.T, block string) []byte {
	t.Helper()
	var b []byte
	for line := range strings.Lines(block) {
		digits, _, _ := strings.Cut(strings.TrimSpace(line), "   ")
		row, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		must(t, err)
		b = append(b, row...)
	}
	return b
}
