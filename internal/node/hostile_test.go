package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"stormglass/internal/hunt"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// The inputs of these tests are made up by them. Each holds something that an adversary, or a broken
// disk, may put into intelligence or telemetry. What is asserted is that the account names the place,
// that what stands around it is hunted all the same, and that no answer carries the attack on.

const hostileValue = "198.51.100.66"

// formats are all forms of an answer.
var formats = []report.Format{report.Table, report.JSON, report.JSONL, report.CSV, report.HTML}

// goodText, and the like for other formats, gives a line that holds hostileValue; n tells lines apart.
func goodText(n int) string {
	return fmt.Sprintf("2026-01-05T10:00:%02dZ fw1 kernel: SRC=10.0.0.5 DST=%s PROTO=TCP n=%d\n", n%60, hostileValue, n)
}

func goodJSON(n int, more string) string {
	return fmt.Sprintf(`{"@timestamp":"2026-01-05T10:00:%02dZ","source.ip":"10.0.0.5","destination.ip":"%s","event.sequence":%d%s}`+"\n", n%60, hostileValue, n, more)
}

func goodZeek(n int) string {
	return fmt.Sprintf("17676072%02d.000000\tC%d\t10.0.0.5\t1234\t%s\t443\ttcp\n", n%60, n, hostileValue)
}

func goodCSV(n int, more string) string {
	return fmt.Sprintf("2026-01-05T10:00:%02dZ,10.0.0.5,%s,443,tcp%s\n", n%60, hostileValue, more)
}

const (
	zeekHead = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n" +
		"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\n"
	csvHead = "timestamp,src_ip,dst_ip,dst_port,proto\n"
)

// manyLines gives n good lines of text.
func manyLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(goodText(i))
	}
	return b.String()
}

