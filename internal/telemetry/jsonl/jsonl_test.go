package jsonl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/jsonl"
	"stormglass/internal/telemetry/telemetrytest"
)

func TestRecords(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{
			"ecs flow, nested", `{"@timestamp":"2024-01-02T03:04:05.678Z","source":{"ip":"192.0.2.1","port":1025,"bytes":5},"destination":{"ip":"198.51.100.1","port":443},"network":{"transport":"tcp","community_id":"1:x="},"event":{"dataset":"x.flow","duration":1500000000},"tags":["a","b"]}`,
			`flow 1 Occurred=2024-01-02T03:04:05.678 event.dataset="x.flow" tags="a" tags="b" Src=192.0.2.1 Dst=198.51.100.1 SrcPort=1025 DstPort=443 Proto=6 Duration=1.5s SrcBytes=5 CommunityID="1:x="`,
		},
		{
			"ecs dns, dotted", `{"@timestamp":1704164645678,"dns.question.name":"a.example","dns.question.type":"A","dns.answers":[{"data":"198.51.100.1","ttl":5},{"data":"198.51.100.2"}],"source.ip":"192.0.2.1"}`,
			`dns 1 Occurred=2024-01-02T03:04:05.678 dns.answers.ttl="5" Src=192.0.2.1 Query="a.example" QType="A" Answers=["198.51.100.1" "198.51.100.2"]`,
		},
		{
			"http", `{"ts":1704164645,"client_ip":"192.0.2.1","method":"GET","url":"http://a.example/","status_code":200,"user_agent":"x\u00e9"}`,
			`http 1 Occurred=2024-01-02T03:04:05 Src=192.0.2.1 Method="GET" URI="http://a.example/" UserAgent="xé" Status=200`,
		},
		{
			"tls", `{"time":"2024-01-02 03:04:05","tls":{"client":{"server_name":"a.example","ja3":"j"},"server":{"hash":{"sha1":"AA:BB"}}}}`,
			`tls 1 Occurred=2024-01-02T03:04:05 Doubt=14h0m0s ServerName="a.example" JA3="j" Fingerprints=["AABB"]`,
		},
		{
			"file", `{"time":"2024-01-02T05:04:05+02:00","file":{"name":"x.exe","hash":{"sha256":"aa"}}}`,
			`file 1 Occurred=2024-01-02T03:04:05 Name="x.exe" SHA256="aa"`,
		},
		{
			"a computer's event", `{"@timestamp":"2024-01-02T03:04:05Z","winlog":{"event_id":4688,"event_data":{"Image":"C:\\x.exe"}},"host":{"name":"pc1"},"source.ip":"192.0.2.1","source.port":80,"no":null}`,
			`event 1 Occurred=2024-01-02T03:04:05 Src=192.0.2.1 SrcPort=80 Dataset="windows" Host="pc1" winlog.event_id="4688" winlog.event_data.Image="C:\\x.exe" host.name="pc1" source.ip="192.0.2.1" source.port="80"`,
		},
		{"no time", `{"a":{"b":true}}`, `event 1 Dataset="json" a.b="true"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !jsonl.Sniff([]byte(tt.line+"\n"), "") {
				t.Error("not taken for JSON lines")
			}
			got := telemetrytest.Records(telemetrytest.Read(jsonl.New(nil, ""), []byte(tt.line))...)
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
	s := telemetrytest.Read(jsonl.New(nil, ""), []byte("{\"a\":1}\n\nnope\n{\"src_ip\":\"x\",\"dport\":1}\n{\"a\":"))[0]
	got := telemetrytest.Problems(s)
	want := "4 2 2\nnot a JSON object 1 [line 3]\nvalue not understood 1 [line 4: src_ip]\ncut off in the middle 1 [line 5]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("{\"source.ip\":\"192.0.2.1\",\"dns.answers\":[{\"data\":\"x\"}],\"a\":{}}\n{\"event.duration\":5}"), 10)
	f.Fuzz(func(t *testing.T, text []byte, split int) {
		telemetrytest.Laws(t, func() telemetrytest.Decoder { return jsonl.New(nil, "") }, text, split)
	})
}

func BenchmarkFlow(b *testing.B) {
	line := `{"@timestamp":"2024-01-02T03:04:05.678Z","source":{"ip":"192.0.2.1","port":1025,"bytes":5},"destination":{"ip":"198.51.100.1","port":443,"bytes":7},"network":{"transport":"tcp","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg="},"event":{"dataset":"x.flow","duration":1500000000}}` + "\n"
	data := []byte(strings.Repeat(line, 1000))
	d := jsonl.New(nil, "")
	var s telemetry.Set
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	}
}
