package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

func TestFolderOf(t *testing.T) {
	for _, c := range []struct {
		files  string // separated by spaces
		folder string
		first  string // name of the first file
	}{
		{"", "", ""},
		{"conn.log", "", "conn.log"},
		{"/var/log/zeek/conn.log", "/var/log/zeek/", "conn.log"},
		{"/var/log/zeek/conn.log /var/log/zeek/old/dns.log", "/var/log/zeek/", "conn.log"},
		{"/var/log/zeek-new/conn.log /var/log/zeek/dns.log", "/var/log/", "zeek-new/conn.log"},
		{"/var/log/zeek/conn.log /srv/dns.log", "", "/var/log/zeek/conn.log"},
		{"/var/log/zeek/conn.log dns.log", "", "/var/log/zeek/conn.log"},
		{"/var/log/zeek/conn.log -", "/var/log/zeek/", "conn.log"},
		{"- /var/log/zeek/conn.log", "/var/log/zeek/", "-"},
		{"-!a/conn.log /var/log/zeek/conn.log", "/var/log/zeek/", "-!a/conn.log"},
		{"/srv/logs/a.tar!x/conn.log /srv/logs/a.tar!x/dns.log", "/srv/logs/", "a.tar!x/conn.log"},
		{"logs/a.log logs/b.log", "", "logs/a.log"}, // too short to be worth a line
		{"telemetry/a.log telemetry/b.log", "telemetry/", "a.log"},
	} {
		files := strings.Fields(c.files)
		d := folderOf(files)
		if string(d) != c.folder {
			t.Errorf("%s: folder %q, want %q", c.files, d, c.folder)
		}
		if len(files) > 0 && d.name(files[0]) != c.first {
			t.Errorf("%s: first file is %q, want %q", c.files, d.name(files[0]), c.first)
		}
		for _, f := range files {
			if got := d.name(f); got != f && string(d)+got != f {
				t.Errorf("%s below %s is %s", f, d, got)
			}
		}
	}
}

