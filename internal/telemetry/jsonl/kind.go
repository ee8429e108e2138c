package jsonl

import (
	"strings"

	"stormglass/internal/flatjson"
	"stormglass/internal/telemetry"
)

// hint is what a key says about the kind of its line.
type hint uint16

const (
	hintDNS hint = 1 << iota
	hintHTTP
	hintTLS
	hintFile
	hintAddr
	hintFlow
	hintEvent   // tells of a computer, or is an alert
	hintDataset // its value names the kind
	hintHost    // names the computer it is about
	hintWindows // stands in no events but those of Windows
	hintChannel // the two that say so together, where nothing is nested
	hintEventID
)

var hints = map[telemetry.FieldID]hint{
	telemetry.FieldDNSQuestionName:    hintDNS,
	telemetry.FieldDNSAnswers:         hintDNS,
	telemetry.FieldHTTPMethod:         hintHTTP,
	telemetry.FieldHTTPStatus:         hintHTTP,
	telemetry.FieldURLOriginal:        hintHTTP,
	telemetry.FieldURLDomain:          hintHTTP,
	telemetry.FieldTLSServerName:      hintTLS,
	telemetry.FieldTLSJA3:             hintTLS,
	telemetry.FieldTLSJA3S:            hintTLS,
	telemetry.FieldTLSJA4:             hintTLS,
	telemetry.FieldTLSFingerprints:    hintTLS,
	telemetry.FieldFileMD5:            hintFile,
	telemetry.FieldFileSHA1:           hintFile,
	telemetry.FieldFileSHA256:         hintFile,
	telemetry.FieldSourceIP:           hintAddr,
	telemetry.FieldDestinationIP:      hintAddr,
	telemetry.FieldSourcePort:         hintFlow,
	telemetry.FieldDestinationPort:    hintFlow,
	telemetry.FieldTransport:          hintFlow,
	telemetry.FieldSourceBytes:        hintFlow,
	telemetry.FieldDestinationBytes:   hintFlow,
	telemetry.FieldSourcePackets:      hintFlow,
	telemetry.FieldDestinationPackets: hintFlow,
	telemetry.FieldDataset:            hintDataset,
	telemetry.FieldHostName:           hintHost,
}

// eventKeys begin the names of keys of lines that stay events.
var eventKeys = []string{
	"winlog.", "process.", "registry.", "rule.", "alert", "event.code", "event_id", "eventid", "eventcode", "event.system",
	"powershell.", "kibana.", "signature", "channel", "provider",
}

func hintOf(name string, field telemetry.FieldID, known bool) hint {
	if name == "event.category" || name == "event.kind" {
		return hintDataset
	}
	if known {
		return hints[field]
	}
	lower := strings.ToLower(name)
	h := windowsHint(lower)
	for _, k := range eventKeys {
		if strings.HasPrefix(lower, k) {
			return h | hintEvent
		}
	}
	return h
}

// kind decides what a line is.
func (st *state) kind(fields []flatjson.Field) telemetry.Kind {
	var have hint
	said := hint(0)
	for i := range fields {
		h := st.key(fields[i].Key).hint
		if h == hintDataset {
			said |= saidBy(fields[i].Value)
		}
		have |= h
	}
	st.windows = isWindows(have)
	if (have|said)&hintEvent != 0 || st.windows {
		return telemetry.KindEvent
	}
	// A computer's record of itself: only an event can say whom it is about.
	if have&hintHost != 0 && have&hintAddr == 0 {
		return telemetry.KindEvent
	}
	if said &= have; said != 0 { // what the dataset says counts when the keys bear it out
		have = said | have&hintAddr
	}
	switch {
	case have&hintDNS != 0:
		return telemetry.KindDNS
	case have&hintHTTP != 0:
		return telemetry.KindHTTP
	case have&hintTLS != 0:
		return telemetry.KindTLS
	case have&hintFile != 0:
		return telemetry.KindFile
	case have&hintAddr != 0 && have&hintFlow != 0:
		return telemetry.KindFlow
	}
	return telemetry.KindEvent
}

// saidBy reads event.dataset, event.category or event.kind.
func saidBy(v string) hint {
	if i := strings.LastIndexByte(v, '.'); i >= 0 {
		v = v[i+1:]
	}
	switch v {
	case "dns":
		return hintDNS
	case "http", "web":
		return hintHTTP
	case "tls", "ssl":
		return hintTLS
	case "file", "files", "fileinfo":
		return hintFile
	case "flow", "conn", "netflow", "connection":
		return hintFlow
	case "alert", "signal", "process", "authentication", "registry", "intrusion_detection", "malware":
		return hintEvent
	}
	return 0
}