// put writes a file and gives its path.
func put(tb testing.TB, dir, name string, content ...string) string {
	tb.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(strings.Join(content, "")), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func hostileIntel(tb testing.TB, dir string) string {
	tb.Helper()
	return put(tb, dir, "intel.txt", hostileValue+"\nevil.example.com\nhttp://evil.example.net/mal/x.php\n")
}

// hunted runs a hunt and renders its result in every format.
func hunted(tb testing.TB, intel []string, paths ...string) (*hunt.Result, map[report.Format]string) {
	tb.Helper()
	h := Hunt{Intel: intel, Telemetry: paths, KeepNotes: true, Version: "test", Now: time.Now}
	r, err := h.Run(tb.Context())
	if err != nil {
		tb.Fatalf("hunt: %v", err)
	}
	out := map[report.Format]string{}
	for _, f := range formats {
		var b bytes.Buffer
		if err := report.Write(&b, f, r, report.Options{ExplainIntel: true}); err != nil {
			tb.Fatalf("write as %v: %v", f, err)
		}
		out[f] = b.String()
	}
	if !json.Valid([]byte(out[report.JSON])) {
		tb.Error("the answer as JSON is none")
	}
	return r, out
}

// account finds the account of a file by the end of its name.
func account(tb testing.TB, r *hunt.Result, name string) *telemetry.Account {
	tb.Helper()
	for _, a := range r.Accounts {
		if strings.HasSuffix(a.Source.Name, name) {
			return a
		}
	}
	tb.Fatalf("no account of %q", name)
	return nil
}

// complaint puts all that an account says into one text.
func complaint(a *telemetry.Account) string {
	var s strings.Builder
	s.WriteString(a.Skipped + a.Failed)
	for _, p := range a.Problems.List {
		fmt.Fprintf(&s, " %s ×%d", p.Reason, p.Count)
		for _, e := range p.Examples {
			fmt.Fprintf(&s, " line %d %s;", e.Line, e.Detail)
		}
	}
	return s.String()
}

func records(r *hunt.Result) uint64 {
	var n uint64
	for _, f := range r.Findings {
		n += f.Records
	}
	return n
}

// TestHostileLines: a bad line is named, and every line around it is hunted.
func TestHostileLines(t *testing.T) {
	long := strings.Repeat("A", 3<<20)
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	utf16 := func(e unicode.Endianness, s string) string {
		b, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, tt := range []struct {
		name, content string
		hits          uint64   // records that hold the value and must be found
		says          []string // in the account
	}{
		{"long.txt", goodText(1) + long + "\n" + goodText(2), 2, []string{"longer than 1024 KiB", "line 2"}},
		{"longlast.txt", goodText(1) + goodText(2) + long, 2, []string{"longer than 1024 KiB", "line 3"}},
		{"long.json", goodJSON(1, "") + goodJSON(2, `,"message":"`+long+`"`) + goodJSON(3, ""), 2, []string{"longer than 1024 KiB", "line 2"}},
		{"longlast.json", goodJSON(1, "") + `{"message":"` + long, 1, []string{"longer than 1024 KiB", "line 2"}},
		{"longarray.json", "[\n" + strings.TrimSpace(goodJSON(1, "")) + ",\n" + strings.TrimSpace(goodJSON(2, `,"message":"`+long+`"`)) + ",\n" + goodJSON(3, "") + "]\n", 2, []string{"longer than 1024 KiB", "line 2"}},
		{"long.log", zeekHead + goodZeek(1) + long + "\n" + goodZeek(2), 2, []string{"longer than 1024 KiB", "line 9"}},
		{"long.csv", csvHead + goodCSV(1, "") + goodCSV(2, ","+long) + goodCSV(3, ""), 2, []string{"longer than 1024 KiB", "line 3"}},
		{"openquote.csv", csvHead + goodCSV(1, "") + "2026-01-05T10:00:00Z,\"open,10.0.0.5\n" + strings.Repeat(goodCSV(2, ""), 3000), 3001, []string{"quote not closed", "line 3"}},
		{"columns.csv", csvHead + goodCSV(1, "") + "a,b\n" + goodCSV(2, ",x,y") + goodCSV(3, ""), 2, []string{"wrong number of columns", "line 3", "expected 5, found 2"}},
		{"columns.log", zeekHead + goodZeek(1) + "1\t2\n" + goodZeek(2), 2, []string{"wrong number of columns", "line 9", "expected 7, found 2"}},
		{"nul.txt", goodText(1) + "a\x00b\n" + goodText(2), 2, nil},
		{"nul.json", goodJSON(1, "") + goodJSON(2, ",\"message\":\"a\x00b\"") + goodJSON(3, `,"message":"a\u0000b"`), 2, []string{"line 2"}},
		{"nul.log", zeekHead + goodZeek(1) + "\x00\x00\n" + goodZeek(2), 2, []string{"line 9"}},
		{"le.txt", utf16(unicode.LittleEndian, goodText(1)+goodText(2)), 2, nil},
		{"be.txt", utf16(unicode.BigEndian, goodText(1)+goodText(2)), 2, nil},
		{"odd.txt", utf16(unicode.LittleEndian, goodText(1)+goodText(2)) + "x", 2, nil},
		{"crlf.log", strings.ReplaceAll(zeekHead+goodZeek(1)+goodZeek(2), "\n", "\r\n"), 2, nil},
		{"utf8.txt", goodText(1) + "\xff\xfe\xc0\x80 \xed\xa0\x80\n" + goodText(2), 2, nil},
		{"utf8.json", goodJSON(1, "") + goodJSON(2, ",\"message\":\"\xff\xc0\"") + goodJSON(3, ""), 3, nil},
		{"deep.json", goodJSON(1, "") + goodJSON(2, `,"a":`+deep(10_000)) + goodJSON(3, ""), 2, []string{"nested too deep", "line 2"}},
		{"deepest.json", goodJSON(1, "") + goodJSON(2, `,"a":`+deep(1_000_000)) + goodJSON(3, ""), 2, []string{"longer than 1024 KiB", "line 2"}},
		{"number.json", goodJSON(1, "") + goodJSON(2, `,"source.port":`+strings.Repeat("9", 100_000)) + goodJSON(3, `,"source.port":1e400`) + goodJSON(4, `,"network.bytes":-1`) + goodJSON(5, `,"source.port":NaN`) + goodJSON(6, ""), 4, []string{"number too long", "line 2", "not a JSON object", "line 5"}},
		{"twice.json", goodJSON(1, `,"destination.ip":"`+hostileValue+`"`) + goodJSON(2, ""), 2, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r, out := hunted(t, []string{hostileIntel(t, dir)}, put(t, dir, tt.name, tt.content))
			if got := records(r); got != tt.hits {
				t.Errorf("found in %d records, want %d: %s", got, tt.hits, complaint(r.Accounts[0]))
			}
			says := complaint(r.Accounts[0])
			for _, want := range tt.says {
				if !strings.Contains(says, want) {
					t.Errorf("the account says %q, want %q in it", says, want)
				}
			}
			if whole := r.Accounts[0].Whole(); whole != (tt.says == nil) {
				t.Errorf("whole is %v: %s", whole, says)
			}
			if tt.says != nil && !strings.Contains(out[report.JSON], "partly_read") {
				t.Error("the JSON does not say that the file was read in part")
			}
		})
	}
}

// TestHostileUnmarkedUTF16: without a mark it is not read, and that is said.
func TestHostileUnmarkedUTF16(t *testing.T) {
	dir := t.TempDir()
	s, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(manyLines(20))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := hunted(t, []string{hostileIntel(t, dir)}, put(t, dir, "le.txt", s), put(t, dir, "zero.bin", strings.Repeat("\x00", 1<<20)), put(t, dir, "ok.txt", goodText(1)))
	for _, name := range []string{"le.txt", "zero.bin"} {
		if a := account(t, r, name); !strings.Contains(a.Skipped, "not a format that is read") {
			t.Errorf("%s: %q", name, complaint(a))
		}
	}
	if records(r) != 1 || !r.Incomplete() {
		t.Errorf("%d records, incomplete %v", records(r), r.Incomplete())
	}
}

// TestHostileTimes: a time that cannot be is none, and its record is hunted.
func TestHostileTimes(t *testing.T) {
	dir := t.TempDir()
	var text, js strings.Builder
	stamps := []string{
		"0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-001-01-01T00:00:00Z", "2026-01-05T10:00:00-99:99",
		"2026-02-30T10:00:00Z", "2026-01-05T24:00:00Z", "1969-12-31T23:59:59Z", "2200-01-02T00:00:00Z",
	}
	for i, s := range stamps {
		fmt.Fprintf(&text, "%s fw1 app: seen %s %d\n", s, hostileValue, i)
		fmt.Fprintf(&js, `{"@timestamp":%q,"source.ip":"10.0.0.5","destination.ip":%q}`+"\n", s, hostileValue)
	}
	for _, n := range []string{"-1", "1e400", strings.Repeat("9", 30), `"NaN"`, "253402300800"} {
		fmt.Fprintf(&js, `{"@timestamp":%s,"source.ip":"10.0.0.5","destination.ip":%q}`+"\n", n, hostileValue)
	}
	r, _ := hunted(t, []string{hostileIntel(t, dir)}, put(t, dir, "time.txt", text.String()), put(t, dir, "time.json", js.String()))
	if got := records(r); got != uint64(2*len(stamps)+5) {
		t.Errorf("found in %d records", got)
	}
	for _, f := range r.Findings {
		for i := range f.Days {
			if y := f.Days[i].First.Time().Year(); f.Days[i].First.Known() && (y < 1970 || y > 2200) {
				t.Errorf("a record of the year %d", y)
			}
		}
	}
	leap, _ := hunted(t, []string{hostileIntel(t, dir)}, put(t, dir, "leap.txt", "2016-12-31T23:59:60Z fw1 app: seen "+hostileValue+"\n"))
	if got := leap.Findings[0].First.Time(); !got.Equal(time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("leap second is %v", got)
	}
}

// TestHostileIntel: one bad item costs itself only, and is counted.
func TestHostileIntel(t *testing.T) {
	long := strings.Repeat("A", 3<<20)
	good := `{"uuid":"5f9b0f0e-1111-4000-8000-000000000002","type":"ip-dst","category":"Network activity","value":"` + hostileValue + `","to_ids":true}`
	misp := func(attributes ...string) string {
		return `{"Event":{"info":"x","uuid":"5f9b0f0e-1111-4000-8000-000000000001","date":"2026-01-01","Attribute":[` + strings.Join(attributes, ",") + `]}}`
	}
	indicator := func(n int, pattern string) string {
		return fmt.Sprintf(`{"type":"indicator","spec_version":"2.1","id":"indicator--5f9b0f0e-1111-4000-8000-%012d","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","valid_from":"2026-01-01T00:00:00Z","pattern_type":"stix","pattern":%q}`, n, pattern)
	}
	stix := func(objects ...string) string {
		return `{"type":"bundle","id":"bundle--5f9b0f0e-1111-4000-8000-000000000009","objects":[` + strings.Join(objects, ",") + `]}`
	}
	found := "[ipv4-addr:value = '" + hostileValue + "']"
	for _, tt := range []struct{ name, content, says string }{
		{"long.txt", "evil.example.com\n" + long + "\n" + hostileValue + "\n", "longer than 1 MiB"},
		{"longlast.txt", hostileValue + "\n" + long, "longer than 1 MiB"},
		{"long.csv", "type,value,comment\nip,203.0.113.1," + long + "\nip," + hostileValue + ",x\n", "longer than 1 MiB"},
		{"quote.csv", "type,value,comment\nip,203.0.113.1,\"open\n" + strings.Repeat("ip,"+hostileValue+",x\n", 500), "quote is not closed"},
		{"columns.dat", "#fields\tindicator\tindicator_type\tmeta.source\n203.0.113.1\n" + hostileValue + "\tIntel::ADDR\ts\n", "too few columns"},
		{"long.json", misp(strings.Replace(good, hostileValue, long, 1), good), "longer than 1 MiB"},
		{"cut.json", misp(good, good, good)[:len(misp(good, good, good))-60], "ends in the middle"},
		{"twice.json", misp(strings.Replace(good, `"type"`, `"value":"203.0.113.1","type"`, 1), good), "a key stands twice"},
		{"utf8.json", misp(strings.Replace(good, hostileValue, "a\xff.example", 1), good), "not in the form of MISP's format"},
		{"number.json", misp(strings.Replace(good, `"`+hostileValue+`"`, strings.Repeat("9", 1_000_000), 1), good), "longer than 16 KiB"},
		{"deep.json", misp(good, strings.Repeat("[", 1_000_000)), "max depth"},
		{"pattern.stix", stix(indicator(1, found), indicator(2, "["+strings.Repeat("(", 100_000)+"ipv4-addr:value = '203.0.113.1'"+strings.Repeat(")", 100_000)+"]")), "pattern cannot be read"},
		{"long.stix", stix(indicator(1, "[domain-name:value = '"+long+"']"), indicator(2, found)), "longer than 1 MiB"},
		{"match.stix", stix(indicator(1, "[domain-name:value MATCHES '(a+)+$']"), indicator(2, found)), "not yet hunted: MATCHES"},
		{"broad.stix", stix(indicator(1, "[ipv4-addr:value ISSUBSET '0.0.0.0/0']"), indicator(2, found)), "too broad"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r, out := hunted(t, []string{put(t, dir, tt.name, tt.content)}, put(t, dir, "one.log", goodText(1)))
			if records(r) != 1 {
				t.Errorf("found in %d records", records(r))
			}
			f := r.Intel[0]
			says := fmt.Sprint(f.Skipped, f.Failed, f.Listed, f.Reported)
			if !strings.Contains(says, tt.says) {
				t.Errorf("the account says %q, want %q in it", says, tt.says)
			}
			if n := f.Loaded + f.Count(1) + f.Count(2); n != f.Total {
				t.Errorf("%d items of %d are accounted for", n, f.Total)
			}
			if !strings.Contains(out[report.JSON], tt.says) {
				t.Error("the JSON does not say it")
			}
		})
	}
}

