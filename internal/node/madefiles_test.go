package node

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// madeFiles are made-up logs of several forms, and intelligence that some of their records meet.
type madeFiles struct {
	*rand.Rand
	dir   string
	lines map[string][]string // of each log, in the order of writing; the first ones are its head
	heads map[string]int
	names []string
}

var (
	hosts   = []string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "10.0.0.1", "10.0.0.2", "2001:db8:2::1"}
	others  = []string{"203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.77", "198.51.100.1", "198.51.100.200", "2001:db8:9::1", "2001:db8:9::2"}
	domains = []string{"www.example.com", "a.b.example.com", "example.net", "cdn.example.org", "evil.example.org", "localhost.example"}
	paths   = []string{"/", "/a", "/a?x=1", "/a?x=2", "/b"}
	digests = []string{"00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"}
)

// newMadeFiles makes logs, each of a few days.
func newMadeFiles(t testing.TB, seed uint64) *madeFiles {
	t.Helper()
	m := &madeFiles{Rand: rand.New(rand.NewPCG(seed, 7)), dir: t.TempDir(), lines: map[string][]string{}, heads: map[string]int{}}
	m.log("conn.log", zeekLines("conn", "ts time", "uid string", "id.orig_h addr", "id.orig_p port", "id.resp_h addr", "id.resp_p port", "proto enum",
		"orig_bytes count", "resp_bytes count", "conn_state string", "orig_pkts count", "resp_pkts count"), m.conn)
	m.log("dns.log", zeekLines("dns", "ts time", "uid string", "id.orig_h addr", "id.orig_p port", "id.resp_h addr", "id.resp_p port", "proto enum",
		"query string", "qtype_name string", "rcode_name string", "answers vector[string]"), m.dns)
	m.log("http.json", nil, m.http)
	m.log("flows.csv", []string{"time,src_ip,src_port,dst_ip,dst_port,proto,bytes,packets"}, m.flow)
	m.log("router.log", nil, m.syslog)
	return m
}

func zeekLines(path string, fields ...string) []string {
	names, types := []string{"#fields"}, []string{"#types"}
	for _, f := range fields {
		n, k, _ := strings.Cut(f, " ")
		names, types = append(names, n), append(types, k)
	}
	return []string{
		`#separator \x09`, "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\t" + path,
		strings.Join(names, "\t"), strings.Join(types, "\t"),
	}
}

func (m *madeFiles) log(name string, head []string, line func(time.Time) string) {
	m.names, m.heads[name] = append(m.names, name), len(head)
	lines := head
	first, days := 1+m.IntN(8), 1+m.IntN(4)
	for range 5 + m.IntN(60) {
		at := time.Date(2026, 3, first+m.IntN(days), []int{0, 7, 23}[m.IntN(3)], m.IntN(60), m.IntN(60), 1000*m.IntN(1000), time.UTC)
		lines = append(lines, line(at))
	}
	m.lines[name] = lines
}

func pickOf(m *madeFiles, from []string) string { return from[m.IntN(len(from))] }

// ends gives two addresses, mostly one of the operator's and one outside.
func (m *madeFiles) ends() (string, string) {
	a, b := pickOf(m, hosts), pickOf(m, others)
	switch m.IntN(6) {
	case 0:
		return b, a
	case 1:
		return a, pickOf(m, hosts)
	case 2:
		return b, pickOf(m, others)
	}
	return a, b
}

func unix(at time.Time) string { return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000) }

func (m *madeFiles) conn(at time.Time) string {
	a, b := m.ends()
	return fmt.Sprintf("%s\tC%d\t%s\t%d\t%s\t%d\ttcp\t%d\t%d\t%s\t%d\t%d", unix(at), m.IntN(1e9), a, 1024+m.IntN(60000), b, []int{22, 443, 8443}[m.IntN(3)],
		m.IntN(5000), m.IntN(5000), []string{"SF", "S0", "REJ", "OTH"}[m.IntN(4)], m.IntN(9), m.IntN(9))
}

func (m *madeFiles) dns(at time.Time) string {
	a, b := m.ends()
	answers := "-"
	if m.IntN(2) == 0 {
		answers = pickOf(m, domains) + "," + pickOf(m, others)
	}
	return fmt.Sprintf("%s\tC%d\t%s\t5353\t%s\t53\tudp\t%s\tA\tNOERROR\t%s", unix(at), m.IntN(1e9), a, b, pickOf(m, domains), answers)
}

func (m *madeFiles) http(at time.Time) string {
	a, b := m.ends()
	return fmt.Sprintf(`{"_path":"http","ts":%s,"uid":"C%d","id.orig_h":%q,"id.orig_p":4000,"id.resp_h":%q,"id.resp_p":%d,"method":"GET","host":%q,"uri":%q}`,
		unix(at), m.IntN(1e9), a, b, []int{80, 8080}[m.IntN(2)], pickOf(m, domains), pickOf(m, paths))
}

func (m *madeFiles) flow(at time.Time) string {
	a, b := m.ends()
	return fmt.Sprintf("%s,%s,%d,%s,%d,tcp,%d,%d", at.Format(time.RFC3339), a, 1024+m.IntN(60000), b, []int{22, 443}[m.IntN(2)], m.IntN(9000), 1+m.IntN(9))
}

func (m *madeFiles) syslog(at time.Time) string {
	text := []string{
		"login from " + pickOf(m, others),
		"fetched http://" + pickOf(m, domains) + pickOf(m, paths) + " for " + pickOf(m, hosts),
		"file " + pickOf(m, digests) + " quarantined, sent by bob@" + pickOf(m, domains),
		"route 203.0.113.0/24 withdrawn by " + pickOf(m, others),
		"all is well",
	}[m.IntN(5)]
	return fmt.Sprintf("<%d>1 %s rtr-%d app 1 - - %s", 134, at.Format(time.RFC3339), m.IntN(3), text)
}

// write writes a log below a folder, up to a part of its records: 1 is all.
func (m *madeFiles) write(t testing.TB, folder, name string, part float64) string {
	t.Helper()
	head, lines := m.heads[name], m.lines[name]
	n := head + int(part*float64(len(lines)-head))
	path := filepath.Join(m.dir, folder, name)
	m.put(t, path, strings.Join(lines[:n], "\n")+"\n")
	return path
}

func (m *madeFiles) put(t testing.TB, path, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// all writes every log whole and gives their folder.
func (m *madeFiles) all(t testing.TB) string {
	t.Helper()
	for _, name := range m.names {
		m.write(t, "logs", name, 1)
	}
	return filepath.Join(m.dir, "logs")
}

// intel writes lists of values and gives their paths.
func (m *madeFiles) intel(t testing.TB) []string {
	t.Helper()
	values := []string{
		"203.0.113.1", "203.0.113.77", "198.51.100.0/25", "2001:db8:9::/48", "203.0.113.0/24", "example.com", "evil.example.org", "a.b.example.com", "nowhere.example",
		"http://www.example.com/a", "http://example.net/", "http://www.example.com:8080/a?x=1", digests[0], "bob@example.net", "192.0.2.3", "203.0.113.9",
	}
	m.Shuffle(len(values), func(i, k int) { values[i], values[k] = values[k], values[i] })
	n := 3 + m.IntN(len(values)-4)
	paths := []string{filepath.Join(m.dir, "intel", "first.txt"), filepath.Join(m.dir, "intel", "second.txt")}
	m.put(t, paths[0], strings.Join(values[:n/2+1], "\n")+"\n")
	m.put(t, paths[1], strings.Join(values[n/2+1:n+1], "\n")+"\n")
	return paths
}
