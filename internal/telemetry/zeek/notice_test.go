package zeek_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/zeek"
)

func TestNotice(t *testing.T) {
	tsv := "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tnotice\n" +
		"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tnote\tmsg\tsub\tsrc\tdst\tp\n" +
		"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tenum\tstring\tstring\taddr\taddr\tport\n" +
		"1704164645.000000\tC1\t198.51.100.7\t50022\t192.0.2.1\t22\ttcp\tSSH::Login\tlogin by hand\t-\t198.51.100.7\t192.0.2.1\t22\n" +
		"1704164646.000000\t-\t-\t-\t-\t-\t-\tScan::Port_Scan\t198.51.100.7 scanned\tremote\t198.51.100.7\t192.0.2.9\t23\n"
	json := `{"ts":1704164645.0,"uid":"C1","id.orig_h":"198.51.100.7","id.orig_p":50022,"id.resp_h":"192.0.2.1","id.resp_p":22,"proto":"tcp","note":"SSH::Login","msg":"login by hand","src":"198.51.100.7","dst":"192.0.2.1","p":22,"_path":"notice"}
{"ts":1704164646.0,"note":"Scan::Port_Scan","msg":"198.51.100.7 scanned","sub":"remote","src":"198.51.100.7","dst":"192.0.2.9","p":23,"_path":"notice"}
`
	var forms [2][]string
	for i, in := range []string{tsv, json} {
		set := telemetrytest.Read(zeek.New([]byte(in), "notice.log"), []byte(in))[0]
		b := set.Batch(telemetry.KindEvent)
		for k := range b.Len() {
			var w strings.Builder
			e := &b.Event[k]
			w.WriteString(e.Src.String() + " " + e.Dst.String())
			for _, p := range b.PairsOf(e.Pairs) {
				w.WriteString(" " + p.Field.String() + "=" + p.Text)
			}
			forms[i] = append(forms[i], w.String())
		}
	}
	want := []string{
		"198.51.100.7 192.0.2.1 zeek.notice.proto=tcp stormglass.zeek.note=SSH::Login zeek.notice.note=SSH::Login message=login by hand zeek.notice.msg=login by hand " +
			"zeek.notice.src=198.51.100.7 zeek.notice.dst=192.0.2.1 zeek.notice.p=22 event.action=notice",
		"198.51.100.7 192.0.2.9 stormglass.zeek.note=Scan::Port_Scan zeek.notice.note=Scan::Port_Scan message=198.51.100.7 scanned zeek.notice.msg=198.51.100.7 scanned " +
			"stormglass.zeek.sub=remote zeek.notice.sub=remote zeek.notice.src=198.51.100.7 zeek.notice.dst=192.0.2.9 zeek.notice.p=23 event.action=notice",
	}
	for i := range forms {
		if diff := cmp.Diff(want, forms[i]); diff != "" {
			t.Errorf("form %d: -want +got\n%s", i, diff)
		}
	}
	if telemetry.ClassOf("notice") != telemetry.ClassNotice {
		t.Error("notice has no class")
	}
}
