package node

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"stormglass/internal/depot/depottest"
)

// kills gives how many processes are killed: STORMGLASS_KILLS, 200 in a soak, else few.
func kills(t *testing.T) int {
	t.Helper()
	if s := os.Getenv("STORMGLASS_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("STORMGLASS_KILLS: %v", err)
		}
		return n
	}
	if os.Getenv("STORMGLASS_SOAK") != "" {
		return 200
	}
	return 5
}

// killMark is an address that some records of every log hold; it is purged in the end.
const killMark = "203.0.113.200"

// killInput is made-up telemetry: one large file, of which several commits are made, and small ones.
type killInput struct {
	dir   string
	lines map[string]int          // of each file
	marks map[string]map[int]bool // lines that hold killMark
	texts map[string][]byte
	intel string
}

func newKillInput(t *testing.T) *killInput {
	t.Helper()
	in := &killInput{dir: t.TempDir(), lines: map[string]int{}, marks: map[string]map[int]bool{}, texts: map[string][]byte{}}
	rng := rand.New(rand.NewPCG(3, 9))
	for n := range 8 {
		name := fmt.Sprintf("eve-%d.json", n)
		lines := 300
		if n == 3 {
			name, lines = "eve-large.json", 6000
		}
		in.log(t, rng, name, lines)
	}
	in.log(t, rng, "eve-packed.json.gz", 2500)
	in.intel = filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(in.intel, []byte("198.51.100.7\n198.51.100.9\nh3.example.com\n203.0.113.99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return in
}

func (in *killInput) log(t *testing.T, rng *rand.Rand, name string, lines int) {
	t.Helper()
	var b bytes.Buffer
	in.lines[name], in.marks[name] = lines, map[int]bool{}
	for n := range lines {
		dst := fmt.Sprintf("198.51.100.%d", rng.IntN(30))
		if rng.IntN(50) == 0 {
			dst = killMark
			in.marks[name][n+1] = true
		}
		at := time.Date(2026, 3, 2+rng.IntN(3), 5+rng.IntN(2), rng.IntN(60), rng.IntN(60), 0, time.UTC).Format("2006-01-02T15:04:05.000000-0700")
		src, host := rng.IntN(40), rng.IntN(20)
		if rng.IntN(4) == 0 {
			fmt.Fprintf(&b, `{"timestamp":%q,"flow_id":%d,"event_type":"dns","src_ip":"192.0.2.%d","src_port":5353,"dest_ip":%q,"dest_port":53,"proto":"UDP","dns":{"type":"query","id":%d,"rrname":"h%d.example.com","rrtype":"A"}}`+"\n", at, n, src, dst, n, host)
			continue
		}
		fmt.Fprintf(&b, `{"timestamp":%q,"flow_id":%d,"event_type":"flow","src_ip":"192.0.2.%d","src_port":40000,"dest_ip":%q,"dest_port":443,"proto":"TCP","flow":{"pkts_toserver":3,"pkts_toclient":2,"bytes_toserver":%d,"bytes_toclient":900,"start":%q,"end":%q,"age":0,"state":"closed"}}`+"\n", at, n, src, dst, n, at, at)
	}
	in.texts[name] = bytes.Clone(b.Bytes())
	if filepath.Ext(name) == ".gz" {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(b.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		b = packed
	}
	if err := os.WriteFile(filepath.Join(in.dir, name), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestKill kills processes that work on a data folder, at any moment, and starts them again until they
// come to their end. Nothing that was acknowledged is lost or doubled, and in the end the folder says
// what one says that was never disturbed.
func TestKill(t *testing.T) {
	in := newKillInput(t)
	calm := &killed{in: in, data: depottest.Dir(t)}
	took := map[string]time.Duration{}
	for _, o := range calm.orders() {
		started := time.Now()
		if o.killed(t, time.Hour) {
			t.Fatal("killed by nobody")
		}
		took[o.What] = max(took[o.What], time.Since(started))
		calm.begin(o.What)
		calm.check(t)
	}
	calm.final(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, undisturbed %v", seed, took)
	rng := rand.New(rand.NewPCG(seed, 1))
	left, done := kills(t), map[string]int{}
	for left > 0 {
		k := &killed{in: in, data: depottest.Dir(t)}
		for _, o := range k.orders() {
			k.begin(o.What)
			tries := 2
			if o.What == "ingest" {
				tries = 4
			}
			for left > 0 && tries > 0 {
				if !o.killed(t, time.Duration(rng.Int64N(int64(took[o.What])))) {
					break
				}
				left--
				tries--
				done[o.What]++
				k.check(t)
			}
			if o.killed(t, time.Hour) {
				t.Fatal("killed by nobody")
			}
			k.check(t)
		}
		k.final(t)
		k.same(t, calm)
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("killed: %v", done)
}
