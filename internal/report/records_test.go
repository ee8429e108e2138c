package report

import (
	"bytes"
	"testing"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

func TestWriteRecords(t *testing.T) {
	files := []hunt.Inspected{{
		Telemetry: &telemetry.Account{Source: telemetry.Source{Name: "a.log"}},
		Records: []hunt.RecordFields{
			{Ordinal: 2, Kind: telemetry.KindEvent, Class: "login", Fields: []hunt.SampleField{{Name: "user.name", Value: "o\x1bp"}, {Name: "host.ip", Value: "192.0.2.1"}, {Name: "host.ip", Value: "192.0.2.2"}}},
			{Ordinal: 3, Kind: telemetry.KindDNS},
		},
	}}
	const want = `{"file":"a.log","record":2,"kind":"event","class":"login","user.name":"o\u001bp","host.ip":["192.0.2.1","192.0.2.2"]}
{"file":"a.log","record":3,"kind":"dns"}
`
	var got bytes.Buffer
	if err := WriteRecords(&got, files); err != nil || got.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got.String(), want)
	}
}
