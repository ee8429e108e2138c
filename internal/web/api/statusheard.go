package api

import "time"

// Heard is in short what answers about the last day rest on: who was heard, what was lost, what rules could see.
type Heard struct {
	At         time.Time     `json:"at" doc:"When it was counted: every five minutes."`
	Registered int           `json:"registered_devices" doc:"Devices in the register; 0: how many there are is not known."`
	Devices    int           `json:"heard_devices" doc:"Of them, those heard in the last 24 hours; of all heard where there is no register."`
	Unknown    int           `json:"unregistered_devices" doc:"Devices heard that the register does not name."`
	Kinds      []HeardKind   `json:"kinds" doc:"Kinds of record of the last 24 hours."`
	Sensors    []HeardName   `json:"sensors" doc:"What sees records that name no device, last heard first: the first 20."`
	Silent     []HeardName   `json:"silent" doc:"Devices and sensors heard in the last week and not in the last 3 hours, those longest silent first: the first 20."`
	SilentAll  int           `json:"silent_count"`
	Never      []string      `json:"never" doc:"Devices of the register not heard in the last week: the first 20."`
	NeverAll   int           `json:"never_count"`
	Claims     []HeardClaim  `json:"claims" doc:"Lines of the last 24 hours in the name of a device that neither it nor a relay of the register sent, and that count as heard of nobody: the first 20 devices, those of the most lines first."`
	ClaimsAll  int           `json:"claims_count" doc:"Devices in whose names others wrote."`
	ClaimLines uint64        `json:"claimed_lines" doc:"Lines in their names."`
	Unproven   int           `json:"unproven_devices" doc:"Devices whose lines came from nobody knows whom: the register states no address of them, and no relays."`
	Rules      HeardVerdicts `json:"rules"`
}

// HeardKind is one kind of record.
type HeardKind struct {
	Kind    string     `json:"kind"`
	From    int        `json:"from" doc:"Devices and sensors that sent some."`
	Records uint64     `json:"records"`
	Last    *time.Time `json:"last,omitempty" doc:"The last hour with records, its begin."`
	Gaps    int        `json:"gap_hours" doc:"Hours, of 24, in which records were lost or could not be read, or none came from anybody."`
	Lost    uint64     `json:"lost" doc:"Records lost or unread, as far as their number is known."`
}

// HeardName is a device or sensor.
type HeardName struct {
	Name string    `json:"name"`
	Last time.Time `json:"last" doc:"The last hour in which it was heard, its begin."`
}

// HeardClaim is lines in the name of a device that another machine sent.
type HeardClaim struct {
	Device  string    `json:"device"`
	Senders []string  `json:"senders" doc:"Senders of the most lines."`
	More    int       `json:"more_senders"`
	Lines   int       `json:"lines"`
	Last    time.Time `json:"last" doc:"The last hour with such lines, its begin."`
}

// HeardVerdicts counts rules in force by what they could see in the last 24 hours.
type HeardVerdicts struct {
	Rules       int `json:"rules"`
	Assessed    int `json:"assessed" doc:"They had all that they need from at least one device."`
	Gaps        int `json:"seen_with_gaps" doc:"Of these, where records were lost."`
	NotAssessed int `json:"not_assessed"`
	Never       int `json:"never_came" doc:"Of these, of whose log source nothing ever came."`
}
