package telemetry

import (
	"slices"
	"strings"
	"testing"
)

// TestScrubBlanksTheElementAfterAnOption scrubs lists as decoders keep them: pairs of one field in a row.
func TestScrubBlanksTheElementAfterAnOption(t *testing.T) {
	for _, tt := range []struct{ in, want []string }{
		{[]string{"run", "--password", "Sw0rdfish", "x"}, []string{"run", "--password", "***", "x"}},
		{[]string{"/password", "Sw0rdfish"}, []string{"/password", "***"}},
		{[]string{"-pw", "Sw0rdfish"}, []string{"-pw", "***"}},
		{[]string{"--token", "--pass", "Sw0rdfish"}, []string{"--token", "--pass", "***"}},
		{[]string{"--secret", "two words"}, []string{"--secret", "***"}},
		{[]string{"--password-file", "a.txt", "password", "x"}, []string{"--password-file", "a.txt", "password", "x"}},
		{[]string{"/usr/bin/ipmitool", "-P", "Sw0rdfish", "x"}, []string{"/usr/bin/ipmitool", "-P", "***", "x"}},
		{[]string{"docker", "login", "-p", "Sw0rdfish"}, []string{"docker", "login", "-p", "***"}},
		{[]string{"docker", "run", "-p", "8080:80"}, []string{"docker", "run", "-p", "8080:80"}},
		{[]string{"-p", "22", "--token=Sw0rdfish", "x"}, []string{"-p", "22", "--token=***", "x"}},
	} {
		b := &Batch{Kind: KindEvent, Source: &Source{Name: "x.json"}}
		e := &b.Event[b.Append(1)]
		for _, text := range tt.in {
			b.AddPair(&e.Pairs, FieldNamed("process.args"), text)
		}
		b.AddPair(&e.Pairs, FieldNamed("process.name"), "other")
		e.Raw = `{"process":{"args":["` + strings.Join(tt.in, `","`) + `"]}}`
		Scrub(b)
		var got []string
		for _, p := range b.PairsOf(e.Pairs) {
			got = append(got, p.Text)
		}
		if want := append(tt.want, "other"); !slices.Equal(got, want) {
			t.Errorf("%q: %q", tt.in, got)
		}
		if strings.Contains(e.Raw, "Sw0rdfish") || strings.Contains(e.Raw, "two words") {
			t.Errorf("raw: %s", e.Raw)
		}
	}
}
