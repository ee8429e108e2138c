package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t *testing.T, f Format, r *hunt.Result, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got), -update writes it:\n%s", name, d)
	}
}

func TestGolden(t *testing.T) {
	explain := Options{}
	explain.ExplainIntel = true
	raw := Options{}
	raw.RawCSV = true
	colour := Options{}
	colour.Color = true
	for name, f := range map[string]func() string{
		"full.txt":         func() string { return render(t, Table, full(), Options{}) },
		"full-colour.txt":  func() string { return render(t, Table, full(), colour) },
		"full-explain.txt": func() string { return render(t, Table, full(), explain) },
		"full.json":        func() string { return render(t, JSON, full(), explain) },
		"full.jsonl":       func() string { return render(t, JSONL, full(), Options{}) },
		"full.csv":         func() string { return render(t, CSV, full(), Options{}) },
		"full-raw.csv":     func() string { return render(t, CSV, full(), raw) },
		"full.html":        func() string { return render(t, HTML, full(), explain) },
		"empty.txt":        func() string { return render(t, Table, empty(), Options{}) },
		"empty.json":       func() string { return render(t, JSON, empty(), Options{}) },
		"empty.html":       func() string { return render(t, HTML, empty(), Options{}) },
		"many.txt":         func() string { return render(t, Table, many(), Options{}) },
		"many.html":        func() string { return render(t, HTML, many(), Options{}) },
		"rules.txt":        func() string { return render(t, Table, ruled(), Options{}) },
		"rules.json":       func() string { return render(t, JSON, ruled(), Options{}) },
		"rules.jsonl":      func() string { return render(t, JSONL, ruled(), Options{}) },
		"rules.csv":        func() string { return render(t, CSV, ruled(), Options{}) },
		"rules.html":       func() string { return render(t, HTML, ruled(), Options{}) },
		"nothing.txt":      func() string { return render(t, Table, &hunt.Result{Version: "0.1.0"}, Options{}) },
		"nothing.html":     func() string { return render(t, HTML, &hunt.Result{Version: "0.1.0"}, Options{}) },
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, f()) })
	}
}

func everything(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	unread := &hunt.Result{Version: "0.1.0", Values: 5, Accounts: []*telemetry.Account{{Skipped: "permission denied"}}}
	for name, r := range map[string]*hunt.Result{"full": full(), "empty": empty(), "many": many(), "nothing": {}, "unread": unread, "ruled": ruled()} {
		for _, o := range []Options{{}, {Color: true, ExplainIntel: true, MaxFindings: 2, RawCSV: true, Width: 80}} {
			for f := Table; f <= HTML; f++ {
				out[name+" "+f.String()+" "+flagsOf(o)] = render(t, f, r, o)
			}
		}
	}
	return out
}

func flagsOf(o Options) string {
	if o.Color {
		return "with all options"
	}
	return "plain"
}

// No output calls anybody clean, and none holds a character that a terminal acts on.
func TestEveryFormat(t *testing.T) {
	sgr := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	for name, s := range everything(t) {
		if strings.Contains(strings.ToLower(s), "clean") {
			t.Errorf("%s: says clean", name)
		}
		if strings.Contains(name, "table") && strings.Contains(name, "all options") {
			s = sgr.ReplaceAllString(s, "")
		}
		s = strings.NewReplacer("\n", "", "\r\n", "").Replace(s)
		if strings.Contains(name, "csv") {
			s = strings.ReplaceAll(s, "\r", "")
		}
		if p := observable.Printable(s); p != s {
			i := 0
			for p[i] == s[i] {
				i++
			}
			t.Errorf("%s: not printable at %q", name, s[max(i-40, 0):min(i+40, len(s))])
		}
	}
}

func TestTLPEverywhere(t *testing.T) {
	for f := Table; f <= HTML; f++ {
		s := render(t, f, full(), Options{})
		if !strings.Contains(s, "TLP:RED") || !strings.Contains(s, "TLP:AMBER+STRICT") && !strings.Contains(s, "TLP:AMBER&#43;STRICT") && !strings.Contains(s, `TLP:AMBER\u002bSTRICT`) {
			t.Errorf("%s: a marking is missing", f)
		}
	}
	first, _, _ := strings.Cut(render(t, Table, full(), Options{}), "\n")
	if want := "TLP:RED: contains information marked RED: do not pass on"; first != want {
		t.Errorf("table starts with %q, want %q", first, want)
	}
	if s := render(t, Table, empty(), Options{}); strings.Contains(s, "TLP:") {
		t.Error("a report that shows nothing marked is marked")
	}
	o := Options{}
	o.ExplainIntel = true
	if s := render(t, Table, empty(), o); !strings.HasPrefix(s, "TLP:RED") {
		t.Error("a report that names values of a RED source is not marked")
	}
}

