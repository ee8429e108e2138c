package eve_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/eve"
	"stormglass/internal/telemetry/telemetrytest"
)

const start = `{"timestamp":"2024-01-02T03:04:05.678901+0000","flow_id":77,"src_ip":"192.0.2.1","src_port":1025,"dest_ip":"198.51.100.1","dest_port":443,"proto":"TCP",`

const ends = ` Src=192.0.2.1 Dst=198.51.100.1 SrcPort=1025 DstPort=443 Proto=6 UID="77"`

var cases = []struct{ name, line, want string }{
	{
		"flow", start + `"event_type":"flow","app_proto":"tls","community_id":"1:x=","flow":{"pkts_toserver":3,"pkts_toclient":2,"bytes_toserver":300,"bytes_toclient":200,"start":"2024-01-02T03:04:00.000000+0000","end":"2024-01-02T03:04:02.500000+0000","age":2,"state":"closed","alerted":false},"tcp":{"tcp_flags":"1b","tcp_flags_tc":"12"}}`,
		`flow 1 Occurred=2024-01-02T03:04:00 Stated=2024-01-02T03:04:05.678901 suricata.eve.event_type="flow" suricata.eve.flow.age="2" suricata.eve.flow.alerted="false" suricata.eve.tcp.tcp_flags_tc="12"` + ends +
			` Duration=2.5s SrcBytes=300 DstBytes=200 SrcPackets=3 DstPackets=2 Answered=1 TCPFlags=27 Service="tls" State="closed" CommunityID="1:x="`,
	},
	{
		"flow refused", start + `"event_type":"flow","flow":{"pkts_toclient":1},"tcp":{"tcp_flags_tc":"14"}}`,
		`flow 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="flow" suricata.eve.tcp.tcp_flags_tc="14"` + ends + ` DstPackets=1 Answered=3`,
	},
	{
		"netflow", start + `"event_type":"netflow","netflow":{"pkts":3,"bytes":300,"start":"2024-01-02T03:04:05.678901+0000","end":"2024-01-02T03:04:05.678902+0000"}}`,
		`flow 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="netflow"` + ends + ` Duration=1µs SrcBytes=300 SrcPackets=3 OneWay=true`,
	},
	{
		"dns 1", `{"timestamp":"2024-01-02T03:04:05.678901+0000","event_type":"dns","src_ip":"192.0.2.53","src_port":53,"dest_ip":"192.0.2.1","dest_port":1025,"proto":"UDP","dns":{"type":"answer","id":5,"rcode":"NOERROR","rrname":"a.example","rrtype":"A","ttl":60,"rdata":"198.51.100.1"}}`,
		`dns 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="dns" suricata.eve.dns.type="answer" suricata.eve.dns.id="5" suricata.eve.dns.ttl="60" Src=192.0.2.1 Dst=192.0.2.53 SrcPort=1025 DstPort=53 Proto=17 Query="a.example" QType="A" RCode="NOERROR" Answers=["198.51.100.1"]`,
	},
	{
		"dns 2", start + `"event_type":"dns","dns":{"version":2,"type":"answer","rrname":"a.example","rrtype":"A","rcode":"NOERROR","answers":[{"rrname":"a.example","rrtype":"CNAME","ttl":5,"rdata":"b.example"},{"rrname":"b.example","rrtype":"A","rdata":"198.51.100.1"}],"grouped":{"A":["198.51.100.1"],"CNAME":["b.example"]}}}`,
		`dns 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="dns" suricata.eve.dns.version="2" suricata.eve.dns.type="answer" suricata.eve.dns.answers.rrname="a.example" suricata.eve.dns.answers.rrtype="CNAME" suricata.eve.dns.answers.ttl="5" suricata.eve.dns.answers.rrname="b.example" suricata.eve.dns.answers.rrtype="A"` +
			ends + ` Query="a.example" QType="A" RCode="NOERROR" Answers=["b.example" "198.51.100.1"]`,
	},
	{
		"dns 3", start + `"event_type":"dns","dns":{"version":3,"type":"request","queries":[{"rrname":"a.example","rrtype":"TXT"},{"rrname":"b.example","rrtype":"A"}]}}`,
		`dns 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="dns" suricata.eve.dns.version="3" suricata.eve.dns.type="request" suricata.eve.dns.queries.rrname="b.example" suricata.eve.dns.queries.rrtype="A"` + ends + ` Query="a.example" QType="TXT"`,
	},
	{
		"http", start + `"event_type":"http","http":{"hostname":"a.example","url":"\/x","http_user_agent":"ua","http_refer":"r","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":9}}`,
		`http 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="http" suricata.eve.http.protocol="HTTP/1.1"` + ends + ` Method="GET" Host="a.example" URI="/x" Referrer="r" UserAgent="ua" Status=200 ResponseBytes=9`,
	},
	{
		"tls", start + `"event_type":"tls","tls":{"subject":"CN=a.example","issuerdn":"CN=ca.example","serial":"01","fingerprint":"aa:bb:cc","sni":"a.example","version":"TLS 1.2","ja3":{"hash":"h","string":"s"},"ja3s":{"hash":"hs"},"ja4":"j4"}}`,
		`tls 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="tls" suricata.eve.tls.serial="01" suricata.eve.tls.ja3.string="s"` + ends +
			` ServerName="a.example" Version="TLS 1.2" JA3="h" JA3S="hs" JA4="j4" Subject="CN=a.example" Issuer="CN=ca.example" Fingerprints=["aabbcc"]`,
	},
	{
		"fileinfo", start + `"event_type":"fileinfo","app_proto":"http","http":{"hostname":"a.example"},"fileinfo":{"filename":"/x.exe","sha256":"aa","size":7,"state":"CLOSED"}}`,
		`file 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="fileinfo" suricata.eve.http.hostname="a.example" suricata.eve.fileinfo.state="CLOSED"` + ends + ` Name="/x.exe" SHA256="aa" Size=7 Protocol="http"`,
	},
	{
		"smtp", start + `"event_type":"smtp","smtp":{"helo":"mx.example","mail_from":"<a@b.example>","rcpt_to":["<c@d.example>"]},"email":{"status":"PARSE_DONE","from":"A <a@b.example>","to":["c@d.example"],"attachment":["x.doc"],"url":["evil.example/x"]}}`,
		`mail 1 Occurred=2024-01-02T03:04:05.678901 suricata.eve.event_type="smtp" suricata.eve.email.status="PARSE_DONE" suricata.eve.email.attachment="x.doc" suricata.eve.email.url="evil.example/x"` + ends +
			` From="a@b.example" HELO="mx.example" Addresses=["a@b.example" "c@d.example" "a@b.example" "c@d.example"]`,
	},
	{
		"alert", start + `"event_type":"alert","alert":{"signature_id":1,"signature":"made up","metadata":{"tag":["x","y"]}}}`,
		`event 1 Occurred=2024-01-02T03:04:05.678901` + ends + ` Dataset="suricata.alert" suricata.eve.flow_id="77" suricata.eve.src_ip="192.0.2.1" suricata.eve.src_port="1025" suricata.eve.dest_ip="198.51.100.1" suricata.eve.dest_port="443" suricata.eve.proto="TCP" suricata.eve.event_type="alert" suricata.eve.alert.signature_id="1" suricata.eve.alert.signature="made up" suricata.eve.alert.metadata.tag="x" suricata.eve.alert.metadata.tag="y"`,
	},
}

