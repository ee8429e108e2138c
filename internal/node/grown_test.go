package node

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// rawPackets makes a capture of UDP packets without a link header, of as many conversations.
func rawPackets(n int) []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = le.AppendUint32(b, 65535)
	b = le.AppendUint32(b, 101) // raw IP
	for i := range n {
		const size = 20 + 8 + 4
		b = le.AppendUint32(b, uint32(1_700_000_000+i))
		b = le.AppendUint32(b, 0)
		b = le.AppendUint32(b, size)
		b = le.AppendUint32(b, size)
		b = append(b, 0x45, 0, 0, size, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, byte(1+i))
		b = be.AppendUint16(b, 40000)
		b = be.AppendUint16(b, 9999)
		b = append(b, 0, 12, 0, 0, 'd', 'a', 't', 'a')
	}
	return b
}

// TestGrownCapture takes a capture in that goes on: nothing is lost of what was taken in, nothing counts twice, and
// what was added is said not to be read.
func TestGrownCapture(t *testing.T) {
	path := filepath.Join(t.TempDir(), "live.pcap")
	k, err := OpenKeeper(t.Context(), t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	for _, step := range []struct {
		packets int
		records uint64
		skipped string
		known   int
	}{{2, 2, "", 0}, {2, 0, "", 1}, {3, 0, grown, 0}} {
		if err := os.WriteFile(path, rawPackets(step.packets), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := k.Ingest(t.Context(), &Ingest{Paths: []string{path}})
		if err != nil {
			t.Fatal(err)
		}
		if got.Records != step.records || got.Known != step.known || len(got.Accounts) != 1 || got.Accounts[0].Skipped != step.skipped {
			t.Fatalf("%d packets: %d records, %d known, %+v", step.packets, got.Records, got.Known, got.Accounts[0])
		}
	}
}
