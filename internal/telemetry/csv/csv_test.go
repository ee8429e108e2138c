package csv_test

import (
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/csv"
	"stormglass/internal/telemetry/telemetrytest"
)

const nfdump16 = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,ra\n"

const rwcut = "sIP|dIP|sPort|dPort|pro|   packets|     bytes|   flags|                  sTime| duration|iTy|iCo|\n"

const nfdump16Row = "2024-01-02 03:04:05,2024-01-02 03:04:07,2.500,192.0.2.1,198.51.100.1,1025,443,TCP,...AP.SF,0,0,5,500,0,0,3,4,64500,0,192.0.2.254\n"

const nfdump171 = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc," +
	"mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr\n"

func records(t *testing.T, text string) []string {
	t.Helper()
	if !csv.Sniff([]byte(text), "") {
		t.Error("not taken for CSV")
	}
	return telemetrytest.Records(telemetrytest.Read(csv.New([]byte(text), ""), []byte(text))...)
}

func TestRecords(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{
			"nfdump 1.6", nfdump16 + nfdump16Row + "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n1,500,5,1,1,1\n",
			`flow 2 Occurred=2024-01-02T03:04:05 Doubt=14h0m0s te="2024-01-02 03:04:07" Src=192.0.2.1 Dst=198.51.100.1 SrcPort=1025 DstPort=443 Proto=6 Duration=2.5s SrcBytes=500 SrcPackets=5 OneWay=true TCPFlags=27 Export={192.0.2.254 0 0 3 4 64500 0 invalid IP invalid IP invalid IP 0 0 0 0 0 0 0 0}`,
		},
		{
			"nfdump 1.6, ICMP", nfdump16 + "2024-01-02 03:04:05,2024-01-02 03:04:05,0.000,192.0.2.1,198.51.100.1,0,8.0,ICMP,........,0,0,1,84,0,0,0,0,0,0,0.0.0.0\r\n",
			`flow 2 Occurred=2024-01-02T03:04:05 Doubt=14h0m0s te="2024-01-02 03:04:05" Src=192.0.2.1 Dst=198.51.100.1 Proto=1 SrcBytes=84 SrcPackets=1 OneWay=true ICMPType=8`,
		},
		{
			"nfdump 1.7.1", nfdump171 + "2024-01-02 03:04:05,2024-01-02 03:04:06,1.000,2001:db8::1,2001:db8::2,0,32768,ICMP6,........,64,8,1,84,2,90,3,4,64500,64501,48,64,46,1," +
				"2001:db8::3,2001:db8::4,10,20,00:00:5e:00:53:01,00:00:00:00:00:00,00:00:00:00:00:00,00:00:00:00:00:00,17-0-1" + strings.Repeat(",0-0-0", 9) +
				",    0.000,    0.000,    0.000,192.0.2.254,0/11,1,2024-01-02 03:04:07.250\n",
			`flow 2 Occurred=2024-01-02T03:04:05 Doubt=14h0m0s te="2024-01-02 03:04:06" stormglass.ipfix.forwardingStatus="64" stormglass.ipfix.postIpClassOfService="46" nhb="2001:db8::4" ` +
				`stormglass.ipfix.sourceMacAddress="00:00:5e:00:53:01" stormglass.ipfix.mplsTopLabelStackSection="17-0-1" eng="0/11" exid="1" tr="2024-01-02 03:04:07.250" ` +
				`Src=2001:db8::1 Dst=2001:db8::2 Proto=58 Duration=1s SrcBytes=84 DstBytes=90 SrcPackets=1 DstPackets=2 ICMPType=128 ` +
				`Export={192.0.2.254 0 0 3 4 64500 64501 2001:db8::3 invalid IP invalid IP 0 0 10 20 8 48 64 2}`,
		},
		{
			"rwcut", "            sIP|            dIP|sPort|dPort|pro|   packets|     bytes|   flags|                  sTime| duration|                  eTime|sen|\n" +
				"      192.0.2.1|   198.51.100.1| 1025|  443|  6|         5|       500|FS PA   |2024/01/02T03:04:05.024|    2.500|2024/01/02T03:04:07.524| S1|\n",
			`flow 2 Occurred=2024-01-02T03:04:05.024 Doubt=14h0m0s eTime="2024/01/02T03:04:07.524" sen="S1" Src=192.0.2.1 Dst=198.51.100.1 SrcPort=1025 DstPort=443 Proto=6 Duration=2.5s SrcBytes=500 SrcPackets=5 OneWay=true TCPFlags=27`,
		},
		{
			"rwcut, all fields, not padded", "sIP|dIP|sPort|dPort|protocol|packets|bytes|flags|sTime|dur|sensor|in|out|nhIP|initialFlags|sessionFlags|attributes|application|class|type|iType|iCode\n" +
				"2001:db8::1|2001:db8::2|0|769|58|1|84||2024/01/02T03:04:05|0|S1|3|4|0.0.0.0|||F|0|all|in|3|1\n",
			`flow 2 Occurred=2024-01-02T03:04:05 Doubt=14h0m0s sensor="S1" attributes="F" class="all" type="in" Src=2001:db8::1 Dst=2001:db8::2 Proto=58 SrcBytes=84 SrcPackets=1 OneWay=true ICMPType=3 ICMPCode=1 ` +
				`Export={invalid IP 0 0 3 4 0 0 invalid IP invalid IP invalid IP 0 0 0 0 0 0 0 0}`,
		},
		{
			"nfdump 1.7", "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n2024-01-02 03:04:05.678,0.100,UDP,2001:db8::1,53,2001:db8::2,1025,1,99,1\n",
			`flow 2 Occurred=2024-01-02T03:04:05.678 Doubt=14h0m0s flows="1" Src=2001:db8::1 Dst=2001:db8::2 SrcPort=53 DstPort=1025 Proto=17 Duration=100ms SrcBytes=99 SrcPackets=1 OneWay=true`,
		},
		{
			"http, semicolons and quotes", "# made by hand\n\"time\";\"client_ip\";\"url\";\"user agent\"\n1704164645;192.0.2.1;\"http://a.example/;x\";\"say \"\"hi\"\"\"\n",
			`http 3 Occurred=2024-01-02T03:04:05 Src=192.0.2.1 URI="http://a.example/;x" UserAgent="say \"hi\""`,
		},
		{
			"dns, tabs", "timestamp\tsrc_ip\tquery\tqtype\n2024-01-02T03:04:05Z\t192.0.2.1\ta.example.\tA\n",
			`dns 2 Occurred=2024-01-02T03:04:05 Src=192.0.2.1 Query="a.example" QType="A"`,
		},
		{
			"event", "date,badge,door\n2024-01-02T03:04:05+01:00,7,\n",
			`event 2 Occurred=2024-01-02T02:04:05 Dataset="csv" badge="7" Raw="2024-01-02T03:04:05+01:00,7,"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, records(t, tt.text)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestSniffRefuses(t *testing.T) {
	for _, text := range []string{
		"", "a\nb\n", "Well, that is prose, is it not?\nAnd more of it, too.\n",
		"Jan  2 03:04:05 host prog: a,b,c\nJan  2 03:04:05 host prog: a,b,c\n",
		"1704164645.6\tC1\t192.0.2.1\t80\n", "{\"a\":1,\"b\":2}\n",
	} {
		if csv.Sniff([]byte(text), "x.csv") {
			t.Errorf("%q taken for CSV", text)
		}
	}
}

func TestProblems(t *testing.T) {
	text := nfdump16 + "1,2\n" + strings.Replace(nfdump16Row, "192.0.2.1,", "\"192.0.2.1,", 1) +
		strings.Replace(nfdump16Row, "192.0.2.1,", "\"192.0.2.1\"x,", 1) + strings.Replace(nfdump16Row, "443", "99999", 1) + "Summary\nx\n" + nfdump16 + "1,2"
	s := telemetrytest.Read(csv.New([]byte(text), ""), []byte(text))[0]
	got := telemetrytest.Problems(s)
	want := "5 1 0\nwrong number of columns 1 [line 2: expected 20, found 2]\nquote not closed on its line 1 [line 3]\ntext after a closing quote 1 [line 4]\n" +
		"value not understood 1 [line 5: dp]\npassed summary section of nfdump: totals, no records 1 [line 6]\ncut off in the middle 1 [line 9]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// FuzzLine compares single lines with encoding/csv, and checks the laws of decoders.
func FuzzLine(f *testing.F) {
	f.Add("a,b,c", 3)
	f.Add(`"a""b",,"c,d"`, 5)
	f.Add(`1704164645,"x`, 5)
	f.Add("192.0.2.1| 198.51.100.1|    0| 2048|  1|         5|       500| S PA   |2024/01/02T03:04:05.024|    2.500|  8|  0|\n", 9)
	f.Add(nfdump16Row+"Summary\n"+nfdump16+nfdump16Row, 60)
	f.Fuzz(func(t *testing.T, line string, split int) {
		for _, names := range []string{nfdump16, rwcut} {
			open := func() telemetrytest.Decoder { return csv.New([]byte(names), "") }
			telemetrytest.Laws(t, open, []byte(names+line), split)
		}
		csv.Sniff([]byte(line), "")
		if strings.ContainsFunc(line, func(r rune) bool { return r == '\r' || r == '\n' || r > '~' }) || strings.TrimSpace(line) == "" {
			return
		}
		r := stdcsv.NewReader(strings.NewReader(line))
		r.FieldsPerRecord = -1
		want, err := r.Read()
		if errors.Is(err, stdcsv.ErrBareQuote) {
			return // ours stand for themselves
		}
		names := make([]string, max(len(want), 2))
		for i := range names {
			names[i] = fmt.Sprintf("col%c%c", 'a'+i/26%26, 'a'+i%26)
		}
		if len(names) > 600 || len(names) < 3 && err == nil {
			return
		}
		head := strings.Join(names, ",") + "\n"
		d := csv.New([]byte(head+strings.Repeat(",", len(names)-1)), "")
		s := telemetrytest.Read(d, []byte(head+line+"\n"))[0]
		if len(names) < 3 {
			return
		}
		if (s.Read == 1) != (err == nil) {
			t.Fatalf("read %d, %+v; encoding/csv: %v", s.Read, s.Problems.List, err)
		}
		if err != nil {
			return
		}
		b := s.Batch(telemetry.KindEvent)
		n := 0
		for i, w := range want {
			if strings.TrimSpace(w) == "" {
				continue
			}
			p := b.PairsOf(b.Event[0].Pairs)[n]
			n++
			if v := w; p.Field.String() != names[i] || p.Text != v && strings.TrimSpace(p.Text) != strings.TrimSpace(v) {
				t.Errorf("column %d: %s=%q, want %q", i, p.Field, p.Text, v)
			}
		}
	})
}

func corpus() []byte { return []byte(nfdump16 + strings.Repeat(nfdump16Row, 2000)) }

func TestNothingAllocatedPerRecord(t *testing.T) {
	data := corpus()
	d := csv.New(data[:1000], "")
	var s telemetry.Set
	n := testing.AllocsPerRun(10, func() {
		s.Reset()
		b := telemetry.Block{Data: data, Line: 1}
		d.Prepare(&b)
		d.Decode(&b, &s)
	})
	if n > 20 || s.Read != 2000 {
		t.Errorf("%v allocations for %d records", n, s.Read)
	}
}

func BenchmarkDecode(b *testing.B) {
	data := corpus()
	d := csv.New(data[:1000], "")
	var s telemetry.Set
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		block := telemetry.Block{Data: data, Line: 1}
		d.Prepare(&block)
		d.Decode(&block, &s)
	}
}
