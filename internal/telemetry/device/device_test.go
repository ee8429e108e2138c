package device_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// untold are the fields that say nothing of what happened.
var untold = map[string]bool{
	"message": true, "event.code": true, "event.severity": true, "observer.vendor": true, "observer.product": true, "event.sequence": true,
	"log.syslog.priority": true, "log.syslog.facility.code": true, "log.syslog.severity.code": true,
}

// short are names of fields as tests write them.
var short = strings.NewReplacer("event.", "", "stormglass.session.", "", "stormglass.", "", "process.command_line", "command", "user.name", "user")

// event decodes one line.
func event(t testing.TB, line string) (telemetry.Event, []telemetry.Pair) {
	t.Helper()
	d := text.New(nil, "")
	d.RefTime = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	b := telemetrytest.Read(d, []byte(line))[0].Batch(telemetry.KindEvent)
	if b.Len() != 1 {
		t.Fatalf("%q: %d records", line, b.Len())
	}
	return b.Event[0], b.PairsOf(b.Event[0].Pairs)
}

// said gives what is typed of a line: product, code, then names and values, then ends.
func said(t testing.TB, line string) string {
	t.Helper()
	e, pairs := event(t, line)
	var head [2]string
	var rest []string
	for _, p := range pairs {
		switch name := p.Field.String(); {
		case name == "observer.product":
			head[0] = p.Text
		case name == "event.code":
			head[1] = p.Text
		case !untold[name] && strings.Contains(name, "."):
			rest = append(rest, short.Replace(name)+"="+p.Text)
		}
	}
	ends := ""
	if e.Src.IsValid() {
		ends = fmt.Sprintf(" %s/%d", e.Src, e.SrcPort)
	}
	if e.Dst.IsValid() || e.DstPort != 0 {
		ends += fmt.Sprintf(" > %s/%d", e.Dst, e.DstPort)
	}
	if e.Proto != 0 {
		ends += fmt.Sprintf(" proto %d", e.Proto)
	}
	return strings.Join(head[:], " ") + ": " + strings.Join(rest, " | ") + ends
}

// table is lines and what is said of them, one behind the other.
type table []string

func (x table) check(t *testing.T) {
	t.Helper()
	for i := 0; i < len(x); i += 2 {
		if diff := cmp.Diff(x[i+1], said(t, x[i])); diff != "" {
			t.Errorf("%s\n-want +got\n%s", x[i], diff)
		}
	}
}
