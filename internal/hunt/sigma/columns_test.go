package sigma

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"testing"

	"stormglass/content"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/eve"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/zeek"
)

// shipped are the pipelines that the program comes with; their own tests have the complaints.
var shipped = sync.OnceValue(func() *pipeline.Set {
	set, _ := pipeline.Load(content.Pipelines())
	return set
})

// askedOf compiles one rule of a log source by the pipelines that the program comes with.
func askedOf(t testing.TB, product, service, item string) *Program {
	t.Helper()
	head := "logsource:\n  product: " + product + "\n"
	if service != "" {
		head += "  service: " + service + "\n"
	}
	body := strings.Replace(detection("s:\n  "+item+"\ncondition: s"), "logsource:\n  product: test\n", head, 1)
	return Compile(parse(t, body), shipped(), Options{})
}

// records gives the batches of a text.
func records(d telemetrytest.Decoder, text string) []*telemetry.Batch {
	var out []*telemetry.Batch
	set := telemetrytest.Read(d, []byte(text))[0]
	for k := range telemetry.NumKinds {
		if b := set.Batch(k); b.Len() > 0 {
			out = append(out, b)
		}
	}
	return out
}

// found gives how many records the first rule matches.
func found(p *Program, batches []*telemetry.Batch) int {
	n := 0
	for _, b := range batches {
		p.Evaluator().Batch(b, func(int, int) { n++ })
	}
	return n
}

// TestEveryZeekColumnCanBeAsked: a column that a log states is found by a rule, or the rule says that it is not assessed.
func TestEveryZeekColumnCanBeAsked(t *testing.T) {
	for path, columns := range zeekLogs {
		names := append([]string{"ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"}, strings.Fields(columns)...)
		values := []string{"1700000000.5", "C1", "192.0.2.1", "1025", "198.51.100.1", "443"}
		types := []string{"time", "string", "addr", "port", "addr", "port"}
		for _, name := range names[6:] {
			_, typ, _ := strings.Cut(name, "=")
			types, values = append(types, typeOf(typ)), append(values, valueOf[typ])
		}
		for i := range names {
			names[i], _, _ = strings.Cut(names[i], "=")
		}
		text := "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" + path + "\n#fields\t" +
			strings.Join(names, "\t") + "\n#types\t" + strings.Join(types, "\t") + "\n" + strings.Join(values, "\t") + "\n"
		batches := records(zeek.New([]byte(text), path+".log"), text)
		for _, item := range zeekAsked[path] {
			if found(askedOf(t, "zeek", path, item), batches) != 1 {
				t.Errorf("%s: %s finds nothing", path, item)
			}
		}
		for _, name := range names {
			p := askedOf(t, "zeek", path, fmt.Sprintf("'%s|exists': true", name))
			if p.Rules()[0].Unusable == "" && found(p, batches) != 1 {
				t.Errorf("%s: a rule that names %s finds nothing and does not say so", path, name)
			}
		}
	}
}

func typeOf(short string) string { return cmp.Or(short, "string") }

var valueOf = map[string]string{
	"": "x", "count": "7", "bool": "T", "interval": "61.5", "time": "1700000000.5", "addr": "192.0.2.9", "enum": "tcp",
	"vector[interval]": "60.0", "set[addr]": "192.0.2.9", "set[string]": "x",
}

// zeekLogs are columns of Zeek's logs beside the connection's; the type where it is no text.
var zeekLogs = map[string]string{
	"conn": "proto=enum service duration=interval orig_bytes=count resp_bytes=count conn_state local_orig=bool local_resp=bool " +
		"missed_bytes=count history orig_pkts=count orig_ip_bytes=count resp_pkts=count resp_ip_bytes=count community_id",
	"dns": "proto=enum trans_id=count rtt=interval query qclass=count qclass_name qtype=count qtype_name rcode=count rcode_name AA=bool Z=count " +
		"answers TTLs=vector[interval] rejected=bool",
	"http": "trans_depth=count method host uri referrer version user_agent origin request_body_len=count response_body_len=count status_code=count " +
		"status_msg tags=set[string] username password orig_filenames resp_filenames orig_fuids resp_mime_types",
	"ssl": "version cipher curve server_name resumed=bool established=bool ssl_history cert_chain_fps client_cert_chain_fps subject issuer " +
		"ja3 ja3s ja4 validation_status sni_matches_cert=bool",
	"x509": "fingerprint certificate.version=count certificate.serial certificate.subject certificate.issuer certificate.not_valid_before=time " +
		"certificate.not_valid_after=time certificate.key_alg certificate.sig_alg san.dns san.ip=set[addr] basic_constraints.ca=bool",
	"files": "fuid source depth=count analyzers=set[string] mime_type filename duration=interval local_orig=bool is_orig=bool seen_bytes=count " +
		"total_bytes=count missing_bytes=count timedout=bool md5 sha1 sha256 extracted",
	"smtp":        "trans_depth=count helo mailfrom rcptto date from to cc reply_to msg_id subject user_agent last_reply path tls=bool fuids",
	"ssh":         "version=count auth_success=bool auth_attempts=count direction client server cipher_alg host_key",
	"rdp":         "cookie result security_protocol client_build cert_count=count",
	"ntlm":        "username hostname domainname success=bool",
	"smb_mapping": "path service share_type",
	"snmp":        "duration=interval version community get_requests=count up_since=time",
	"ftp":         "user command arg reply_code=count data_channel.passive=bool",
	"pe":          "id machine compile_ts=time os subsystem is_exe=bool",
	"kerberos":    "request_type client service success=bool till=time",
	"tunnel":      "tunnel_type action",
}