func TestTableWidth(t *testing.T) {
	for _, width := range []int{0, 1, 80, 100, 133} {
		limit := max(width, minWidth)
		if width == 0 {
			limit = defaultWidth
		}
		for name, r := range map[string]*hunt.Result{"full": full(), "empty": empty(), "many": many(), "nothing": {}, "ruled": ruled()} {
			o := Options{}
			o.Width, o.ExplainIntel = width, true
			for n, line := range strings.Split(render(t, Table, r, o), "\n") {
				if c := utf8.RuneCountInString(line); c > limit {
					t.Errorf("%s at %d: line %d has %d columns: %s", name, width, n+1, c, line)
				}
			}
		}
	}
}

func TestTableDefangs(t *testing.T) {
	s := render(t, Table, full(), Options{})
	for _, bad := range []string{"evil-cdn.example", "evil.example", "8.8.8.8", "http://", "https://", "203.0.113.77", "2001:db8:bad"} {
		if strings.Contains(s, bad) {
			t.Errorf("table holds %q", bad)
		}
	}
}

func TestVerdict(t *testing.T) {
	unread := []*telemetry.Account{{Source: telemetry.Source{Name: "a.pcap"}, Skipped: "not a format that is read here: binary data"}}
	for _, c := range []struct {
		r    *hunt.Result
		want string
	}{
		{full(), "6 findings in 1,234,617 records from 3 files: 2 high, 1 medium, 2 low, 1 informational."},
		{empty(), "Not found in the 1,234,617 records read from 3 files (2026-11-18 00:00 to 2026-11-20 23:59 UTC)."},
		{&hunt.Result{Values: 1}, "Not assessed: no telemetry was given."},
		{&hunt.Result{Values: 1, Accounts: unread}, "Not assessed: no telemetry could be read, 1 file given."},
		{&hunt.Result{Values: 1, Accounts: []*telemetry.Account{{}}}, "Not assessed: the telemetry that was given holds no records, 1 file read."},
		{func() *hunt.Result { r := empty(); r.Values = 0; return r }(), "Not assessed: the intelligence that was given holds no value to look for."},
		{withRules(empty(), true, 12), "Not found in the 1,234,617 records read from 3 files (2026-11-18 00:00 to 2026-11-20 23:59 UTC), neither any of 12 values nor by 1 rule that could be asked."},
		{withRules(empty(), true, 0), "Not found in the 1,234,617 records read from 3 files (2026-11-18 00:00 to 2026-11-20 23:59 UTC) by 1 rule that could be asked."},
		{withRules(empty(), false, 0), "Not assessed: none of the rules that were given could be asked of the 1,234,617 records read."},
		{withRules(&hunt.Result{}, true, 0), "Not assessed: no telemetry was given."},
	} {
		if got := verdictOf(c.r).text; got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestMaxFindings(t *testing.T) {
	o := Options{}
	o.MaxFindings = 2
	s := strings.ReplaceAll(render(t, Table, full(), o), "\n", " ")
	if want := "… and 4 more: 1 medium, 2 low, 1 informational. --max-findings 0 shows all; -o csv, -o jsonl and -o html list them."; !strings.Contains(s, want) {
		t.Errorf("does not say %q", want)
	}
	if o.MaxFindings = -1; strings.Contains(render(t, Table, full(), o), "… and") {
		t.Error("all findings were asked for")
	}
}

func TestParseFormat(t *testing.T) {
	for f := Table; f <= HTML; f++ {
		if got, err := ParseFormat(f.String()); got != f || err != nil {
			t.Errorf("ParseFormat(%q) = %v, %v", f, got, err)
		}
	}
	if _, err := ParseFormat("pdf"); err == nil {
		t.Error("pdf is a format")
	}
}

type broken struct{}

var errBroken = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrors(t *testing.T) {
	for f := Table; f <= HTML; f++ {
		if err := Write(broken{}, f, full(), Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := WriteExplain(broken{}, full()); !errors.Is(err, errBroken) {
		t.Errorf("explain: %v", err)
	}
}