func TestRecords(t *testing.T) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if !eve.Sniff([]byte(tt.line+"\n"), "") {
				t.Error("not taken for eve.json")
			}
			got := telemetrytest.Records(telemetrytest.Read(eve.New(nil, ""), []byte(tt.line))...)
			for i := range got {
				got[i] = telemetrytest.WithoutRaw(got[i])
			}
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	s := telemetrytest.Read(eve.New(nil, ""), []byte("[]\n{\"event_type\":\"flow\",\"src_ip\":\"x\"}\r\n\n{\"event_type\":"))[0]
	got := telemetrytest.Problems(s)
	want := "3 1 1\nnot a JSON object 1 [line 1]\nvalue not understood 1 [line 2: suricata.eve.src_ip]\ncut off in the middle 1 [line 4]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzEVE(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.line+"\n"+c.line), 100)
	}
	f.Fuzz(func(t *testing.T, text []byte, split int) {
		telemetrytest.Laws(t, func() telemetrytest.Decoder { return eve.New(nil, "") }, text, split)
	})
}

func corpus() []byte {
	var b strings.Builder
	for range 200 {
		for _, c := range cases {
			b.WriteString(c.line + "\n")
		}
	}
	return []byte(b.String())
}

func TestNothingAllocatedPerRecord(t *testing.T) {
	data := corpus()
	d := eve.New(nil, "")
	var s telemetry.Set
	n := testing.AllocsPerRun(10, func() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	})
	if n > 20 {
		t.Errorf("%v allocations for %d records", n, s.Read)
	}
}

func BenchmarkDecode(b *testing.B) {
	data := corpus()
	d := eve.New(nil, "")
	var s telemetry.Set
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	}
}