// TestHostilePoison: values that would make a finding of everything are not hunted.
func TestHostilePoison(t *testing.T) {
	dir := t.TempDir()
	poison := []string{
		"0.0.0.0/0", "::/0", ".com", "com", "*", "*.com", ".", "co.uk", "github.io", "localhost", "127.0.0.1", "::1", "0.0.0.0/1",
		"128.0.0.0/1", "::ffff:0:0/96", "2000::/3", "255.255.255.255", "http://", "@", "@gmail.com", "1", "a", "", " ",
	}
	lines := slices.Clone(poison)
	for i := range 60 {
		lines = append(lines, fmt.Sprintf("203.0.113.%d", i))
	}
	content := strings.Join(lines, "\n") + "\n"
	r, _ := hunted(t, []string{put(t, dir, "poison.txt", content+hostileValue+"\n")}, put(t, dir, "a.log",
		goodText(1)+"2026-01-05T10:00:00Z fw1 app: www.example.com a.github.io foo.co.uk localhost 127.0.0.1 ::1 2001:db8::1 192.0.2.9 255.255.255.255 bob@gmail.com http://x.example/\n"))
	if len(r.Findings) != 1 || r.Findings[0].Value.String() != hostileValue {
		for _, f := range r.Findings {
			t.Errorf("found %s", f.Value)
		}
	}
	f := r.Intel[0]
	if lost := f.Count(1) + f.Count(2); lost != len(poison)-2 {
		t.Errorf("%d values are listed or reported, want %d: %v %v", lost, len(poison)-2, f.Listed, f.Reported)
	}
}

