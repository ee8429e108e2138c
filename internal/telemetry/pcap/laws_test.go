package pcap_test

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry/packet"
	"stormglass/internal/telemetry/pcap"
)

// laws checks what holds of any input: the same content gives the same records however it comes, and every packet
// with an IP header is counted in exactly one conversation for each of its headers.
func laws(t testing.TB, data []byte) *capture {
	t.Helper()
	c := read(t, pcap.New(nil), bytes.NewReader(data))
	for name, in := range map[string]io.Reader{
		"again":        bytes.NewReader(data),
		"octet by one": iotest.OneByteReader(bytes.NewReader(data)),
		"by halves":    iotest.HalfReader(bytes.NewReader(data)),
	} {
		o := read(t, pcap.New(nil), in)
		if o.problems != c.problems || (o.err == nil) != (c.err == nil) {
			t.Fatalf("%s: %v, %v\n%s\n%s", name, c.err, o.err, c.problems, o.problems)
		}
		if diff := cmp.Diff(c.records, o.records); diff != "" {
			t.Fatalf("%s: records differ\n%s", name, diff)
		}
	}
	if n := pcap.HeldAfter(bytes.NewReader(data)); n != 0 {
		t.Fatalf("%d octets still held", n)
	}
	var counted uint64
	for i := range c.flows {
		f := &c.flows[i]
		counted += f.SrcPackets + f.DstPackets
		if f.Duration < 0 || f.SrcPackets+f.DstPackets == 0 {
			t.Fatalf("conversation %+v", f)
		}
	}
	if want := levels(data); counted != want {
		t.Fatalf("%d packets counted in conversations, %d in the capture", counted, want)
	}
	return c
}

// levels counts the IP headers in a capture.
func levels(data []byte) (n uint64) {
	var h packet.Headers
	pcap.EachFrame(bytes.NewReader(data), func(link uint32, frame []byte) {
		if l := packet.LinkOf(link); l != packet.LinkUnknown {
			_ = packet.Decode(l, frame, &h)
			n += uint64(h.N)
		}
	})
	return n
}

// TestCaptures reads every capture there is: none fails without a reason that is known, and the laws hold.
func TestCaptures(t *testing.T) {
	broken := map[string]string{}
	n := 0
	for _, folder := range []string{"pcap-ndpi", "zeek-btest", "flows-akvorado"} {
		root := datatest.Path(t, "telemetry", folder)
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.Contains(filepath.Ext(path), "cap") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n++
			t.Run(e.Name(), func(t *testing.T) {
				if !pcap.Sniff(data) {
					t.Fatal("not taken for a capture")
				}
				c := laws(t, data)
				if why := broken[e.Name()]; (c.err != nil) != (why != "") {
					t.Error(c.err)
				}
				for i, line := range strings.Split(c.problems, "\n") {
					if i > 0 && !strings.HasPrefix(line, "passed") {
						t.Log(line)
					}
				}
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 200 {
		t.Errorf("only %d captures", n)
	}
}
