package csv

import (
	"slices"
	"strconv"

	"stormglass/internal/telemetry"
)

// tool is who writes tables whose column names mean something in them only.
type tool uint8

const (
	anyTool tool = iota
	nfdump       // nfdump -o csv
	silk         // rwcut of SiLK
)

// toolOf knows a tool by names that stand in all its tables of flows.
func toolOf(names []string) tool {
	has := func(name string) bool { return slices.Contains(names, name) }
	switch {
	case has("sa") && has("da") && has("td"), has("srcAddr") && has("dstAddr"):
		return nfdump
	case has("sIP") && has("dIP"):
		return silk
	}
	return anyTool
}

// fieldOf gives the field of a column.
func (t tool) fieldOf(name string) (telemetry.FieldID, bool) {
	var id telemetry.FieldID
	var ok bool
	switch t {
	case nfdump:
		id, ok = nfdumpFields[name]
	case silk:
		if name == "application" || name == "appli" { // a port, as a guess at who used another one
			return 0, false
		}
		id, ok = silkFields[name]
	case anyTool:
	}
	if ok {
		return id, ok
	}
	return telemetry.FieldOf(name)
}

// roleOf gives what is special about a column of the tool's.
func (t tool) roleOf(name string) role {
	switch {
	case t == nfdump && name == "dir":
		return roleDirection
	case t == silk && (name == "iType" || name == "iTy"):
		return roleICMPType
	case t == silk && (name == "iCode" || name == "iCo"):
		return roleICMPCode
	}
	return plain
}

// pairOf gives the name under which a column is kept that has no field. Those of nfdump are named as its own
// files are read.
func (t tool) pairOf(name string) telemetry.FieldID {
	if element, ok := nfdumpElements[name]; ok && t == nfdump {
		return telemetry.FieldNamed("stormglass.ipfix." + element)
	}
	return telemetry.FieldNamed(name)
}

// Columns of nfdump 1.6 and 1.7 (1.7.1 and before) whose names are too short to be known anywhere else.
var nfdumpFields = map[string]telemetry.FieldID{
	"in": telemetry.FieldInIf, "out": telemetry.FieldOutIf, "sas": telemetry.FieldSourceAS, "das": telemetry.FieldDestinationAS,
	"smk": telemetry.FieldSourceMask, "dmk": telemetry.FieldDestinationMask, "stos": telemetry.FieldTOS,
	"nh": telemetry.FieldNextHop, "svln": telemetry.FieldVLAN, "dvln": telemetry.FieldDestinationVLAN, "ra": telemetry.FieldExporter,
}

var nfdumpElements = func() map[string]string {
	m := map[string]string{
		"fwd": "forwardingStatus", "dtos": "postIpClassOfService", "ismc": "sourceMacAddress", "odmc": "postDestinationMacAddress",
		"idmc": "destinationMacAddress", "osmc": "postSourceMacAddress", "mpls1": "mplsTopLabelStackSection",
	}
	for i := 2; i <= 10; i++ {
		m["mpls"+strconv.Itoa(i)] = "mplsLabelStackSection" + strconv.Itoa(i)
	}
	return m
}()

// Columns of rwcut, whose titles are cut to the width of the column unless told otherwise.
var silkFields = map[string]telemetry.FieldID{
	"sIP": telemetry.FieldSourceIP, "dIP": telemetry.FieldDestinationIP, "sPort": telemetry.FieldSourcePort, "dPort": telemetry.FieldDestinationPort,
	"pro": telemetry.FieldTransport, "protocol": telemetry.FieldTransport, "packets": telemetry.FieldSourcePackets, "bytes": telemetry.FieldSourceBytes,
	"sTime": telemetry.FieldTimestamp, "sTime+msec": telemetry.FieldTimestamp, "duration": telemetry.FieldDuration, "durat": telemetry.FieldDuration,
	"dur": telemetry.FieldDuration, "dur+msec": telemetry.FieldDuration, "durmsec": telemetry.FieldDuration,
	"in": telemetry.FieldInIf, "out": telemetry.FieldOutIf, "nhIP": telemetry.FieldNextHop,
}
