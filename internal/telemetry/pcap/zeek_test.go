package pcap_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
)

// zeekRow is one row of a Zeek log by the names of its columns.
type zeekRow map[string]string

func zeekLog(t *testing.T, path string) []zeekRow {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []zeekRow
	var names []string
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := in.Text()
		switch {
		case strings.HasPrefix(line, "#fields\t"):
			names = strings.Split(line, "\t")[1:]
		case strings.HasPrefix(line, "#"):
		default:
			if names == nil {
				names = strings.Split(line, "\t")
				if !slices.Contains(names, "id.orig_p") {
					return nil // a log of some columns only
				}
				continue
			}
			row := zeekRow{}
			for i, v := range strings.Split(line, "\t") {
				if v != "-" && v != "(empty)" {
					row[names[i]] = v
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

type zeekCase struct {
	Trace    string   `json:"trace"`
	Expected string   `json:"expected"`
	Logs     []string `json:"logs"`
}

// eachZeek runs f for every pair of a trace and a log of one name that Zeek's authors expect of it.
func eachZeek(t *testing.T, log string, f func(t *testing.T, trace string, want []zeekRow, got *capture)) {
	root := datatest.Path(t, "telemetry", "zeek-btest")
	text, err := os.ReadFile(filepath.Join(root, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []zeekCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if !slices.Contains(c.Logs, log) {
			continue
		}
		name := strings.TrimPrefix(c.Trace, "traces/")
		name += " " + filepath.Base(c.Expected)
		t.Run(name, func(t *testing.T) {
			got := readFile(t, filepath.Join(root, c.Trace))
			if rows := zeekLog(t, filepath.Join(root, c.Expected, log)); rows != nil {
				f(t, name, rows, got)
			}
		})
	}
}

// compareRows tells rows that only one side has.
func compareRows(want, got []string) (missing, extra []string) {
	left := slices.Clone(got)
	for _, w := range want {
		if i := slices.Index(left, w); i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else {
			missing = append(missing, w)
		}
	}
	return missing, left
}

func zeekConn(r zeekRow) string {
	return fmt.Sprintf("%s:%s > %s:%s %s %s %s/%s %s/%s", r["id.orig_h"], r["id.orig_p"], r["id.resp_h"], r["id.resp_p"], r["proto"], r["conn_state"],
		cmp.Or(r["orig_bytes"], "-"), cmp.Or(r["resp_bytes"], "-"), r["orig_pkts"], r["resp_pkts"])
}

func ourConn(f *telemetry.Flow) string {
	proto := map[uint8]string{1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}[f.Proto]
	if proto == "" {
		proto = "unknown_transport"
	}
	return fmt.Sprintf("%s:%d > %s:%d %s %s %d/%d %d/%d", f.Src, f.SrcPort, f.Dst, f.DstPort, proto, f.State, f.SrcBytes, f.DstBytes, f.SrcPackets, f.DstPackets)
}

// unset gives a row of ours without the octets where Zeek does not state them.
func unset(want, ours []string) []string {
	out := slices.Clone(ours)
	for _, w := range want {
		fields := strings.Fields(w)
		if fields[5] != "-/-" {
			continue
		}
		for i, o := range out {
			f := strings.Fields(o)
			f[5] = "-/-"
			if o = strings.Join(f, " "); o == w {
				out[i] = o
				break
			}
		}
	}
	return out
}

// difference says why a trace gives other rows than Zeek's log has.
type difference struct {
	missing, extra int
	why            string
}

// explain compares rows with what is known to differ in a trace.
func explain(t *testing.T, known map[string]difference, trace string, want, got []string, problems string) {
	t.Helper()
	missing, extra := compareRows(want, got)
	d, ok := known[trace] // by the trace and the log, where it is of one log only
	if name, _, _ := strings.Cut(trace, " "); !ok {
		d = known[name]
	}
	if len(missing) == d.missing && len(extra) == d.extra {
		return
	}
	t.Errorf("%d of %d rows missing, %d not of Zeek; known are %d and %d\n-%s\n+%s\n%s", len(missing), len(want), len(extra), d.missing, d.extra,
		strings.Join(missing, "\n-"), strings.Join(extra, "\n+"), problems)
}

// connDifferences are the traces whose conversations are not those of Zeek's conn.log.
var connDifferences = map[string]difference{
	"tunnels/ayiya3.pcap":                                {6, 0, "AYIYA is not read: its insides are no conversations"},
	"tunnels/gre-aruba-amsdu.pcap":                       {1, 1, "the inside of Aruba's GRE is not read; the tunnel itself is a conversation"},
	"tunnels/gtp/gtp1_gn_normal_incl_fragmentation.pcap": {2, 2, "fragments are counted one by one, and what stands in them is cut short"},
	"tunnels/gtp/gtp2_different_udp_port.pcap":           {1, 1, "fragments are counted one by one"},
	"tunnels/teredo_bubble_with_payload.pcap":            {2, 2, "Teredo relays answer from ports of their own, which are not known to be Teredo; a bubble is a conversation without a protocol"},
	"tunnels/vxlan-encapsulated-igmp-v2.pcap":            {3, 6, "Zeek cuts the outer packets off at their bad checksums, and knows no IGMP"},
}

func TestZeekConn(t *testing.T) {
	eachZeek(t, "conn.log", func(t *testing.T, trace string, rows []zeekRow, c *capture) {
		var want, got []string
		for _, r := range rows {
			want = append(want, zeekConn(r))
		}
		for i := range c.flows {
			got = append(got, ourConn(&c.flows[i]))
		}
		explain(t, connDifferences, trace, want, unset(want, got), c.problems)
	})
}

// dnsDifferences are the traces whose questions are not those of Zeek's dns.log.
var dnsDifferences = map[string]difference{
	"dns-two-responses.pcap":   {1, 1, "the second response has its question in it; Zeek tells its type of the first one only"},
	"dns/dns-binds.pcap":       {1, 1, "a private type is TYPE65534 here and query-65534 there"},
	"dns53.pcap":               {1, 1, "a response without its query has the question in it; Zeek tells of queries only"},
	"ipv6-fragmented-dns.pcap": {1, 1, "the answers of a fragmented response are not read"},
}

// unkept are the answers that Zeek tells of and that hold neither an address nor a name of interest.
func unkept(answer string) bool {
	for _, kind := range []string{"RRSIG ", "DNSKEY ", "SSHFP: ", "LOC: ", "BIND9 "} {
		if strings.HasPrefix(answer, kind) {
			return true
		}
	}
	return false
}

func dnsRow(src string, sport any, dst string, dport any, query, qtype, rcode string, answers []string) string {
	return fmt.Sprintf("%s:%v > %s:%v %s %s %s %s", src, sport, dst, dport, strings.ToLower(query), qtype, rcode, strings.ToLower(strings.Join(answers, ",")))
}

func TestZeekDNS(t *testing.T) {
	eachZeek(t, "dns.log", func(t *testing.T, trace string, rows []zeekRow, c *capture) {
		var want, got []string
		for _, r := range rows {
			var answers []string
			if r["answers"] != "" {
				answers = strings.Split(r["answers"], ",")
			}
			answers = slices.DeleteFunc(answers, unkept)
			want = append(want, dnsRow(r["id.orig_h"], r["id.orig_p"], r["id.resp_h"], r["id.resp_p"], r["query"], strings.Replace(r["qtype_name"], "*", "ANY", 1), r["rcode_name"], answers))
		}
		for i := range c.dns {
			d := &c.dns[i]
			got = append(got, dnsRow(d.Src.String(), d.SrcPort, d.Dst.String(), d.DstPort, d.Query, d.QType, d.RCode, c.answers[i]))
		}
		explain(t, dnsDifferences, trace, want, got, c.problems)
	})
}

// tlsDifferences are the traces whose handshakes are not those of Zeek's ssl.log.
var tlsDifferences = map[string]difference{
	"tls/webrtc-stun.pcap": {1, 0, "DTLS is not read"},
}

func tlsRow(src string, sport any, dst string, dport any, version, cipher, name string, established bool, prints []string) string {
	return fmt.Sprintf("%s:%v > %s:%v %s %s %s %v %s", src, sport, dst, dport, version, cipher, name, established, strings.Join(prints, ","))
}

func TestZeekTLS(t *testing.T) {
	eachZeek(t, "ssl.log", func(t *testing.T, trace string, rows []zeekRow, c *capture) {
		var want, got []string
		for _, r := range rows {
			var prints []string
			for _, chain := range []string{r["cert_chain_fps"], r["client_cert_chain_fps"]} {
				if chain != "" {
					prints = append(prints, strings.Split(chain, ",")...)
				}
			}
			want = append(want, tlsRow(r["id.orig_h"], r["id.orig_p"], r["id.resp_h"], r["id.resp_p"], r["version"], r["cipher"], r["server_name"], r["established"] == "T", prints))
		}
		for i := range c.tls {
			h := &c.tls[i]
			prints := slices.DeleteFunc(c.prints[i], func(p string) bool { return len(p) != 64 })
			got = append(got, tlsRow(h.Src.String(), h.SrcPort, h.Dst.String(), h.DstPort, h.Version, h.Cipher, h.ServerName, h.Established == telemetry.Answered, prints))
		}
		explain(t, tlsDifferences, trace, want, got, c.problems)
	})
}

// httpDifferences are the traces whose requests are not those of Zeek's http.log.
var httpDifferences = map[string]difference{
	"http/http-09-content-length-confusion.pcap":         {1, 0, "HTTP/0.9 is not read"},
	"http/http-11-request-then-cruft.pcap":               {0, 1, "a response to what is no request is a record here"},
	"http/http_09.pcap":                                  {4, 0, "HTTP/0.9 is not read"},
	"tls/tls12-decryption.pcap":                          {1, 0, "nothing is decrypted"},
	"tunnels/ayiya3.pcap":                                {3, 0, "AYIYA is not read"},
	"tunnels/gtp/gtp1_gn_normal_incl_fragmentation.pcap": {1, 1, "the request stands in fragments, which are not put together; its response is a record"},
	"tunnels/gtp/gtp2_different_udp_port.pcap":           {1, 1, "a response stands in fragments, which are not put together"},
	"tunnels/teredo_bubble_with_payload.pcap":            {2, 0, "Teredo relays answer from ports of their own"},
	"wikipedia.pcap":                                     {0, 1, "Zeek reads no contents of a conversation that it did not see open"},
}

// plain resolves the escapes of a URI, as Zeek does before it logs one.
func plain(uri string) string {
	if p, err := url.PathUnescape(uri); err == nil {
		return p
	}
	return uri
}

func httpRow(src string, sport any, dst string, dport any, fields ...string) string {
	return fmt.Sprintf("%s:%v > %s:%v %q", src, sport, dst, dport, fields)
}

func TestZeekHTTP(t *testing.T) {
	eachZeek(t, "http.log", func(t *testing.T, trace string, rows []zeekRow, c *capture) {
		var want, got []string
		for _, r := range rows {
			want = append(want, httpRow(r["id.orig_h"], r["id.orig_p"], r["id.resp_h"], r["id.resp_p"], r["method"], r["host"], plain(r["uri"]), r["referrer"], r["user_agent"],
				cmp.Or(r["status_code"], "0"), r["username"]))
		}
		for i := range c.http {
			h := &c.http[i]
			got = append(got, httpRow(h.Src.String(), h.SrcPort, h.Dst.String(), h.DstPort, h.Method, h.Host, plain(h.URI), h.Referrer, h.UserAgent, strconv.Itoa(int(h.Status)), h.UserName))
		}
		explain(t, httpDifferences, trace, want, got, c.problems)
	})
}

// TestZeekService holds the services that both know against each other.
func TestZeekService(t *testing.T) {
	both := []string{"dns", "ssl", "http"}
	eachZeek(t, "conn.log", func(t *testing.T, _ string, rows []zeekRow, c *capture) {
		for _, r := range rows {
			for i := range c.flows {
				f := &c.flows[i]
				if f.Src.String() != r["id.orig_h"] || strconv.Itoa(int(f.SrcPort)) != r["id.orig_p"] || f.Dst.String() != r["id.resp_h"] || r["service"] == "" {
					continue
				}
				for _, s := range both {
					if theirs := slices.Contains(strings.Split(r["service"], ","), s); theirs != (f.Service == s) {
						t.Errorf("Zeek %q, here %q", r["service"], f.Service)
					}
				}
			}
		}
	})
}

// certDifferences are the traces whose certificates are not those of Zeek's x509.log.
var certDifferences = map[string]difference{
	"rdp/rdp-x509.pcap": {2, 0, "the certificates of RDP's own encryption are not read"},
	"tls/google-duplicate.pcap scripts.policy.protocols.ssl.log-hostcerts-only": {0, 2, "the log is one of the servers' own certificates only"},
}

func TestZeekCert(t *testing.T) {
	eachZeek(t, "x509.log", func(t *testing.T, trace string, rows []zeekRow, c *capture) {
		var want []string
		for _, r := range rows {
			var names []string
			for _, n := range []string{"san.dns", "san.ip", "san.email", "san.uri"} {
				if r[n] != "" {
					names = append(names, strings.Split(r[n], ",")...)
				}
			}
			from, _, _ := strings.Cut(r["certificate.not_valid_before"], ".")
			to, _, _ := strings.Cut(r["certificate.not_valid_after"], ".")
			start, _ := strconv.ParseInt(from, 10, 64)
			end, _ := strconv.ParseInt(to, 10, 64)
			want = append(want, certRow(r["fingerprint"], r["certificate.serial"], r["certificate.subject"], r["certificate.issuer"], start, end, names))
		}
		slices.Sort(want)
		explain(t, certDifferences, trace, slices.Compact(want), c.certs, c.problems)
	})
}