func TestFoldersText(t *testing.T) {
	for _, c := range []struct {
		in   folders
		want string
	}{
		{folders{}, ""},
		{folders{"/srv/logs/", "/srv/logs/"}, "Paths are below /srv/logs."},
		{folders{"/srv/logs/", "/srv/feeds/"}, "Paths are below /srv/logs, those of intelligence below /srv/feeds."},
		{folders{"/srv/logs/", ""}, "Paths of telemetry are below /srv/logs."},
		{folders{"", "/srv/feeds/"}, "Paths of intelligence are below /srv/feeds."},
	} {
		if got := c.in.text(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestTail(t *testing.T) {
	for _, c := range []struct {
		in, want string
		width    int
	}{
		{"zeek/dns.log:1", "zeek/dns.log:1", 14},
		{"zeek/2026-11-03/ssl.20:00-21:00.log.gz:123", "…/2026-11-03/ssl.20:00-21:00.log.gz:123", 40},
		{"zeek/2026-11-03/ssl.20:00-21:00.log.gz:123", "…/ssl.20:00-21:00.log.gz:123", 30},
		{"a/very-long-folder-of-a-test/expected.log:14", "…ong-folder-of-a-test/expected.log:14", 37},
		{"dns.09:00:00-10:00:00.log.gz", "…00.log.gz", 10},
		{"語語語語/語語", "…/語語", 5},
		{"abc", "…", 1},
	} {
		got := tail(c.in, c.width)
		if got != c.want || utf8.RuneCountInString(got) > c.width {
			t.Errorf("tail(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

// Sources are left out only when they are those of the block above, in every detail.
func TestSameSources(t *testing.T) {
	a, b := addrFinding(), addrFinding()
	b.Subject = address("2001:db8:1::41")
	if !sameSources(b, a) {
		t.Error("the same value of the same sources")
	}
	b.Refs[0].Comment = "another"
	if sameSources(b, a) {
		t.Error("another comment")
	}
	if sameSources(parentFinding(), a) {
		t.Error("another value")
	}
	if a.Refs, b.Refs = nil, nil; sameSources(b, a) {
		t.Error("no sources")
	}
	c := addrFinding()
	c.Refs = c.Refs[:1]
	if sameSources(c, addrFinding()) {
		t.Error("a source less")
	}
}

// many is a result with long paths, and with many files that share a fate.
func many() *hunt.Result {
	const logs, feeds = "/srv/hunt/2026-11-21/telemetry/", "/srv/hunt/2026-11-21/intel/"
	r := empty()
	source := &intel.Source{Format: "list", File: feeds + "partners/scanners.txt", Title: "scanners.txt"}
	for i, host := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} {
		e := ends("203.0.113.200", 40000, host, 22)
		f := scanFinding()
		f.Subject, f.Refs = address(host), refs(source, intel.Ref{Comment: "tries passwords"})
		f.Days[0].Samples = []hunt.Sample{
			sample(logs+"zeek/routers/2026-11-03/conn.20:00:00-21:00:00.log.gz", uint64(120+i), "2026-11-03T20:34:13Z", "source.ip", "203.0.113.200", e, ""),
			sample(logs+"zeek/a-sensor-with-a-name-that-goes-on-and-on/2026-11-03/conn.20:00:00-21:00:00.log.gz", 9, "2026-11-03T20:34:14Z", "source.ip", "203.0.113.200", e, ""),
		}
		f.ID = hunt.IndicatorFindingID(f.Value, f.Subject)
		r.Findings = append(r.Findings, f)
	}
	r.Findings[2].Refs = refs(source, intel.Ref{Comment: "tries passwords", Port: 22})
	device := warningFinding()
	device.Subject, device.Refs = hunt.Subject{Kind: hunt.SubjectSource, Name: logs + "syslog/core.log"}, nil
	r.Findings = append(r.Findings, device)
	for _, a := range r.Accounts {
		a.Source.Name = logs + a.Source.Name
		if a.SameAs != "" {
			a.SameAs = logs + a.SameAs
		}
	}
	add := func(name string, change func(a *telemetry.Account)) {
		a := &telemetry.Account{Source: telemetry.Source{Name: logs + name}, Format: "text"}
		change(a)
		r.Accounts = append(r.Accounts, a)
	}
	for _, n := range names4("captures/dns/", ".pcap") {
		add(n, func(a *telemetry.Account) { a.Skipped = "not a format that is read here: a network capture (pcap)" })
	}
	for _, n := range names4("syslog/cut-", ".log") {
		add(n, func(a *telemetry.Account) { a.Failed, a.Read = "unexpected EOF", 7 })
	}
	for _, n := range names4("old/", ".log") {
		add(n, func(a *telemetry.Account) { a.SameAs = logs + "zeek/dns.log.gz" })
	}
	for _, n := range names4("archive/", ".tar!._x") {
		add(n, func(a *telemetry.Account) {
			a.Problems.List = []telemetry.Problem{{Reason: "resource fork", Notice: true, Count: 1, Examples: []telemetry.Example{{}}}}
		})
	}
	for _, f := range r.Intel {
		f.File = feeds + f.File
	}
	for _, n := range names4("README-", ".md") {
		r.Intel = append(r.Intel, &intel.FileReport{File: feeds + n, Skipped: "not a form of intelligence that is read here (MISP, STIX, KEV, CSV, list)"})
	}
	return r
}

func names4(front, back string) []string {
	var out []string
	for _, s := range []string{"a", "b", "c", "d"} {
		out = append(out, front+s+back)
	}
	return out
}

// What programs read names files in full.
func TestFullNamesForPrograms(t *testing.T) {
	for _, f := range []Format{JSON, JSONL, CSV} {
		if s := render(t, f, many(), Options{}); !strings.Contains(s, "/srv/hunt/2026-11-21/telemetry/zeek/routers/2026-11-03/conn.20:00:00-21:00:00.log.gz") {
			t.Errorf("%s: a path is cut", f)
		}
	}
	if s := render(t, HTML, many(), Options{}); !strings.Contains(s, "/srv/hunt/2026-11-21/telemetry/zeek/dns.log.gz</th>") {
		t.Error("html: the evidence does not hold the whole path")
	}
}
