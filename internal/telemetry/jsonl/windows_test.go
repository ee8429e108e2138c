package jsonl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry/jsonl"
	"stormglass/internal/telemetry/telemetrytest"
)

// TestWindows reads one network connection, as Sysmon tells it, in the forms in which it travels.
func TestWindows(t *testing.T) {
	const known = `Src=192.0.2.1 Dst=198.51.100.1 SrcPort=50000 DstPort=443 Proto=6 `
	tests := []struct{ name, line, want string }{
		{
			"winlogbeat", `{"@timestamp":"2024-01-02T03:04:05.678Z","host":{"name":"collector"},"winlog":{"computer_name":"pc1","channel":"Microsoft-Windows-Sysmon/Operational","event_id":"3","event_data":{"UtcTime":"2024-01-02 03:04:05.600","Image":"C:\\x.exe","Protocol":"tcp","SourceIp":"192.0.2.1","SourcePort":"50000","DestinationIp":"198.51.100.1","DestinationPort":"443"}},"event":{"code":"3","dataset":"windows.sysmon_operational"}}`,
			`event 1 Occurred=2024-01-02T03:04:05.678 ` + known + `Dataset="windows.sysmon_operational" Host="pc1" host.name="collector" winlog.computer_name="pc1" winlog.channel="Microsoft-Windows-Sysmon/Operational" winlog.event_id="3" winlog.event_data.UtcTime="2024-01-02 03:04:05.600" winlog.event_data.Image="C:\\x.exe" winlog.event_data.Protocol="tcp" winlog.event_data.SourceIp="192.0.2.1" winlog.event_data.SourcePort="50000" winlog.event_data.DestinationIp="198.51.100.1" winlog.event_data.DestinationPort="443" event.code="3" event.dataset="windows.sysmon_operational"`,
		},
		{
			"nxlog", `{"EventTime":"2024-01-02 05:04:05","Hostname":"pc1","Channel":"Microsoft-Windows-Sysmon/Operational","EventID":3,"UtcTime":"2024-01-02 03:04:05.600","Protocol":"tcp","SourceIp":"192.0.2.1","SourcePort":50000,"DestinationIp":"198.51.100.1","DestinationPort":443}`,
			`event 1 Occurred=2024-01-02T03:04:05.6 ` + known + `Dataset="windows" Host="pc1" Hostname="pc1" Channel="Microsoft-Windows-Sysmon/Operational" EventID="3" UtcTime="2024-01-02 03:04:05.600" Protocol="tcp" SourceIp="192.0.2.1" SourcePort="50000" DestinationIp="198.51.100.1" DestinationPort="443"`,
		},
		{
			"evtx as json", `{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":{"#attributes":{"Qualifiers":0},"#text":3},"TimeCreated":{"#attributes":{"SystemTime":"2024-01-02T03:04:05.700Z"}},"Correlation":null,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"pc1"},"EventData":{"UtcTime":"2024-01-02 03:04:05.600","Protocol":"tcp","SourceIp":"192.0.2.1","SourcePort":50000,"DestinationIp":"198.51.100.1","DestinationPort":443}}}`,
			`event 1 Occurred=2024-01-02T03:04:05.7 ` + known + `Dataset="windows" Host="pc1" Event.System.Provider.#attributes.Name="Microsoft-Windows-Sysmon" Event.System.EventID.#attributes.Qualifiers="0" Event.System.EventID.#text="3" Event.System.TimeCreated.#attributes.SystemTime="2024-01-02T03:04:05.700Z" Event.System.Channel="Microsoft-Windows-Sysmon/Operational" Event.System.Computer="pc1" Event.EventData.UtcTime="2024-01-02 03:04:05.600" Event.EventData.Protocol="tcp" Event.EventData.SourceIp="192.0.2.1" Event.EventData.SourcePort="50000" Event.EventData.DestinationIp="198.51.100.1" Event.EventData.DestinationPort="443"`,
		},
		{
			"no window in it", `{"Channel":"news","@timestamp":"2024-01-02T03:04:05Z","IpAddress":"192.0.2.1"}`,
			`event 1 Occurred=2024-01-02T03:04:05 Dataset="json" Channel="news" IpAddress="192.0.2.1"`,
		},
		{
			"what cannot be read stays", `{"Event":{"System":{"EventID":4625,"Channel":"Security","Computer":"pc1"},"EventData":{"IpAddress":"-","UtcTime":"soon"}}}`,
			`event 1 Dataset="windows" Host="pc1" Event.System.EventID="4625" Event.System.Channel="Security" Event.System.Computer="pc1" Event.EventData.IpAddress="-" Event.EventData.UtcTime="soon"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !jsonl.Sniff([]byte(tt.line+"\n"), "") {
				t.Error("not taken for JSON lines")
			}
			set := telemetrytest.Read(jsonl.New(nil, ""), []byte(tt.line))
			got := telemetrytest.Records(set...)
			for i := range got {
				got[i] = telemetrytest.WithoutRaw(got[i])
			}
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if problems := telemetrytest.Problems(set[0]); len(problems) > len("1 1 1") {
				t.Errorf("problems: %s", problems)
			}
		})
	}
}
