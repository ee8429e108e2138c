package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

func inspect(t *testing.T, f Format, files []hunt.Inspected, width int, paths ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteInspection(&b, f, files, paths, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func log(a *telemetry.Account) hunt.Inspected { return hunt.Inspected{Telemetry: a} }

// few is one file of each sort.
func few() []hunt.Inspected {
	const dir = "/srv/case-17/"
	r := empty()
	dns, text, same, skipped := r.Accounts[0], r.Accounts[2], r.Accounts[3], r.Accounts[4]
	for _, a := range []*telemetry.Account{dns, text, same, skipped} {
		a.Source.Name = dir + a.Source.Name
	}
	same.SameAs = dns.Source.Name
	dns.Problems.List = append(dns.Problems.List,
		telemetry.Problem{Reason: "comment lines", Notice: true, Count: 12, Examples: []telemetry.Example{{Line: 1}}})
	text.Subscribers, text.Secrets = 3, 1
	text.Problems.List = []telemetry.Problem{{Reason: "no examples", Count: 1}}
	feed, broken := r.Intel[0], r.Intel[1]
	feed.File = dir + feed.File
	broken.File, broken.Failed = dir+broken.File, "unexpected end of JSON"
	return []hunt.Inspected{
		log(dns), log(text), log(same), log(skipped),
		{Intel: feed},
		{Intel: broken},
		{Intel: &intel.FileReport{File: dir + "locked.json", Skipped: "permission denied"}},
	}
}

// hourly is what a sensor leaves behind, and more.
func hourly(sensors, hours int) []hunt.Inspected {
	var out []hunt.Inspected
	for s := range sensors {
		for h := range hours {
			a := &telemetry.Account{
				Source: telemetry.Source{Name: fmt.Sprintf("/srv/zeek/sensor-%02d/2026-11-03/conn.%02d.log.gz", s, h)}, Format: "zeek tsv",
				Bytes: 1000, Lines: 1000, Read: 1000, First: at("2026-11-03T00:00:00Z"), Last: at("2026-11-03T23:59:59Z"),
			}
			a.Kinds[telemetry.KindFlow] = 1000
			if h == 3 {
				a.Read, a.Undated = 998, 5
				a.Problems.List = []telemetry.Problem{{Reason: "wrong number of columns", Count: 2, Examples: []telemetry.Example{{Line: 7, Detail: "expected 24, found 3"}}}}
			}
			out = append(out, log(a))
		}
	}
	for i := range 3 {
		a := &telemetry.Account{
			Source: telemetry.Source{Name: fmt.Sprintf("/srv/zeek/syslog/rtr-%d.log", i)}, Format: "text", Lines: 10, Read: 10,
			First: at("2026-11-02T08:00:00Z"), Last: at("2026-11-04T09:00:00Z"), Hosts: []string{"rtr-1", fmt.Sprint("rtr-", i)},
			Subscribers: uint64(i), Secrets: 1,
		}
		a.Kinds[telemetry.KindEvent] = 10
		out = append(out, log(a))
	}
	out = append(out, log(&telemetry.Account{Source: telemetry.Source{Name: "/srv/zeek/loose.log"}, Format: "text", Failed: "unexpected EOF", Lines: 1}))
	for _, n := range names4("/srv/zeek/captures/", ".pcap") {
		out = append(out, log(&telemetry.Account{Source: telemetry.Source{Name: n}, Skipped: "not a format that is read here: a network capture (pcap)"}))
	}
	for _, n := range names4("/srv/zeek/old/", ".log") {
		out = append(out, log(&telemetry.Account{Source: telemetry.Source{Name: n}, Format: "text", SameAs: "/srv/zeek/loose.log"}))
	}
	for _, n := range names4("/srv/zeek/intel/", ".json") {
		out = append(out, hunt.Inspected{Intel: &intel.FileReport{
			File: n, Format: "misp", Total: 10, Loaded: 8, Listed: map[string]int{"to_ids is false": 1}, Reported: map[string]int{"value is not a domain name": 1},
		}})
	}
	return append(out, hunt.Inspected{Intel: &intel.FileReport{File: "/srv/zeek/intel/e.json", Format: "misp", Failed: "unexpected end of JSON"}})
}

func TestInspectionGolden(t *testing.T) {
	for name, f := range map[string]func() string{
		"inspect-few.txt":     func() string { return inspect(t, Table, few(), 100, "/srv/case-17") },
		"inspect-few.json":    func() string { return inspect(t, JSON, few(), 100) },
		"inspect-many.txt":    func() string { return inspect(t, Table, hourly(2, 24), 100, "/srv/zeek", "it's here") },
		"inspect-folders.txt": func() string { return inspect(t, Table, hourly(50, 2), 100, "/srv/zeek") },
		"inspect-pcap.txt":    func() string { return inspect(t, Table, few()[3:4], 100, "a.pcap") },
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, f()) })
	}
}

