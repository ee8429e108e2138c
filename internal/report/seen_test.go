package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

var seenFormats = []Format{Table, JSON, JSONL, CSV}

func renderSeen(t *testing.T, f Format, r *seen.Result, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSeen(&b, f, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSeenGolden(t *testing.T) {
	for name, f := range map[string]func() string{
		"seen.txt":          func() string { return renderSeen(t, Table, lookedBack(), Options{}) },
		"seen-colour.txt":   func() string { return renderSeen(t, Table, lookedBack(), Options{Color: true}) },
		"seen.json":         func() string { return renderSeen(t, JSON, lookedBack(), Options{}) },
		"seen.jsonl":        func() string { return renderSeen(t, JSONL, lookedBack(), Options{}) },
		"seen.csv":          func() string { return renderSeen(t, CSV, lookedBack(), Options{}) },
		"seen-raw.csv":      func() string { return renderSeen(t, CSV, lookedBack(), Options{RawCSV: true}) },
		"seen-many.txt":     func() string { return renderSeen(t, Table, lookedBackMany(), Options{}) },
		"seen-many-all.txt": func() string { return renderSeen(t, Table, lookedBackMany(), Options{All: true}) },
		"seen-whole.txt":    func() string { return renderSeen(t, Table, lookedBackWhole(), Options{}) },
		"seen-empty.txt":    func() string { return renderSeen(t, Table, lookedBackEmpty(), Options{}) },
		"seen-empty.json":   func() string { return renderSeen(t, JSON, lookedBackEmpty(), Options{}) },
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, f()) })
	}
}

// allSeen renders every result in every format with and without options.
func allSeen(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, r := range map[string]*seen.Result{
		"some": lookedBack(), "many": lookedBackMany(), "whole": lookedBackWhole(), "empty": lookedBackEmpty(), "nothing": {},
	} {
		for _, o := range []Options{{}, {Color: true, All: true, RawCSV: true, Width: 80}} {
			for _, f := range seenFormats {
				out[name+" "+f.String()+" "+flagsOf(o)] = renderSeen(t, f, r, o)
			}
		}
	}
	return out
}