// zeekAsked are items that hold of these.
var zeekAsked = map[string][]string{
	"dns": {"'TTLs|gte': 60", "TTLs: 60"}, "ssl": {"established: true", "'established|contains': tru"}, "ssh": {"uid: C1"}, "ftp": {"uid: C1"},
	"snmp": {"'duration|gt': 60", "uid: C1"}, "conn": {"orig_bytes: 7", "uid: C1", "missed_bytes: 7"}, "files": {"'duration|lt': 62", "total_bytes: 7"},
}

// TestZeekCountsThatAreNotStated: what a record holds in a count's place is not taken for the count.
func TestZeekCountsThatAreNotStated(t *testing.T) {
	text := "#separator \\x09\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tmissed_bytes\torig_bytes\tresp_bytes\torig_ip_bytes\tresp_ip_bytes\n" +
		"1\tC1\t192.0.2.1\t192.0.2.2\t0\t-\t-\t1011\t0\n2\tC2\t192.0.2.1\t192.0.2.2\t0\t900\t0\t1011\t0\n"
	batches := records(zeek.New([]byte(text), "conn.log"), text)
	for item, want := range map[string]int{
		"orig_bytes: null": 1, "resp_bytes: null": 1, "orig_bytes: 1011": 0, "orig_bytes: 900": 1, "'orig_bytes|exists': false": 1,
		"resp_bytes: 0": 1, "orig_ip_bytes: 1011": 2, "source.bytes: 1011": 1, "'orig_bytes|gt': 0": 1,
	} {
		if got := found(askedOf(t, "zeek", "conn", item), batches); got != want {
			t.Errorf("%s: %d records, want %d", item, got, want)
		}
	}
	p := askedOf(t, "zeek", "conn", "orig_ip_bytes: 1011")
	for i, want := range []string{"", "900"} {
		if got := p.Evaluator().Values(0, batches[0], i, []string{"orig_bytes"}); got[0] != want {
			t.Errorf("record %d says orig_bytes %q, want %q", i, got[0], want)
		}
	}
}

// TestUnkeptIsNotAssessed: the reason names the column and what to write instead, wherever a rule names it.
func TestUnkeptIsNotAssessed(t *testing.T) {
	for _, item := range []string{"'duration|gt': 60", "duration: null", "'orig_pkts|fieldref': duration"} {
		r := askedOf(t, "zeek", "conn", item).Rules()[0]
		if len(r.Kinds) != 0 || !strings.Contains(r.Unusable, "duration") || !strings.Contains(r.Unusable, "event.duration") {
			t.Errorf("%s: %+v", item, r)
		}
	}
}

const eveLines = `{"timestamp":"2024-01-02T03:04:05.000000+0000","event_type":"flow","src_ip":"192.0.2.1","dest_ip":"192.0.2.2","proto":"TCP","flow":{"start":"2024-01-02T03:04:04.000000+0000","end":"2024-01-02T03:04:05.000000+0000","age":1,"state":"closed","alerted":false},"tcp":{"tcp_flags":"1b"}}
{"timestamp":"2024-01-02T03:04:05.000000+0000","event_type":"tls","src_ip":"192.0.2.1","dest_ip":"192.0.2.2","proto":"TCP","tls":{"sni":"a.example","version":"TLS 1.2"}}
{"timestamp":"2024-01-02T03:04:05.000000+0000","event_type":"alert","src_ip":"192.0.2.1","dest_ip":"192.0.2.2","proto":"TCP","alert":{"signature_id":1}}
`

// TestSuricataTypes: a rule without a service looks at every type, and event_type tells them apart.
func TestSuricataTypes(t *testing.T) {
	batches := records(eve.New(nil, ""), eveLines)
	for item, want := range map[string]int{
		"event_type: flow": 1, "event_type: tls": 1, "event_type: alert": 1, "'event_type|exists': true": 3, "event_type: dns": 0,
		"tls.sni: a.example": 1, "alert.signature_id: 1": 1, "src_ip: 192.0.2.1": 3, "flow.age: 1": 1,
	} {
		if got := found(askedOf(t, "suricata", "", item), batches); got != want {
			t.Errorf("%s: %d records, want %d", item, got, want)
		}
	}
	for _, field := range []string{"flow.start", "flow.end", "tcp.tcp_flags", "timestamp"} {
		if r := askedOf(t, "suricata", "flow", field+": x").Rules()[0]; !strings.Contains(r.Unusable, field) {
			t.Errorf("%s: %q", field, r.Unusable)
		}
	}
}
