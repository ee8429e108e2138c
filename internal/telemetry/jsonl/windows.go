package jsonl

import (
	"strings"

	"stormglass/internal/telemetry"
)

// windowsHint knows the keys that only events of Windows have, in lower case.
func windowsHint(name string) hint {
	switch name {
	case "channel":
		return hintChannel
	case "eventid":
		return hintEventID
	case "winlog.channel", "winlog.event_id", "winlog.provider_name",
		"event.system.channel", "system.channel", "event.system.provider.name", "event.system.provider.#attributes.name":
		return hintWindows
	}
	if strings.HasPrefix(name, "event.system.eventid") || strings.HasPrefix(name, "system.eventid") {
		return hintWindows
	}
	return 0
}

// isWindows reports whether a line with such keys is an event of Windows.
func isWindows(have hint) bool {
	return have&hintWindows != 0 || have&(hintChannel|hintEventID) == hintChannel|hintEventID
}

// winKey is what a key of an event of Windows means to the record.
type winKey struct {
	means bool
	field telemetry.FieldID
	sure  bool // it beats what another key says: the computer, not who collected; the time with its zone
}

// winParts are where the parts of an event of Windows stand in each form, in lower case.
var winParts = []string{"winlog.event_data.", "event.eventdata.", "eventdata.", ""}

// winData are the parts of an event's data, in lower case, that fill a field of the record: Sysmon's network events, the
// filtering platform's (5156 and its like), and logons.
var winData = map[string]telemetry.FieldID{
	"sourceip": telemetry.FieldSourceIP, "sourceaddress": telemetry.FieldSourceIP, "ipaddress": telemetry.FieldSourceIP,
	"destinationip": telemetry.FieldDestinationIP, "destaddress": telemetry.FieldDestinationIP,
	"sourceport": telemetry.FieldSourcePort, "ipport": telemetry.FieldSourcePort,
	"destinationport": telemetry.FieldDestinationPort, "destport": telemetry.FieldDestinationPort,
	"protocol": telemetry.FieldTransport,
}

// winSystem are the parts of an event's head, in lower case.
var winSystem = map[string]telemetry.FieldID{
	"winlog.computer_name":                            telemetry.FieldHostName,
	"event.system.computer":                           telemetry.FieldHostName,
	"system.computer":                                 telemetry.FieldHostName,
	"event.system.timecreated.#attributes.systemtime": telemetry.FieldTimestamp,
	"event.system.timecreated.@systemtime":            telemetry.FieldTimestamp,
	"event.system.timecreated.systemtime":             telemetry.FieldTimestamp,
	"event.system.timecreated_attributes.systemtime":  telemetry.FieldTimestamp,
	"system.timecreated.#attributes.systemtime":       telemetry.FieldTimestamp,
	"system.timecreated.systemtime":                   telemetry.FieldTimestamp,
}

func winKeyOf(name string) winKey {
	name = strings.ToLower(name)
	if id, ok := winSystem[name]; ok {
		return winKey{means: true, field: id, sure: id == telemetry.FieldHostName}
	}
	for _, p := range winParts {
		part, ok := strings.CutPrefix(name, p)
		if !ok {
			continue
		}
		if part == "utctime" {
			return winKey{means: true, field: telemetry.FieldTimestamp, sure: true}
		}
		if id, ok := winData[part]; ok {
			return winKey{means: true, field: id}
		}
		break
	}
	return winKey{}
}

// assignWindows gives a value to the field it fills. What it cannot fill is a pair all the same, so nothing is lost.
func assignWindows(b *telemetry.Batch, i int, k winKey, v string) {
	e := &b.Event[i]
	switch {
	case k.field == telemetry.FieldHostName:
		e.Host = v
	case k.sure:
		utcTime(&e.Head, v)
	default:
		b.Assign(i, k.field, v)
	}
}

// utcTime takes a time of Sysmon's, which is in UTC and does not say so, unless one with its zone is known.
func utcTime(h *telemetry.Head, v string) {
	t, n, _ := telemetry.ParseISO8601(v)
	if n != len(v) || !t.Known() || h.Occurred.Known() && h.Doubt == 0 {
		return
	}
	h.Occurred, h.Doubt = t, 0
}