// TestHostileWarningLists: expressions that cost too much, and empty entries, lower no finding.
func TestHostileWarningLists(t *testing.T) {
	for name, list := range map[string]string{
		"regex":     `"type":"regex","list":["((a{0,50}){0,50}){0,50}","(?:(?:a{1000}){1000}){1000}","(","` + strings.Repeat("a", 100_000) + `","(a+)+$"]`,
		"substring": `"type":"substring","list":[""]`,
		"hostname":  `"type":"hostname","list":["","."]`,
		"string":    `"type":"string","list":["","."]`,
		"cidr":      `"type":"cidr","list":["","x","0.0.0.0/33"]`,
	} {
		dir := t.TempDir()
		r, _ := hunted(t, []string{hostileIntel(t, dir), put(t, dir, "warning.json", `{"name":"w","description":"d","version":1,`+list+`}`)}, put(t, dir, "a.log", goodText(1)))
		if len(r.Findings) != 1 || r.Findings[0].Level != hunt.Medium || len(r.Findings[0].Warnings) != 0 {
			t.Errorf("%s: %d findings, level %v, on %v", name, len(r.Findings), r.Findings[0].Level, r.Findings[0].Warnings)
		}
		if name == "regex" && r.Warnings["w"] != 4 {
			t.Errorf("unused entries: %v", r.Warnings)
		}
	}
}