// No format repeats a subscriber's number or a secret, in whatever spelling it was asked for.
func TestSeenKeepsSecrets(t *testing.T) {
	for name, s := range allSeen(t) {
		plain := regexp.MustCompile(`[\s"\\+]`).ReplaceAllString(s, "") // wrapped lines, too
		for _, bad := range []string{seenIMSI, seenIMEI, strings.ReplaceAll(seenPhone[1:], " ", ""), seenSecret} {
			if strings.Contains(plain, bad) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
	}
	if s := renderSeen(t, JSON, lookedBack(), Options{}); !strings.Contains(s, `"value": "99999********90"`) {
		t.Error("the IMSI asked for cannot be told from others")
	}
}

// No answer reads as "never", and a value that was not met comes with the days that it was looked for on.
func TestSeenSaysNoNever(t *testing.T) {
	for name, s := range allSeen(t) {
		for _, bad := range []string{"never", "clean"} {
			if strings.Contains(strings.ToLower(s), bad) {
				t.Errorf("%s says %s", name, bad)
			}
		}
	}
}

func TestSeenPrintable(t *testing.T) {
	sgr := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	for name, s := range allSeen(t) {
		if strings.Contains(name, "table") {
			s = sgr.ReplaceAllString(s, "")
		}
		s = strings.NewReplacer("\n", "", "\r\n", "").Replace(s)
		if p := observable.Printable(s); p != s {
			t.Errorf("%s: not printable", name)
		}
	}
}

func TestSeenTableWidth(t *testing.T) {
	for _, width := range []int{0, 1, 80, 100, 133} {
		limit := max(width, minWidth)
		if width == 0 {
			limit = defaultWidth
		}
		for name, r := range map[string]*seen.Result{"some": lookedBack(), "many": lookedBackMany(), "empty": lookedBackEmpty()} {
			for n, line := range strings.Split(renderSeen(t, Table, r, Options{Width: width, All: true}), "\n") {
				if c := utf8.RuneCountInString(line); c > limit {
					t.Errorf("%s at %d: line %d has %d columns: %s", name, width, n+1, c, line)
				}
			}
		}
	}
}

func TestSeenTableDefangs(t *testing.T) {
	for _, r := range []*seen.Result{lookedBack(), lookedBackMany()} {
		s := renderSeen(t, Table, r, Options{All: true})
		for _, bad := range []string{"evil-cdn.example", "evil.example/", "http://", "https://", "203.0.113.7", "example.net", "198.51.100.9"} {
			if strings.Contains(s, bad) {
				t.Errorf("table holds %q", bad)
			}
		}
	}
}

func TestSeenJSONReadsBack(t *testing.T) {
	r := lookedBack()
	var d SeenDocument
	dec := json.NewDecoder(strings.NewReader(renderSeen(t, JSON, r, Options{})))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	want := seenDocumentOf(r)
	for i := range r.Answers {
		want.Answers = append(want.Answers, answerOf(&r.Answers[i], &r.Window))
	}
	text, _ := json.Marshal(want) // JSON holds no bytes that are not UTF-8
	want = &SeenDocument{}
	if err := json.Unmarshal(text, want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, &d); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := d.Answers[1].Value; got != "evil-cdn.example" {
		t.Errorf("value %q is not in machine form", got)
	}
	total := 0
	for _, n := range d.Counts {
		total += n
	}
	if len(d.Counts) != len(seenVerdicts) || total != len(r.Answers) {
		t.Errorf("counts %v of %d answers", d.Counts, len(r.Answers))
	}
}

func TestSeenJSONLines(t *testing.T) {
	r := lookedBack()
	lines := strings.Split(strings.TrimSuffix(renderSeen(t, JSONL, r, Options{}), "\n"), "\n")
	if len(lines) != len(r.Answers)+1 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, l := range lines {
		var head struct{ Type, Verdict, Schema string }
		if err := json.Unmarshal([]byte(l), &head); err != nil {
			t.Fatal(err)
		}
		switch last := i == len(lines)-1; {
		case last && (head.Type != "summary" || head.Schema != SeenSchema):
			t.Errorf("last line is %+v", head)
		case !last && (head.Type != "answer" || head.Verdict != r.Answers[i].Verdict.String()):
			t.Errorf("line %d is %+v", i+1, head)
		}
	}
}

func TestSeenCSV(t *testing.T) {
	r := lookedBack()
	rows := readCSV(t, renderSeen(t, CSV, r, Options{}))
	if len(rows) != len(r.Answers)+1 || !cmp.Equal(rows[0], seenHeader) {
		t.Fatalf("%d rows under %v", len(rows), rows[0])
	}
	for i, row := range rows[1:] {
		if len(row) != len(seenHeader) || row[0] != r.Answers[i].Verdict.String() {
			t.Errorf("row %q", row)
		}
		for n, c := range row {
			for part := range strings.SplitSeq(c, ";") {
				if part = strings.TrimLeft(part, " \""); part != "" && strings.ContainsAny(part[:1], "=+-@") {
					t.Errorf("column %s is %q", seenHeader[n], c)
				}
			}
		}
	}
}

func TestSeenErrors(t *testing.T) {
	for _, f := range seenFormats {
		if err := WriteSeen(broken{}, f, lookedBack(), Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := WriteSeen(&bytes.Buffer{}, HTML, lookedBack(), Options{}); fault.KindOf(err) != fault.Invalid || fault.HintOf(err) == "" {
		t.Errorf("html: %v", err)
	}
	if err := WriteSeen(&bytes.Buffer{}, Format(99), lookedBack(), Options{}); err == nil {
		t.Error("99 is a format")
	}
}

func TestNotMetText(t *testing.T) {
	span := seen.Window{First: day("2026-11-02"), Last: day("2026-11-04"), Held: 3}
	gap := span
	gap.Held, gap.Missing = 2, []telemetry.Day{day("2026-11-03")}
	damaged := span
	damaged.Damaged = []depot.Hole{{Kind: "names"}}
	lake := span
	lake.Damaged = []depot.Hole{{Kind: "flow"}}
	for _, c := range []struct {
		w    seen.Window
		want string
	}{
		{span, "not met on the 3 days held (2026-11-02 to 2026-11-04)"},
		{seen.Window{First: span.First, Last: span.First, Held: 1}, "not met on the 1 day held (2026-11-02)"},
		{gap, "not met on the 2 days held of 2026-11-02 to 2026-11-04; 1 day missing"},
		{damaged, "not met on the 3 days held (2026-11-02 to 2026-11-04), as far as they could be read"},
		{lake, "not met on the 3 days held (2026-11-02 to 2026-11-04)"},
		{seen.Window{Undated: true}, "not met in the records without a time, and no day is held: nothing can be said of any"},
		{seen.Window{Since: span.First}, "no day of the time asked for is held: nothing can be said of it"},
		{seen.Window{}, "no day is held: nothing can be said of it"},
	} {
		if got := notMetText(&c.w); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestWindowText(t *testing.T) {
	whole := seen.Window{First: day("2026-11-02"), Last: day("2026-11-04"), Held: 3}
	for _, c := range []struct {
		change func(w *seen.Window)
		want   string
	}{
		{func(*seen.Window) {}, "The ledger holds 2026-11-02 to 2026-11-04, 3 days, none missing; nothing before."},
		{func(w *seen.Window) { w.Last, w.Held = w.First, 1 }, "The ledger holds 2026-11-02, 1 day; nothing before."},
		{func(w *seen.Window) { w.Since = w.First }, "Of the time asked for, since 2026-11-02, the ledger holds 2026-11-02 to 2026-11-04, 3 days, none missing."},
		{func(w *seen.Window) { w.Until = w.Last }, "Of the time asked for, until 2026-11-04, the ledger holds 2026-11-02 to 2026-11-04, 3 days, none missing; nothing before."},
		{
			func(w *seen.Window) { w.Since, w.Until, w.Expired = w.First-9, w.Last+9, w.First-1 },
			"Of the time asked for, 2026-10-24 to 2026-11-13, the ledger holds 2026-11-02 to 2026-11-04, 3 days, none missing; what it held up to 2026-11-01 has expired and was removed.",
		},
		{
			func(w *seen.Window) { w.Held, w.Missing, w.Undated = 2, []telemetry.Day{w.First + 1}, true },
			"The ledger holds 2026-11-02 to 2026-11-04, 2 days, 1 missing between them, of which nothing can be said: 2026-11-03; nothing before. Records without a time were looked at, too.",
		},
		{func(w *seen.Window) { *w = seen.Window{} }, "The ledger holds no day."},
	} {
		w := whole
		c.change(&w)
		if got := windowText(&w); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestHoleText(t *testing.T) {
	d := day("2026-11-02")
	for _, c := range []struct {
		hole depot.Hole
		want string
	}{
		{depot.Hole{Kind: "addrs", What: "a.seg", Why: "cut off"}, "addresses in the ledger without a time could not be read: a.seg: cut off"},
		{depot.Hole{Kind: "names", To: d, Rows: 1, Why: "cut off"}, "names in the ledger up to 2026-11-02 and without a time could not be read, 1 row: cut off"},
		{depot.Hole{Kind: "texts", From: d, To: d, What: "a.seg"}, "values of other kinds in the ledger of 2026-11-02 could not be read: a.seg"},
		{depot.Hole{Kind: "flow", From: d, To: d + 1, Rows: 2000, What: "b"}, "flow records of 2026-11-02 to 2026-11-03 could not be read, 2,000 rows: b"},
	} {
		if got := holeText(&c.hole); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// Lists that may be long are cut, and say by how much.
func TestSeenTableBounds(t *testing.T) {
	r := lookedBackWhole()
	a := &r.Answers[0]
	for i := range 30 {
		a.Folded = append(a.Folded, seen.Fold{Day: r.Window.First, As: "203.0.113.0/24", Values: 2})
		a.RowsLost = append(a.RowsLost, seen.RowsLost{Day: r.Window.First, Why: "expired " + strconv.Itoa(i)})
		a.Sensors = append(a.Sensors, seen.Sensor{Name: "s" + strconv.Itoa(i)})
		r.Window.Damaged = append(r.Window.Damaged, depot.Hole{Kind: "flow"})
	}
	s := renderSeen(t, Table, r, Options{})
	for _, want := range []string{"and on 25 further days", "and 25 further reasons", "and 28 more", "and 10 further parts; -o json lists them."} {
		if !strings.Contains(s, want) {
			t.Errorf("does not say %q", want)
		}
	}
	if n := strings.Count(s, "\n"); n > 80 {
		t.Errorf("%d lines", n)
	}
}

func TestDayRanges(t *testing.T) {
	d := day("2026-11-02")
	for _, c := range []struct {
		days []telemetry.Day
		want string
	}{
		{nil, ""},
		{[]telemetry.Day{d}, "2026-11-02"},
		{[]telemetry.Day{d, d + 1, d + 2}, "2026-11-02 to 2026-11-04"},
		{[]telemetry.Day{0, 1, d}, "undated, 1970-01-02 and 1 more"},
		{[]telemetry.Day{d, d + 2, d + 3, d + 5}, "2026-11-02, 2026-11-04 to 2026-11-05 and 1 more"},
	} {
		if got := dayRanges(c.days, 2); got != c.want {
			t.Errorf("%v: %q, want %q", c.days, got, c.want)
		}
	}
}

func TestHourText(t *testing.T) {
	if got, want := hourText(1|1<<5|1<<23|1<<24, "1", "0"), "100001000000000000000001"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMaskNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"no value 12":                "no value 12",
		"4915112345678":              "49151******78",
		"+49 151 1234-5678":          "+49 1**********78",
		"0049.151.12345678":          "0049.**********78",
		"(0151) 12345678":            "(0151)*******78",
		"call 4915112345678 now":     "call 49151******78 now",
		"203.0.113.999":              "203.0.113.999",
		"300.0.0.0/24":               "300.0.0.0/24",
		"e980098ecf":                 "e980098ecf",
		"tel4915112345678x":          "tel49151******78x",
		"192.0.2.1,192.0.2.300":      "192.0.2.1,192.0.2.300",
		"1234567":                    "1******",
		"49\u00a0151\u202f12345678x": "49\u00a015********78x",
	} {
		if got := maskNumbers(in); got != want {
			t.Errorf("maskNumbers(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever stands around a subscriber's number, a question that is no value does not repeat it.
func TestGivenHidesNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[1-9][0-9]{9,14}`).Draw(t, "number")
		around := rapid.SampledFrom([]string{"%", " %", "+%", "% ", "imsi:%", "IMEI: %", "e164:+%", "x %, y", "(%)", "tel:+%", "\"%\"", "\x1b%\xff", "msisdn=%"}).Draw(t, "around")
		given := strings.ReplaceAll(around, "%", number)
		q := seen.Parse(given, false)
		if got := givenText(&q); strings.Contains(got, number) {
			t.Fatalf("%q is repeated as %q", given, got)
		}
		a := seen.Answer{Question: q, Verdict: seen.NoValue}
		if q.Err != nil {
			a.Why = q.Err.Error()
		}
		if got := noValueText(&a); strings.Contains(got, number) {
			t.Fatalf("%q: why is %q", given, got)
		}
	})
}

func TestCutBytes(t *testing.T) {
	for in, want := range map[string]string{"abc": "abc", "abcd": "abc…", "abéd": "ab…", "\xff\xff\xff\xff": "\xff\xff\xff…", "\x80\x80\x80\x80": "…"} {
		if got := cutBytes(in, 3); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	q := seen.Parse(strings.Repeat("no value ", 1000), false)
	if got := givenText(&q); len(got) > maxNoValue+len("…") {
		t.Errorf("%d bytes of a question are repeated", len(got))
	}
}
