package telemetry_test

import (
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// TestComputedFieldsOfFlows holds what rules may ask of flows to hand-made conversations.
func TestComputedFieldsOfFlows(t *testing.T) {
	const fin, syn, rst, psh, ack = 1, 2, 4, 8, 16
	ends := func(proto uint8, from, to uint16) telemetry.Ends {
		return telemetry.Ends{Proto: proto, SrcPort: from, DstPort: to}
	}
	one := func(e telemetry.Ends, flags uint8, packets uint64) telemetry.Flow {
		return telemetry.Flow{Ends: e, TCPFlags: flags, SrcPackets: packets, SrcBytes: packets * 60, DstPackets: telemetry.NoCount, DstBytes: telemetry.NoCount, OneWay: true}
	}
	two := func(e telemetry.Ends, state string, a telemetry.Answer) telemetry.Flow {
		return telemetry.Flow{Ends: e, State: state, Answered: a, SrcPackets: 9, SrcBytes: 900, DstPackets: 8, DstBytes: 8000}
	}
	sampled := one(ends(6, 40000, 22), rst|ack, 2000)
	sampled.Sampling = 1000
	nfdump := two(ends(6, 40000, 22), "", telemetry.AnswerUnknown)
	nfdump.TCPFlags, nfdump.SrcPackets = syn|rst|ack, 1
	echo := one(ends(1, 0, 0), 0, 1)
	echo.ICMPType, echo.SrcBytes = 8, 1028
	for name, c := range map[string]struct {
		flow telemetry.Flow
		want string // answer, called, one way, type and code of ICMP, mean bytes of a packet each way
	}{
		"scan of a port":                      {one(ends(6, 40000, 22), syn, 1), "unanswered destination true - - 60 -"},
		"scan that learns and resets":         {one(ends(6, 40000, 22), syn|rst, 2), "unanswered destination true - - 60 -"},
		"client of a session":                 {one(ends(6, 40000, 22), syn|ack|psh, 12), "answered destination true - - 60 -"},
		"client in the middle of a session":   {one(ends(6, 40000, 22), ack|psh, 12), "answered destination true - - 60 -"},
		"server of a session":                 {one(ends(6, 22, 40000), syn|ack|psh, 12), "answered source true - - 60 -"},
		"server that refuses":                 {one(ends(6, 22, 40000), rst|ack, 1), "refused source true - - 60 -"},
		"server that refuses, sampled":        {sampled, "refused destination true - - 60 -"},
		"session that is cut":                 {one(ends(6, 22, 40000), rst|ack, 40), "answered source true - - 60 -"},
		"answer to a client of BGP":           {one(ends(6, 179, 57722), ack|psh, 40), "answered source true - - 60 -"},
		"two high ports, opening seen":        {one(ends(6, 40000, 57722), syn, 1), "unanswered destination true - - 60 -"},
		"two high ports":                      {one(ends(6, 40000, 50722), ack|psh, 9), "answered unclear true - - 60 -"},
		"a port that nobody knows":            {one(ends(6, 40000, 8888), ack|psh, 9), "answered destination true - - 60 -"},
		"flags not stated":                    {one(ends(6, 40000, 22), 0, 9), "unknown destination true - - 60 -"},
		"question to a resolver":              {one(ends(17, 40000, 53), 0, 1), "unknown destination true - - 60 -"},
		"Zeek: normal":                        {two(ends(6, 40000, 22), "SF", telemetry.Answered), "answered destination false - - 100 1000"},
		"Zeek: from a low port":               {two(ends(6, 53, 57722), "SF", telemetry.Answered), "answered destination false - - 100 1000"},
		"Zeek: opening not seen":              {two(ends(6, 22, 40000), "OTH", telemetry.Answered), "answered source false - - 100 1000"},
		"Zeek: refused":                       {two(ends(6, 40000, 22), "REJ", telemetry.Refused), "refused destination false - - 100 1000"},
		"both directions, nobody says more":   {two(ends(17, 40000, 161), "", telemetry.AnswerUnknown), "answered destination false - - 100 1000"},
		"both directions in one set of flags": {nfdump, "refused destination false - - 900 1000"},
		"echo, as exporters write it":         {echo, "unknown unclear true 8 0 1028 -"},
		"echo, as Zeek writes it":             {two(ends(1, 8, 0), "OTH", telemetry.Answered), "answered destination false 8 0 100 1000"},
	} {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{c.flow}}
		var got []string
		for _, field := range []string{"answer", "called", "one_way", "icmp.type", "icmp.code", "source.packet_bytes", "destination.packet_bytes"} {
			field = "stormglass.flow." + field
			field = strings.Replace(field, "flow.icmp", "icmp", 1)
			get, ok := telemetry.Computed(telemetry.KindFlow, field)
			if !ok {
				t.Fatalf("no field %s", field)
			}
			text, ok := get(b, 0)
			if !ok {
				text = "-"
			}
			got = append(got, text)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
	if _, ok := telemetry.Computed(telemetry.KindDNS, "stormglass.flow.answer"); ok {
		t.Error("a question of DNS has an answer of flows")
	}
	if _, ok := telemetry.Computed(telemetry.KindFlow, "stormglass.flow.nothing"); ok {
		t.Error("a field that does not exist")
	}
}
