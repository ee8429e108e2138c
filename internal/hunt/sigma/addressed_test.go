package sigma

import (
	"slices"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// countries answers as files of addresses do.
type countries struct{}

func (countries) Field(_ telemetry.Kind, name string) (func(*telemetry.Batch, int) (string, bool), bool) {
	return func(*telemetry.Batch, int) (string, bool) { return "DE", true }, name == "source.geo.country_iso_code"
}

// TestWhatARecordStatesGoesBeforeFiles: a file is asked where the record says nothing.
func TestWhatARecordStatesGoesBeforeFiles(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  source.geo.country_iso_code: DE\ncondition: s")), Options{Joined: countries{}}, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	event(b, "", "a", "x")
	event(b, "", "source.geo.country_iso_code", "FR")
	event(b, "", "source.geo.country_iso_code", "DE")
	if got, want := matched(p, b), []bool{true, false, true}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestWhatNoFileOfAddressesGivesIsNotAssessed: such a rule does not pass for one that never matched.
func TestWhatNoFileOfAddressesGivesIsNotAssessed(t *testing.T) {
	for _, name := range []string{"source.geo.country_iso_code", "destination.as.organization.name", "client.as.number", "stormglass.access.source.ip", "stormglass.access.vpn.source.ip"} {
		p := program(t, parse(t, detection("s:\n  "+name+": x\ncondition: s")), Options{}, telemetry.KindEvent)
		if r := p.Rules()[0]; !slices.Contains(r.Missing, name) || !strings.Contains(r.Unusable, "no file of addresses gives "+name) || strings.Contains(r.Unusable, "register") {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestWhatExportersStateNeedsNoFile: flows have a field for the autonomous system.
func TestWhatExportersStateNeedsNoFile(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  source.as.number: 64500\ncondition: s")), Options{}, telemetry.KindFlow)
	if r := p.Rules()[0]; r.Unusable != "" || len(r.Missing) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestMissingText(t *testing.T) {
	got := MissingText([]string{"aaa_servers", "source.geo.country_iso_code", "tickets"})
	if want := "no register states aaa_servers, tickets; no file of addresses gives source.geo.country_iso_code"; got != want {
		t.Errorf("got %q", got)
	}
}

// TestWhatIsJoinedIsNoAnchor: a rule that asks for a word of registers is looked at where the record's own fields allow it, and registers are
// not joined with all others.
func TestWhatIsJoinedIsNoAnchor(t *testing.T) {
	p := program(t, parse(t, detection("s:\n  a: [x, y, z]\n  source.geo.country_iso_code: DE\ncondition: s")), Options{Joined: countries{}}, telemetry.KindEvent)
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	for _, a := range []string{"x", "other", "other", "y"} {
		event(b, "", "a", a)
	}
	matches(p, b)
	if got := p.Stats().Rules[0].Candidates; got != 2 {
		t.Errorf("%d of 4 records are candidates, want the two that have one of the words", got)
	}
}
