package config

import (
	"errors"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/fault"
)

var (
	comparePrefixes  = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
	compareAddrPorts = cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]Size{
		"0": 0, "0B": 0, "1B": 1, "512MiB": 512 * MiB, "4GiB": 4 * GiB, "1.5 GiB": 1536 * MiB, "2TiB": 2 * TiB,
		"500MB": 500_000_000, "1kB": 1000, "1KB": 1000, "8388607TiB": 8388607 * TiB,
	} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "4", "GiB", "-1GiB", "-1.5GiB", "1e3MiB", "0x1p3MiB", "infB", "nanB", "4gib", "1.2.3MiB", "8388608TiB", "9e30GiB", "99999999.5TiB", " 4GiB"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

func TestSizeReadsWhatItShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Size(rapid.Int64Range(0, math.MaxInt64).Draw(t, "bytes"))
		s >>= rapid.IntRange(0, 62).Draw(t, "shift")
		s <<= rapid.SampledFrom([]int{0, 10, 20}).Draw(t, "unit")
		if s < 0 {
			return
		}
		if got, err := ParseSize(s.String()); err != nil || got != s {
			t.Fatalf("%d is shown as %s and read as %d, %v", s, s, got, err)
		}
	})
}

func TestHalfOfMemory(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	machine := file("MemTotal:       16777216 kB\nMemFree: 1 kB\n")
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  Size
	}{
		"nothing known": {fstest.MapFS{}, 2 * GiB},
		"machine":       {fstest.MapFS{"proc/meminfo": machine}, 8 * GiB},
		"strange":       {fstest.MapFS{"proc/meminfo": file("MemTotal: lots kB\n"), "proc/self/cgroup": file("strange\n0::\n")}, 2 * GiB},
		"version 2, limit above": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("0::/system.slice/stormglass.service\n"),
			"sys/fs/cgroup/system.slice/stormglass.service/memory.max": file("max\n"),
			"sys/fs/cgroup/system.slice/memory.max":                    file("4294967296\n"),
		}, 2 * GiB},
		"version 2, high is lower": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("0::/a\n"),
			"sys/fs/cgroup/a/memory.max": file("4294967296\n"), "sys/fs/cgroup/a/memory.high": file("2147483648\n"),
		}, GiB},
		"container, its group is the root": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("0::/docker/abc\n"), "sys/fs/cgroup/memory.max": file("1073741824\n"),
		}, 512 * MiB},
		"version 1": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("5:cpu,cpuacct:/\n4:memory:/docker/abc\n"),
			"sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": file("3221225472\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes":            file("9223372036854771712\n"),
		}, 1536 * MiB},
		"limit above the machine": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("0::/\n"), "sys/fs/cgroup/memory.max": file("99999999999999\n"),
		}, 8 * GiB},
	} {
		if got := halfOfMemory(c.files); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"address", "allow", "repeat", "sockets", "buffer", "queue", "syslog_tcp", "netflow"}
	for word, want := range map[string]string{
		"adddress": "address", "Allow": "allow", "alow": "allow", "queu": "queue", "net-flow": "netflow", "sysloct_cp": "syslog_tcp", "syslogtcp": "syslog_tcp",
		"colour": "", "x": "", "": "", strings.Repeat("a", 100): "",
	} {
		if got := nearest(word, words); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestClashIsMutual(t *testing.T) {
	hosts := rapid.SampledFrom([]string{"0.0.0.0", "::", "127.0.0.1", "::1", "192.0.2.1", "2001:db8::1"})
	draw := rapid.Custom(func(t *rapid.T) bound {
		return bound{host: netip.MustParseAddr(hosts.Draw(t, "host")), port: rapid.Uint16Range(0, 2).Draw(t, "port"), network: rapid.SampledFrom([]string{"udp", "tcp"}).Draw(t, "network")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		if a.clashes(b) != b.clashes(a) {
			t.Fatalf("%v and %v clash one way", a, b)
		}
		if a.port != 0 && !a.clashes(a) {
			t.Fatalf("%v does not clash with itself", a)
		}
	})
}

// TestOrder: defaults, then file, then environment, then flags; each value tells where it came from.
func TestOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte("data: /a\nmemory: 1GiB\nstop_within: 10s\nlog: {level: warn}\ncollect:\n  watch: [/w]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(file, func(name string) string {
		return map[string]string{"STORMGLASS_DATA": "/b", "STORMGLASS_MEMORY": "2GiB", "STORMGLASS_LOG_FORMAT": "json"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	flag := func(name string) Origin { return Origin{Name: "--" + name} }
	if err := errors.Join(
		c.Set("data", "/c", flag("data")),
		c.Set("canary.off", "true", flag("no-canary")),
		c.Set("upkeep_every", "1h0m0s", flag("upkeep")),
		c.Add("collect.watch", "/v", flag("watch")),
		c.Add("collect.netflow", ":2055", flag("netflow")),
		c.Add("collect.netflow", ":2056", flag("netflow")),
	); err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Data, want.Memory, want.StopWithin, want.Log = "/c", 2*GiB, 10*time.Second, Log{"warn", "json"}
	want.Canary.Off, want.UpkeepEvery, want.Collect.Watch = true, time.Hour, []string{"/w", "/v"}
	want.Collect.NetFlow = []UDP{DefaultUDP(), DefaultUDP()}
	want.Collect.NetFlow[0].Address, want.Collect.NetFlow[1].Address = ":2055", ":2056"
	if diff := cmp.Diff(want, c, comparePrefixes, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".origins" }, cmp.Ignore())); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for path, from := range map[string]string{
		"data": "--data", "memory": "$STORMGLASS_MEMORY", "stop_within": file + ":3", "log.level": file + ":4", "log.format": "$STORMGLASS_LOG_FORMAT",
		"collect.watch[0]": file + ":6", "collect.watch[1]": "--watch", "collect.netflow[1].address": "--netflow", "fold_every": "default",
	} {
		if got := c.origins.of(path).String(); got != from {
			t.Errorf("%s comes from %s, want %s", path, got, from)
		}
	}
}

// TestBadOverrides: what flags and variables say is refused like what the file says, and names them.
func TestBadOverrides(t *testing.T) {
	_, err := Read("", func(name string) string {
		return map[string]string{"STORMGLASS_MEMORY": "lots", "STORMGLASS_DATA": "/a"}[name]
	})
	if want := `$STORMGLASS_MEMORY: memory: is "lots": write a number and a unit, as 512MiB or 4GiB`; err == nil || err.Error() != want || fault.KindOf(err) != fault.Invalid {
		t.Errorf("got  %v (%v)\nwant %s", err, fault.KindOf(err), want)
	}
	c := Default()
	if err := c.Set("data", "", Origin{Name: "--data"}); err == nil || !strings.HasPrefix(err.Error(), "--data: data: is empty") {
		t.Errorf("empty flag: %v", err)
	}
	if err := c.Add("collect.netflow", "", Origin{Name: "--netflow"}); err == nil || len(c.Collect.NetFlow) != 0 {
		t.Errorf("empty flag of a list: %v", err)
	}
	if err := c.Add("collect.netflow", "2055", Origin{Name: "--netflow"}); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "--netflow: collect.netflow[0].address: is \"2055\"") {
		t.Errorf("what a flag said is judged as %v", err)
	}
}