// TestHostilePaths: what cannot be opened is named, and the rest is hunted.
func TestHostilePaths(t *testing.T) {
	dir := t.TempDir()
	list := hostileIntel(t, dir)
	logs := filepath.Join(dir, "logs")
	if err := errors.Join(os.Mkdir(logs, 0o700), os.Mkdir(filepath.Join(dir, "empty"), 0o700),
		os.Symlink("loop", filepath.Join(logs, "loop")), os.Symlink("..", filepath.Join(logs, "up")), os.Symlink("nowhere", filepath.Join(logs, "dangling"))); err != nil {
		t.Fatal(err)
	}
	put(t, logs, "empty.log")
	for i, n := range hostileNames {
		if !strings.Contains(n, "/") {
			put(t, logs, n, goodText(i))
		}
	}
	put(t, logs, "z.log", goodText(90))
	r, out := hunted(t, []string{list, filepath.Join(dir, "nolist"), filepath.Join(dir, "empty")}, logs, filepath.Join(dir, "nolog"), filepath.Join(dir, "empty"), filepath.Join(logs, "z.log"))
	for name, says := range map[string]string{
		"loop": "symbolic links", "up": "a link to a folder", "dangling": "no such file", "nolog": "no such file", "empty.log": "empty",
	} {
		if a := account(t, r, name); !strings.Contains(a.Skipped, says) {
			t.Errorf("%s: %q, want %q", name, complaint(a), says)
		}
	}
	if records(r) != 5 { // four names without a slash, and z.log
		t.Errorf("found in %d records", records(r))
	}
	last := r.Accounts[len(r.Accounts)-1]
	if !strings.HasSuffix(last.SameAs, "z.log") {
		t.Errorf("the same file once more: %q", last.SameAs)
	}
	if f := r.Intel[1]; !strings.Contains(f.Skipped, "no such file") {
		t.Errorf("the missing list: %q", f.Skipped)
	}
	harmless(t, out)
	none, out := hunted(t, []string{list}, filepath.Join(dir, "empty"), filepath.Join(logs, "dangling"))
	if total, _, _, _ := none.Records(); total != 0 || !strings.Contains(out[report.JSON], `"not_assessed"`) {
		t.Errorf("%d records of nothing", total)
	}
	h := Hunt{Intel: []string{filepath.Join(dir, "empty")}, Telemetry: []string{logs}, Now: time.Now}
	if _, err := h.Run(t.Context()); !errors.Is(err, ErrNothingToHunt) {
		t.Errorf("no intelligence: %v", err)
	}
}