// No file is lost between the folders, however many there are.
func TestInspectionCountsEveryFile(t *testing.T) {
	for _, sensors := range []int{1, 3, 39, 41, 200} {
		var logs []*telemetry.Account
		for _, x := range hourly(sensors, 2) {
			if x.Telemetry != nil && x.Telemetry.Skipped == "" && x.Telemetry.SameAs == "" {
				logs = append(logs, x.Telemetry)
			}
		}
		files, formats := make([]string, len(logs)), make([]string, len(logs))
		for i, a := range logs {
			files[i], formats[i] = strings.TrimPrefix(a.Source.Name, "/srv/zeek/"), a.Format
		}
		distinct := map[place]int{}
		for _, at := range placesOf(files, formats) {
			distinct[at]++
		}
		n := 0
		for _, m := range distinct {
			n += m
		}
		if n != 2*sensors+4 || len(distinct) > inspectedRows {
			t.Errorf("%d sensors: %d files in %d places", sensors, n, len(distinct))
		}
	}
}

func TestPlaceName(t *testing.T) {
	for _, c := range []struct {
		file, parts, want string
		depth             int
	}{
		{"a.log", "", ".", 3},
		{"zeek/a.log", "zeek", "zeek", 1},
		{"zeek/x/a.log", "zeek x", "zeek/…", 1},
		{"zeek/x/a.log", "zeek x", "…", 0},
		{"/zeek/x/a.log", "zeek x", "/zeek/x", 2},
		{"/a.log", "", "/.", 2},
		{"logs.tar!zeek/a.log", "logs.tar zeek", "logs.tar/zeek", 2},
	} {
		if got := placeName(c.file, strings.Fields(c.parts), c.depth); got != c.want {
			t.Errorf("%s at %d: %q, want %q", c.file, c.depth, got, c.want)
		}
	}
}

// Whatever names, hosts, reasons and details hold, a terminal shows it and no line is too wide.
func TestInspectionIsPrintable(t *testing.T) {
	for _, files := range [][]hunt.Inspected{few(), hourly(2, 24)} {
		for i := range files {
			if a := files[i].Telemetry; a != nil {
				a.Source.Name += hostile
				a.Format += hostile
				a.Hosts = append(a.Hosts, hostile)
				for j := range a.Problems.List {
					a.Problems.List[j].Reason += hostile
				}
			} else {
				files[i].Intel.File += hostile
				files[i].Intel.Reported = map[string]int{hostile: 2}
			}
		}
		for _, width := range []int{0, 80, 100} {
			for line := range strings.Lines(inspect(t, Table, files, width, "/srv/case", hostile)) {
				line = strings.TrimSuffix(line, "\n")
				if p := observable.Printable(line); p != line {
					t.Errorf("not printable: %q", line)
				}
				if n := utf8.RuneCountInString(line); n > max(width, minWidth) && !strings.HasPrefix(line, "next: ") {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		}
		if s := strings.ReplaceAll(inspect(t, JSON, files, 0), "\n", ""); observable.Printable(s) != s {
			t.Error("JSON holds control characters")
		}
	}
}

func TestShortSpan(t *testing.T) {
	for _, c := range []struct{ first, last, want string }{
		{"2026-11-03T08:00:01Z", "2026-11-03T08:00:59Z", "2026-11-03 08:00"},
		{"2026-11-03T08:00:00Z", "2026-11-03T23:59:00Z", "2026-11-03 08:00 to 23:59"},
		{"2026-11-03T08:00:00Z", "2026-11-04T08:00:00Z", "2026-11-03 to 2026-11-04"},
	} {
		if got := shortSpan(at(c.first), at(c.last)); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.first, c.last, got, c.want)
		}
	}
	if got := shortSpan(0, 0); got != "" {
		t.Errorf("without a time: %q", got)
	}
}

func TestNext(t *testing.T) {
	logs, feed := few()[0], few()[4]
	for _, c := range []struct {
		files []hunt.Inspected
		want  string
	}{
		{nil, "next: name files that hold logs, flows or intelligence; stormglass hunt --help lists the formats"},
		{[]hunt.Inspected{logs}, "next: stormglass hunt --intel INTELLIGENCE --telemetry a --telemetry 'b c'"},
		{[]hunt.Inspected{feed}, "next: stormglass hunt --intel a --intel 'b c' --telemetry LOGS"},
		{[]hunt.Inspected{logs, feed}, "next: stormglass hunt --intel a --intel 'b c' --telemetry a --telemetry 'b c'"},
	} {
		if got := inspect(t, Table, c.files, 100, "a", "b c"); !strings.HasSuffix(got, c.want+"\n") {
			t.Errorf("does not end with %q:\n%s", c.want, got)
		}
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"/var/log/x-1.log": "/var/log/x-1.log", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "a;b": "'a;b'", "~x": "'~x'", "é": "'é'",
	} {
		if got := quoted(in); got != want {
			t.Errorf("quoted(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestInspectionWriteErrors(t *testing.T) {
	for _, f := range []Format{Table, JSON} {
		if err := WriteInspection(broken{}, f, few(), nil, 0); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", f, err)
		}
	}
}
