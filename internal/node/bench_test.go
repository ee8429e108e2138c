package node

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"stormglass/internal/hunt"
)

// The end-to-end benchmarks hunt generated files against a million indicators, with all cores.
// STORMGLASS_BENCH_MB sets the size of a file; peers that are installed run on the same files.

const benchIndicators = 1_000_000

func benchSize() int {
	n := 64
	if s := os.Getenv("STORMGLASS_BENCH_MB"); s != "" {
		_, _ = fmt.Sscan(s, &n)
	}
	return n << 20
}

// generate writes lines until the file has its size.
func generate(tb testing.TB, path string, header string, line func(w *bytes.Buffer, rnd *rand.Rand, n int)) string {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	rnd := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	b.WriteString(header)
	for size, n := 0, 0; size < benchSize(); n++ {
		line(&b, rnd, n)
		size += b.Len()
		_, _ = w.Write(b.Bytes())
		b.Reset()
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

func octets(rnd *rand.Rand) string {
	return fmt.Sprintf("%d.%d.%d.%d", 1+rnd.IntN(222), rnd.IntN(256), rnd.IntN(256), rnd.IntN(256))
}

func benchName(rnd *rand.Rand) string {
	b := make([]byte, 6+rnd.IntN(9))
	for i := range b {
		b[i] = byte('a' + rnd.IntN(26))
	}
	return fmt.Sprintf("%s%d.%s", b, rnd.IntN(1000), []string{"com", "net", "org", "info", "co.uk"}[rnd.IntN(5)])
}

// benchIntel writes a plain list: half addresses with some prefixes, half domains.
func benchIntel(tb testing.TB, dir string) string {
	tb.Helper()
	path := filepath.Join(dir, "indicators.txt")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriter(f)
	rnd := rand.New(rand.NewPCG(99, 1))
	for i := range benchIndicators {
		switch {
		case i%2 == 0:
			fmt.Fprintln(w, benchName(rnd))
		case i%40 == 1:
			fmt.Fprintf(w, "%d.%d.%d.0/24\n", 1+rnd.IntN(222), rnd.IntN(256), rnd.IntN(256))
		default:
			fmt.Fprintln(w, octets(rnd))
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

const connHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n" +
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n" +
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n"

func connTSV(w *bytes.Buffer, rnd *rand.Rand, n int) {
	fmt.Fprintf(w, "%d.%06d\tC%016x\t100.64.%d.%d\t%d\t%s\t443\ttcp\tssl\t%d.%06d\t%d\t%d\tSF\tT\tF\t0\tShADadFf\t%d\t%d\t%d\t%d\t-\n",
		1767225600+n/1000, n%1000*1000, rnd.Uint64(), rnd.IntN(64), rnd.IntN(256), 1024+rnd.IntN(60000), octets(rnd),
		rnd.IntN(100), rnd.IntN(1000000), rnd.IntN(100000), rnd.IntN(1000000), rnd.IntN(100), rnd.IntN(100000), rnd.IntN(1000), rnd.IntN(1000000))
}

func connJSON(w *bytes.Buffer, rnd *rand.Rand, n int) {
	fmt.Fprintf(w, `{"ts":%d.%06d,"uid":"C%016x","id.orig_h":"100.64.%d.%d","id.orig_p":%d,"id.resp_h":"%s","id.resp_p":443,"proto":"tcp","service":"ssl","duration":%d.%06d,"orig_bytes":%d,"resp_bytes":%d,"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf","orig_pkts":%d,"orig_ip_bytes":%d,"resp_pkts":%d,"resp_ip_bytes":%d}`+"\n",
		1767225600+n/1000, n%1000*1000, rnd.Uint64(), rnd.IntN(64), rnd.IntN(256), 1024+rnd.IntN(60000), octets(rnd),
		rnd.IntN(100), rnd.IntN(1000000), rnd.IntN(100000), rnd.IntN(1000000), rnd.IntN(100), rnd.IntN(100000), rnd.IntN(1000), rnd.IntN(1000000))
}

func syslogLine(w *bytes.Buffer, rnd *rand.Rand, n int) {
	clock := fmt.Sprintf("Jan %2d %02d:%02d:%02d", 1+n/86400%28, n/3600%24, n/60%60, n%60)
	switch n % 5 {
	case 0:
		fmt.Fprintf(w, "<134>%s fw%d kernel: DROP IN=eth0 OUT=eth1 SRC=%s DST=%s LEN=60 TOS=0x00 PROTO=TCP SPT=%d DPT=443\n", clock, rnd.IntN(40), octets(rnd), octets(rnd), rnd.IntN(65536))
	case 1:
		name := benchName(rnd)
		fmt.Fprintf(w, "<30>%s dns%d named[812]: client @0x7f %s#5353 (www.%s): query: www.%s IN A +E(0)\n", clock, rnd.IntN(9), octets(rnd), name, name)
	case 2:
		fmt.Fprintf(w, "<38>%s proxy squid[99]: 85 %s TCP_MISS/200 5121 GET http://cdn.%s/path/file%d.js?x=%d - HIER_DIRECT/%s text/html\n", clock, octets(rnd), benchName(rnd), rnd.IntN(1000), rnd.IntN(1<<30), octets(rnd))
	case 3:
		fmt.Fprintf(w, "<86>%s radius1 radiusd[3312]: (%d) Login OK: [user%d@isp.example/<via Auth-Type = PAP>] (from client bras%d port %d cli 02-00-5e-%02x) Framed-IP %s\n", clock, rnd.IntN(100000), rnd.IntN(1000000), rnd.IntN(40), rnd.IntN(4096), rnd.IntN(256), octets(rnd))
	case 4:
		fmt.Fprintf(w, "<30>%s mail1 amavis[5]: (0%d) Passed CLEAN sha256=%016x%016x%016x%016x size=%d from <bob@%s> host 2001:db8:%x::%x\n", clock, rnd.IntN(1000), rnd.Uint64(), rnd.Uint64(), rnd.Uint64(), rnd.Uint64(), rnd.IntN(1<<20), benchName(rnd), rnd.IntN(1<<14), rnd.IntN(256))
	}
}

// timed measures reading, decoding and matching alone: the index is built once, as a service would.
func timed(b *testing.B, intelPath, telemetryPath string, workers int) {
	b.Helper()
	h := Hunt{Intel: []string{intelPath}, Telemetry: []string{telemetryPath}, Workers: workers, Now: time.Now}
	x, l, err := h.load(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(telemetryPath)
	if err != nil {
		b.Fatal(err)
	}
	_ = l
	b.SetBytes(info.Size())
	b.ResetTimer()
	var bytes, findings uint64
	for b.Loop() {
		t := hunt.NewTally(x)
		accounts, err := h.read(context.Background(), &hunt.Engine{Index: x}, t, nil, nil)
		if err != nil || !accounts[0].Whole() {
			b.Fatalf("%v %+v", err, accounts[0])
		}
		bytes = accounts[0].Bytes
		findings = uint64(len(t.Outcome(&l.Library, nil, hunt.Networks{}).Findings))
	}
	b.ReportMetric(float64(bytes)*float64(b.N)/b.Elapsed().Seconds()/1e6, "content-MB/s")
	b.ReportMetric(float64(findings), "findings")
}

func BenchmarkHunt(b *testing.B) {
	dir := b.TempDir()
	intelPath := benchIntel(b, dir)
	tsv := generate(b, filepath.Join(dir, "conn.log"), connHeader, connTSV)
	json := generate(b, filepath.Join(dir, "conn.json"), "", connJSON)
	text := generate(b, filepath.Join(dir, "messages"), "", syslogLine)
	gz := compress(b, tsv)
	for _, f := range []string{tsv, json, text, gz} {
		for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
			b.Run(fmt.Sprintf("%s/%d", filepath.Base(f), workers), func(b *testing.B) { timed(b, intelPath, f, workers) })
		}
	}
	b.Run("zcat", func(b *testing.B) { peer(b, gz, "zcat", gz) })
	b.Run("rg", func(b *testing.B) { peer(b, text, "rg", "-j1", "-cF", "-f", intelPath, text) })
}

func compress(b *testing.B, path string) string {
	b.Helper()
	in, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(in)
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path+".gz", out.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path + ".gz"
}

// peer times another program over the same file, once a loop.
func peer(b *testing.B, file, name string, args ...string) {
	b.Helper()
	if _, err := exec.LookPath(name); err != nil {
		b.Skip(name + " is not installed")
	}
	info, err := os.Stat(strings.TrimSuffix(file, ".gz"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := exec.CommandContext(context.Background(), name, args...).Run(); err != nil && name != "rg" {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(info.Size())*float64(b.N)/b.Elapsed().Seconds()/1e6, "content-MB/s")
}
