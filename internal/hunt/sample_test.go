package hunt

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// TestNoSecretReachesAFinding hunts records that carry secrets in every place a finding copies from.
func TestNoSecretReachesAFinding(t *testing.T) {
	const secret, imsi = "hunter2hunter2", "001010123456789"
	line := "set password " + secret + " imsi=" + imsi + " from 198.51.100.7"
	event := &telemetry.Batch{Kind: telemetry.KindEvent}
	event.Pairs = []telemetry.Pair{{Field: telemetry.FieldMessage, Text: line}, {Field: telemetry.FieldNamed("zeek.ftp.password"), Text: secret}}
	event.Event = []telemetry.Event{
		{Head: head(1), Host: "imsi-" + imsi, Dataset: "syslog", Pairs: telemetry.Span{Len: 1}, Raw: line},
		{Head: head(2), Dataset: "zeek.ftp", Pairs: telemetry.Span{Len: 2}},
	}
	http := &telemetry.Batch{Kind: telemetry.KindHTTP, HTTP: []telemetry.HTTP{{
		Head: head(3), Ends: ends("10.0.0.1", "198.51.100.7", 80), Host: "evil.example", URI: "/a?password=" + secret, UserName: "+4915112345678",
	}}}
	l := loaderOf(t, "198.51.100.7", "evil.example", "http://evil.example/a")
	tally := NewTally(mustIndex(t, l))
	src := &telemetry.Source{Name: "a", ID: telemetry.SourceID{1}}
	part := tally.Part(src)
	for _, b := range []*telemetry.Batch{event, http} {
		b.Source = src
		if err := (&Engine{Index: tally.index, Sink: part}).Batch(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	part.Commit()
	out := tally.Outcome(&l.Library, nil, Networks{})
	if len(out.Findings) < 4 {
		t.Fatalf("only %d findings", len(out.Findings))
	}
	for _, f := range out.Findings {
		text := fmt.Sprintf("%+v %+v", *f, f.Days)
		for _, s := range []string{secret, imsi, "15112345678"} {
			if strings.Contains(text, s) {
				t.Errorf("%s of %s holds %q:\n%s", f.Value, f.Subject, s, text)
			}
		}
	}
}
