package kev_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/intel"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/kev"
)

func TestReal(t *testing.T) {
	b, err := os.ReadFile(datatest.Path(t, "kev", "known_exploited_vulnerabilities.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !kev.Sniff(b[:64<<10]) {
		t.Error("not recognised")
	}
	l, err := inteltest.Load(t, kev.Read, "kev.json", string(b))
	if err != nil {
		t.Fatal(err)
	}
	ransomware := 0
	for _, v := range l.Library.Vulnerabilities {
		if v.Ransomware {
			ransomware++
		}
		if v.CVE == "CVE-2018-0171" && (v.Vendor != "Cisco" || !v.Added.Equal(time.Date(2021, 11, 3, 0, 0, 0, 0, time.UTC))) {
			t.Errorf("%+v", v)
		}
	}
	if got := len(l.Library.Vulnerabilities); got != 1404 || ransomware != 293 {
		t.Errorf("%d entries, %d ransomware", got, ransomware)
	}
	schema, err := os.ReadFile(datatest.Path(t, "kev", "known_exploited_vulnerabilities_schema.json"))
	if err != nil || !kev.Sniff(schema) {
		t.Errorf("schema is not recognised: %v", err)
	}
	if l, err = inteltest.Load(t, kev.Read, "schema", string(schema)); err != nil || l.Reports()[0].Total != 1 {
		t.Errorf("schema: %v %v", err, inteltest.Account(l))
	}
}

func TestRead(t *testing.T) {
	const text = `{"title":"a catalogue","catalogVersion":"1","vulnerabilities":[
		{"cveID":"CVE-2023-0001","vendorProject":"Acme ","product":"Router","dateAdded":"2024-01-02","knownRansomwareCampaignUse":"Known"},
		{"cveID":"CVE-2023-0002","dateAdded":"soon"},
		{"cveID":"no CVE"},
		{"cveID":"CVE-2023-0003","cveID":"CVE-2023-0004"},
		{"cveID":{}},
		7]}`
	l, err := inteltest.Load(t, kev.Read, "kev.json", text)
	if err != nil {
		t.Fatal(err)
	}
	want := []intel.Vulnerability{
		{CVE: "CVE-2023-0001", Vendor: "Acme", Product: "Router", Added: time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), Ransomware: true},
		{CVE: "CVE-2023-0002"},
	}
	if diff := cmp.Diff(want, l.Library.Vulnerabilities); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	account := []string{
		"total 6 loaded 2", "reported 2 not in the form of the catalogue", "reported 1 a key stands twice",
		"reported 1 value is not a CVE number such as CVE-2023-20198", "part 1 dateAdded is not a date",
	}
	if diff := cmp.Diff(account, inteltest.Account(l)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	l, err = inteltest.Load(t, kev.Read, "cut.json", text[:strings.Index(text, "CVE-2023-0003")])
	if err == nil || !strings.Contains(err.Error(), "cut.json") || !strings.Contains(err.Error(), "after byte") {
		t.Errorf("a catalogue cut off: %v", err)
	}
	if got := len(l.Library.Vulnerabilities); got != 2 {
		t.Errorf("%d entries before the cut", got)
	}
}
