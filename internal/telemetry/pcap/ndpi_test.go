package pcap_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/datatest"
)

// stated gives the values of a label in what nDPI tells of a capture, sorted, each once.
func stated(text, label string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`\[`+regexp.QuoteMeta(label)+`: ([^\]]*)\]`).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// notInRecords are what nDPI tells of a capture and no record holds, by name or by what begins it.
var notInRecords = map[string]map[string]string{
	"6in4tunnel.pcap":            {"t12d1311sp_": "JA4 takes the first and the last character of a protocol, nDPI the first two"},
	"dns_dot.pcap":               {"t12d25": "JA4 is i for a hello without a server name, nDPI writes d"},
	"rdp_over_tls.pcap":          {"t12d28": "JA4 is i for a hello without a server name, nDPI writes d"},
	"dns-invalid-chars.pcap":     {"www.": "nDPI masks what is not printable, the record has it as it was sent"},
	"dos_win98_smb_netbeui.pcap": {"mdjr98": "NetBIOS names are not read"},
	"tor.pcap":                   {"endian-pc": "NetBIOS names are not read"},
	"ssdp-m-search-ua.pcap":      {"239.255.255.250:1900": "SSDP is not read"},
	"ssh.pcap":                   {"SSH-2.0-": "versions of SSH are not kept"},
	"ssh_unidirectional.pcap":    {"SSH-2.0-": "versions of SSH are not kept"},
	"stun_signal.pcapng":         {"signal.org": "STUN is not read"},
}

// cutShort reports whether a value is one of ours that nDPI had no room for.
func cutShort(have map[string]bool, value string) bool {
	for v := range have {
		if len(value) >= 79 && strings.Contains(v, strings.ToLower(value)) {
			return true
		}
	}
	return false
}

// explained reports whether it is known that a value is in no record.
func explained(capture, value string) bool {
	for begins := range notInRecords[capture] {
		if strings.HasPrefix(value, begins) {
			return true
		}
	}
	return false
}

// TestNDPI holds the captures of nDPI against what it tells of them: every fingerprint and every name of a server or
// a question that it saw is in a record.
func TestNDPI(t *testing.T) {
	root := datatest.Path(t, "telemetry", "pcap-ndpi")
	outs, err := filepath.Glob(filepath.Join(root, "*.out"))
	if err != nil || len(outs) == 0 {
		t.Fatal(err)
	}
	for _, out := range outs {
		name := strings.TrimSuffix(filepath.Base(out), ".out")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			c := readFile(t, filepath.Join(root, name))
			if c.err != nil {
				t.Fatal(c.err)
			}
			have := map[string]bool{}
			for i := range c.tls {
				have[c.tls[i].JA4], have[c.tls[i].JA3], have[c.tls[i].JA3S] = true, true, true
				have[strings.ToLower(c.tls[i].ServerName)] = true
			}
			for i := range c.http {
				have[strings.ToLower(c.http[i].Host)] = true
				host, _, _ := strings.Cut(c.http[i].Host, ":")
				have[host] = true
			}
			for i := range c.dns {
				have[strings.ToLower(c.dns[i].Query)] = true
			}
			for _, label := range []string{"JA4", "JA3C", "JA3S", "Hostname/SNI"} {
				for _, v := range stated(string(text), label) {
					if !have[strings.ToLower(v)] && !explained(name, v) && !cutShort(have, v) {
						t.Errorf("%s %q in no record\n%s", label, v, c.problems)
					}
				}
			}
		})
	}
}
