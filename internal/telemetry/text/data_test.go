package text_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

var ref = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)

// one decodes one line and gives its event and pairs.
func one(t testing.TB, line string) (telemetry.Event, map[string]string) {
	t.Helper()
	d := text.New(nil, "")
	d.RefTime = ref
	s := telemetrytest.Read(d, []byte(line))[0]
	b := s.Batch(telemetry.KindEvent)
	if s.Read != 1 || b.Len() != 1 {
		t.Fatalf("%q: %d records", line, s.Read)
	}
	pairs := map[string]string{}
	for _, p := range b.PairsOf(b.Event[0].Pairs) {
		pairs[p.Field.String()] = p.Text
	}
	return b.Event[0], pairs
}

func TestCiscoHeaders(t *testing.T) {
	data, err := os.ReadFile(datatest.Path(t, "telemetry", "syslog-elastic", "cisco-ios-syslog-header.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Original, Facility, Mnemonic, Message, Timestamp, Hostname string
		Severity, Priority                                         json.Number
		Sequence                                                   json.Number `json:"event_sequence"`
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) != 17 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		e, pairs := one(t, c.Original)
		when := ""
		if e.Occurred.Known() {
			when = e.Occurred.Time().Format("2006-01-02T15:04:05.000Z")
		}
		// A relay's address stands for the host when the line names none.
		host := e.Host == c.Hostname || c.Hostname == "" && strings.Contains(c.Original, e.Host) && telemetry.ParseAddr(e.Host).IsValid()
		code := c.Facility + "-" + c.Severity.String() + "-" + c.Mnemonic
		if when != c.Timestamp || !host || pairs["event.code"] != code || pairs["message"] != c.Message ||
			pairs["log.syslog.priority"] != c.Priority.String() || c.Sequence != "" && pairs["event.sequence"] != c.Sequence.String() {
			t.Errorf("%s\n%s %q %v, want %+v", c.Original, when, e.Host, pairs, c)
		}
		if unset := strings.Contains(c.Original, ">*"); unset != (e.Doubt == 24*time.Hour) {
			t.Errorf("%s: doubt %v", c.Original, e.Doubt)
		}
	}
}

func TestISE(t *testing.T) {
	data := telemetrytest.Load(t, datatest.Path(t, "telemetry", "aaa-elastic", "cisco-ise-tacacs-accounting.log"))
	for line := range strings.Lines(string(data)) {
		e, _ := one(t, line)
		if got := e.Occurred.Time().Format(time.RFC3339Nano); got != "2020-02-21T19:13:08.328Z" || !strings.Contains(line, "NetworkDeviceName="+e.Host+",") || e.Doubt != 0 {
			t.Errorf("%.80s: %s %q %v", line, got, e.Host, e.Doubt)
		}
	}
}