// TestHostileExplosion: a prefix that meets a quarter of a million subjects becomes one finding.
func TestHostileExplosion(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	const subjects = 230_000
	for i := range subjects {
		fmt.Fprintf(&b, `{"source.ip":"10.%d.%d.%d","destination.ip":"%s"}`+"\n", i>>16, i>>8&255, i&255, hostileValue)
	}
	h := Hunt{Intel: []string{put(t, dir, "i.txt", "198.51.100.0/24\n")}, Telemetry: []string{put(t, dir, "a.json", b.String())}, Now: time.Now}
	r, err := h.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 || r.Merged != 1 || r.Findings[0].Records != subjects || !r.SamplesStopped {
		t.Fatalf("%d findings, %d merged, samples stopped %v", len(r.Findings), r.Merged, r.SamplesStopped)
	}
	if n := r.Findings[0].Subjects; n < subjects*9/10 || n > subjects*11/10 {
		t.Errorf("%d subjects are estimated", n)
	}
}

// endless is a reader that never ends and counts what was taken of it.
type endless struct {
	n      int
	cancel func()
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n += len(p); e.n > 8<<20 {
		e.cancel()
	}
	return copy(p, bytes.Repeat([]byte(goodText(1)), len(p)/100+1)), nil
}

// TestHostileEndless: a hunt of an input without end stops when asked to.
func TestHostileEndless(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	h := Hunt{Intel: []string{hostileIntel(t, dir)}, Telemetry: []string{"-"}, Stdin: &endless{cancel: cancel}, Now: time.Now}
	if _, err := h.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestHostileInspect: inspect names what is wrong, file by file.
func TestHostileInspect(t *testing.T) {
	dir := t.TempDir()
	i := Inspect{Paths: []string{
		put(t, dir, "a.json", goodJSON(1, ""), `{"a":`, "\n", goodJSON(2, `,"password":"x"`)),
		put(t, dir, "b.gz", "\x1f\x8b"), put(t, dir, "c", "\x00\x01\x02\x03"), put(t, dir, "d"), hostileIntel(t, dir),
		put(t, dir, "e\x1b[31m\n.txt", goodText(1)), filepath.Join(dir, "nowhere"),
		put(t, dir, "f.json", `{"type":"bundle","objects":[`+strings.Repeat("[", 100_000)), put(t, dir, "g.json", strings.Repeat("[", 100_000)),
	}}
	all, err := i.Run(t.Context())
	if err != nil || len(all) != len(i.Paths) {
		t.Fatalf("%d of %d files, %v", len(all), len(i.Paths), err)
	}
	if a := all[0].Telemetry; a == nil || a.Read != 2 || !strings.Contains(complaint(a), "line 2") {
		t.Errorf("a.json: %+v", a)
	}
	for n, says := range map[int]string{1: "gzip header", 2: "not a format", 3: "empty", 6: "no such file"} {
		if a := all[n].Telemetry; a == nil || !strings.Contains(a.Skipped, says) {
			t.Errorf("%s: %+v", i.Paths[n], a)
		}
	}
	for _, f := range []report.Format{report.Table, report.JSON} {
		var b bytes.Buffer
		if err := report.WriteInspection(&b, f, all, i.Paths, 100); err != nil {
			t.Fatal(err)
		}
		harmless(t, map[report.Format]string{f: b.String()})
	}
}