func TestReadFails(t *testing.T) {
	if _, err := Read(filepath.Join(t.TempDir(), "none"), noVariables); fault.KindOf(err) != fault.Invalid || !errors.Is(err, os.ErrNotExist) || fault.HintOf(err) == "" {
		t.Errorf("a missing file: %v", err)
	}
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, []byte(strings.Repeat("# much\n", maxFile/7+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(big, noVariables); err == nil || !strings.Contains(err.Error(), "over 1 MiB") {
		t.Errorf("a big file: %v", err)
	}
	_, list := parse("deep", []byte("a: "+strings.Repeat("[", 100)+strings.Repeat("]", 100)), noVariables)
	if len(list) != 1 || !strings.HasPrefix(list[0].Error(), "deep:") {
		t.Errorf("a deep file: %v", list)
	}
	_, list = parse("much", []byte(strings.Repeat("x: 1\n", 150)), noVariables)
	if len(list) != maxComplaints+1 || list[maxComplaints].Error() != "50 further complaints" {
		t.Errorf("%d complaints, the last %v", len(list), list[len(list)-1])
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"/etc/x":                 "/etc/x",
		"tcp://siem.example:601": "tcp://siem.example:601",
		"https://user:hunter2@example.net/in?token=abc":                     "https://***@example.net/in?***",
		"https://hooks.example.net/services/T0/B0/XXXXXXXXXXXXXXXXXXXXXXXX": "https://hooks.example.net/services/T0/B0/***",
		"https://splunk.example.net:8088/services/collector/event":          "https://splunk.example.net:8088/services/collector/event",
		"https://a b:hunter2@%zz/":                                          "***",
	} {
		if got := maskAddress(in); got != want {
			t.Errorf("%s is shown as %s, want %s", in, got, want)
		}
	}
	c := Default()
	c.Outbox.Link = "https://u:hunter2@example.net/"
	var b strings.Builder
	if err := c.Show(&b); err != nil || strings.Contains(b.String(), "hunter2") || !strings.Contains(b.String(), "example.net") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestCheck(t *testing.T) {
	dir := world(t)
	issue(t, dir, "cert.pem", "key.pem")
	issue(t, dir, "ca.pem", "ca.key")
	file := filepath.Join(dir, "stormglass.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "{DIR}", dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("data: {DIR}/data\nmemory: 256MiB\ncollect:\n  netflow: [{address: \"127.0.0.1:2055\", buffer: 64KiB}]\n")
	if complaints, warnings := Check(file, noVariables); len(complaints)+len(warnings) != 0 {
		t.Errorf("a good file: %v, %v", complaints, warnings)
	}
	write("data: data\nmemory: 256MiB\nhttp: {address: \":0\", tokens: \"{DIR}/tokens.yaml\"}\ncollect:\n  netflow: [{address: \":2055\", sockets: 4, buffer: 1GiB}]\n" +
		"  syslog_tls: [{address: \":6514\", cert: \"{DIR}/cert.pem\", key: \"{DIR}/key.pem\"}, {address: \":6515\", cert: \"{DIR}/cert.pem\", key: \"{DIR}/key.pem\", client_ca: \"{DIR}/ca.pem\"}]\n")
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	complaints, warnings := Check(file, noVariables)
	if len(complaints) != 0 {
		t.Errorf("complaints: %v", complaints)
	}
	warnings = slices.DeleteFunc(warnings, func(s string) bool { return strings.Contains(s, "the kernel grants") }) // where it does not
	want := []string{
		": everybody may change it (mode 0666): chmod o-w ",
		":3: http.address: :0 can be reached from outside without TLS",
		":5: collect.netflow[0]: anybody may send to :2055",
		":6: collect.syslog_tls[0]: anybody may send to :6514",
		":2: memory: the queues of all listeners may hold 192MiB",
		":1: data: data is looked for from where the service is started",
		":3: http.address: port 0 is another one at each start",
	}
	if len(warnings) != len(want) {
		t.Errorf("%d warnings, want %d:\n%s", len(warnings), len(want), strings.Join(warnings, "\n"))
	}
	for i, w := range want {
		if i < len(warnings) && !strings.Contains(warnings[i], w) {
			t.Errorf("warning %d is\n%s\nwant …%s", i, warnings[i], w)
		}
	}
	write("data: [\n")
	if complaints, _ := Check(file, noVariables); len(complaints) != 1 {
		t.Errorf("a broken file: %v", complaints)
	}
	if complaints, _ := Check(filepath.Join(dir, "none"), noVariables); len(complaints) != 1 {
		t.Errorf("a missing file: %v", complaints)
	}
	complaints, _ = Check("", noVariables)
	if !slices.ContainsFunc(complaints, func(err error) bool { return strings.HasPrefix(err.Error(), "data: is missing") }) {
		t.Errorf("nothing at all: %v", complaints)
	}
}
