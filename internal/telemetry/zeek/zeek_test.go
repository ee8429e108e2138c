package zeek_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/zeek"
)

const connHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2024-01-02-03-04-05\n" +
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n" +
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n"

const connRow = "1704164645.678901\tCUIDEX1\t192.0.2.10\t49152\t198.51.100.7\t443\ttcp\tssl\t3.069982\t1361\t8181\tSF\tT\tF\t0\tShADadFf\t12\t1989\t11\t8909\t(empty)\n"

func records(t *testing.T, name, text string) []string {
	t.Helper()
	if !zeek.Sniff([]byte(text), name) {
		t.Errorf("%s: not taken for Zeek", name)
	}
	return telemetrytest.Records(telemetrytest.Read(zeek.New([]byte(text), name), []byte(text))...)
}

func TestTSV(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{
			"conn", "conn.log", connHeader + connRow + "#close\t2024-01-02-04-00-00\n",
			`flow 9 Occurred=2024-01-02T03:04:05.678901 zeek.conn.missed_bytes="0" zeek.conn.history="ShADadFf" zeek.conn.orig_ip_bytes="1989" zeek.conn.resp_ip_bytes="8909"` +
				` Src=192.0.2.10 Dst=198.51.100.7 SrcPort=49152 DstPort=443 Proto=6 SrcLocal=1 DstLocal=2 UID="CUIDEX1" Duration=3.069982s` +
				` SrcBytes=1361 DstBytes=8181 SrcPackets=12 DstPackets=11 Answered=1 Service="ssl" State="SF"`,
		},
		{
			"header changes halfway, other separators", "x.log",
			connHeader + "#separator |\n#set_separator|;\n#unset_field|?\n#path|dns\n#fields|ts|id.orig_h|query|qtype_name|answers|rtt\n#types|time|addr|string|string|vector[string]|interval\n" +
				"1704164645|2001:db8::1|a\\x7cb.example.|TXT|x\\x3by;?;z\\\\w\\xe4\\xc3\\xa4|?\r\n",
			`dns 15 Occurred=2024-01-02T03:04:05 Src=2001:db8::1 Query="a|b.example" QType="TXT" Answers=["x;y" "z\\w\\xe4ä"]`,
		},
		{
			"names only", "http.log",
			"### BTest baseline\nuid\tid.orig_h\tmethod\thost\turi\nC1\t192.0.2.1\tGET\twww.example\t/\n",
			`http 3 Src=192.0.2.1 UID="C1" Method="GET" Host="www.example" URI="/"`,
		},
		{
			"event", "x.log",
			"#path\tweird\n#fields\tts\tuid\tid.orig_h\tname\tnotice\tpeers\tgap\n#types\ttime\tstring\taddr\tstring\tbool\tset[string]\tinterval\nXXXXXXXXXX.XXXXXX\tC1\t192.0.2.1\todd\tF\ta,b\t0.500000\n",
			`event 4 Src=192.0.2.1 UID="C1" Dataset="zeek.weird" zeek.weird.name="odd" zeek.weird.notice="false" zeek.weird.peers="a" zeek.weird.peers="b" zeek.weird.gap="0.5"` +
				` Raw="XXXXXXXXXX.XXXXXX\tC1\t192.0.2.1\todd\tF\ta,b\t0.500000"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, records(t, tt.file, tt.text)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{
			"conn without path", "some.json",
			`{"ts":1704164645.678901,"uid":"C1","id":{"orig_h":"2001:db8::1","orig_p":128,"resp_h":"2001:db8::2","resp_p":0},"proto":"icmp","duration":1.5e-05,"conn_state":"OTH","resp_pkts":1,"resp_ip_bytes":64,"community_id":"1:x="}`,
			`flow 1 Occurred=2024-01-02T03:04:05.678901 zeek.conn.resp_ip_bytes="64" stormglass.destination.bytes_of="resp_ip_bytes" Src=2001:db8::1 Dst=2001:db8::2 SrcPort=128 Proto=58 UID="C1" Duration=15µs DstBytes=64 DstPackets=1 Answered=1 State="OTH" CommunityID="1:x="`,
		},
		{
			"ssl", "x", `{"_path":"ssl","ts":"2024-01-02T03:04:05.000001Z","server_name":"a.example","established":false,"cert_chain_fps":["aa","bb"],"client_cert_chain_fps":["cc"],"ja3":"j","ja4":"k","resumed":true}`,
			`tls 1 Occurred=2024-01-02T03:04:05.000001 zeek.ssl.established="false" zeek.ssl.resumed="true" ServerName="a.example" JA3="j" JA4="k" Established=2 Fingerprints=["aa" "bb" "cc"]`,
		},
		{
			"files by connection", "files.log", `{"ts":1,"fuid":"F1","uid":"C1","id.orig_h":"192.0.2.1","id.orig_p":1,"id.resp_h":"192.0.2.2","id.resp_p":80,"source":"HTTP","is_orig":false,"seen_bytes":7,"md5":"d4","filename":"a\u00e9"}`,
			`file 1 Occurred=1970-01-01T00:00:01 zeek.files.fuid="F1" zeek.files.is_orig="false" zeek.files.seen_bytes="7" stormglass.file.size_of="seen_bytes" Src=192.0.2.2 Dst=192.0.2.1 SrcPort=80 DstPort=1 UID="C1" Name="aé" MD5="d4" Size=7 Protocol="HTTP"`,
		},
		{
			"files by hosts", "files.log", `{"ts":1,"fuid":"F1","tx_hosts":["192.0.2.2","192.0.2.3"],"rx_hosts":["192.0.2.1"],"conn_uids":["C1"],"total_bytes":9}`,
			`file 1 Occurred=1970-01-01T00:00:01 zeek.files.fuid="F1" zeek.files.tx_hosts="192.0.2.3" Src=192.0.2.2 Dst=192.0.2.1 UID="C1" Size=9`,
		},
		{
			"smtp", "smtp.log", `{"ts":1,"uid":"C1","helo":"mx.example","mailfrom":"<a@b.example>","path":["192.0.2.9"],"rcptto":["c@d.example"],"from":"\"A\" <a@b.example>","to":["C <c@d.example>"],"subject":"s"}`,
			`mail 1 Occurred=1970-01-01T00:00:01 UID="C1" From="a@b.example" Subject="s" HELO="mx.example" Addresses=["a@b.example" "c@d.example" "a@b.example" "c@d.example"] Path=["192.0.2.9"]`,
		},
		{
			"a repeated key", "dns.log", `{"ts":1,"uid":"C1","query":"a.example","query":"b.example"}`,
			`dns 1 Occurred=1970-01-01T00:00:01 zeek.dns.query="b.example" UID="C1" Query="a.example"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, records(t, tt.file, tt.text)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestAnswered(t *testing.T) {
	want := map[string]telemetry.Answer{
		"SF": telemetry.Answered, "RSTO": telemetry.Answered, "SHR": telemetry.Answered, "S0": telemetry.Unanswered,
		"RSTOS0": telemetry.Unanswered, "SH": telemetry.Unanswered, "REJ": telemetry.Refused, "OTH": telemetry.AnswerUnknown,
	}
	for state, a := range want {
		text := connHeader + strings.Replace(strings.Replace(connRow, "\tSF\t", "\t"+state+"\t", 1),
			"8181", "0", 1)
		if state == "OTH" {
			text = strings.Replace(strings.Replace(text, "ShADadFf", "D", 1), "\t11\t", "\t0\t", 1)
		}
		s := telemetrytest.Read(zeek.New([]byte(text), ""), []byte(text))[0]
		if got := s.Batch(telemetry.KindFlow).Flow[0].Answered; got != a {
			t.Errorf("%s: %d, want %d", state, got, a)
		}
	}
}

func TestProblems(t *testing.T) {
	text := "1\t2\n" + connHeader + "1\tC1\n" + connRow + "1\tC2"
	head := []byte(connHeader)
	s := telemetrytest.Read(zeek.New(head, "conn.log"), []byte(text))[0]
	got := telemetrytest.Problems(s)
	want := "4 1 0\nrow before any header 1 [line 1]\nwrong number of columns 1 [line 10: expected 21, found 2]\ncut off in the middle 1 [line 12]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzTSV(f *testing.F) {
	f.Add([]byte(connHeader+connRow+"1\t2\n"), 20)
	f.Add([]byte(connHeader+"#fields\tts\tts\tquery\n#path\tx509\n#fields\tts\tsan.dns\n1\ta,b\\x2c,-\n#path\tsmtp\n#fields\tfrom\tpath\tto\nx\t<y\tz>"), 500)
	f.Fuzz(func(t *testing.T, text []byte, split int) {
		open := func() telemetrytest.Decoder { return zeek.New([]byte(connHeader), "x.log") }
		telemetrytest.Laws(t, open, text, split)
		zeek.Sniff(text, "x.log")
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"_path":"conn","ts":1.5,"uid":"C1","id.orig_h":"192.0.2.1","duration":0.1,"duration":1}`+"\n{\"ts\":2}\n"), 30)
	f.Add([]byte(`{"ts":"2024-01-02T03:04:05Z","mailfrom":"a@b","path":["x","y"],"to":["<z>"],"path":1}`+"\n{"), 3)
	f.Fuzz(func(t *testing.T, text []byte, split int) {
		open := func() telemetrytest.Decoder { return zeek.New([]byte(`{"_path":"conn","ts":1}`), "x.log") }
		telemetrytest.Laws(t, open, text, split)
		zeek.Sniff(text, "x.log")
	})
}

var generators = map[string]func(i int) string{
	"conn tsv": func(i int) string { return strings.Replace(connRow, "49152", strconv.Itoa(1024+i), 1) },
	"conn json": func(i int) string {
		return fmt.Sprintf(`{"ts":1704164645.678901,"uid":"CVvreZ2AGtqjnP3nnl","id.orig_h":"192.0.2.10","id.orig_p":%d,"id.resp_h":"198.51.100.7","id.resp_p":443,"proto":"tcp","service":"ssl","duration":3.069982,"orig_bytes":1361,"resp_bytes":8181,"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf","orig_pkts":12,"orig_ip_bytes":1989,"resp_pkts":11,"resp_ip_bytes":8909}`+"\n", 1024+i)
	},
	"dns json": func(i int) string {
		return fmt.Sprintf(`{"ts":1704164645.678901,"uid":"CVvreZ2AGtqjnP3nnl","id.orig_h":"192.0.2.10","id.orig_p":%d,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":42937,"rtt":0.069982,"query":"www.host%d.example","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["198.51.100.7","198.51.100.8"],"TTLs":[60.0,60.0],"rejected":false}`+"\n", 1024+i, i)
	},
	"http json": func(i int) string {
		return fmt.Sprintf(`{"ts":1704164645.678901,"uid":"CVvreZ2AGtqjnP3nnl","id.orig_h":"192.0.2.10","id.orig_p":%d,"id.resp_h":"198.51.100.7","id.resp_p":80,"trans_depth":1,"method":"GET","host":"www.example","uri":"/a/%d","version":"1.1","user_agent":"Mozilla/5.0","request_body_len":0,"response_body_len":471,"status_code":200,"status_msg":"OK","tags":[],"resp_fuids":["F1"],"resp_mime_types":["text/html"]}`+"\n", 1024+i, i)
	},
	"ssl json": func(i int) string {
		return fmt.Sprintf(`{"ts":1704164645.678901,"uid":"CVvreZ2AGtqjnP3nnl","id.orig_h":"192.0.2.10","id.orig_p":%d,"id.resp_h":"198.51.100.7","id.resp_p":443,"version":"TLSv12","cipher":"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256","curve":"x25519","server_name":"www.example","resumed":false,"established":true,"cert_chain_fps":["b2dafbcdbc75210672f137f27ce882cc"],"client_cert_chain_fps":[],"ja3":"b2dafbcdbc75210672f137f27ce882cc"}`+"\n", 1024+i)
	},
}

func generate(name string) (head, body []byte) {
	var b strings.Builder
	if strings.HasSuffix(name, "tsv") {
		b.WriteString(connHeader)
	}
	head = []byte(b.String())
	for i := range 2000 {
		b.WriteString(generators[name](i))
	}
	if len(head) == 0 {
		head = []byte(generators[name](0))
	}
	return head, []byte(b.String())
}

func TestNothingAllocatedPerRecord(t *testing.T) {
	for name := range generators {
		head, body := generate(name)
		d := zeek.New(head, "")
		var s telemetry.Set
		n := testing.AllocsPerRun(10, func() {
			s.Reset()
			b := telemetry.Block{Data: body, Line: 1}
			d.Prepare(&b)
			d.Decode(&b, &s)
		})
		if s.Read != 2000 || len(s.Problems.List) != 0 {
			t.Errorf("%s: read %d %+v", name, s.Read, s.Problems)
		}
		if n > 200 { // what reading a header costs, in Prepare and in Decode
			t.Errorf("%s: %v allocations for 2000 records", name, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"conn tsv", "conn json", "dns json", "http json", "ssl json"} {
		b.Run(name, func(b *testing.B) {
			head, body := generate(name)
			d := zeek.New(head, "")
			var s telemetry.Set
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				s.Reset()
				block := telemetry.Block{Data: body, Line: 1}
				d.Prepare(&block)
				d.Decode(&block, &s)
			}
		})
	}
}
