package simulate

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// writeReadme says what the folder is.
func writeReadme(dir string, cfg Config, _ *site) error {
	text, flag := readme, ""
	switch {
	case cfg.Cases:
		flag = " --cases"
	case cfg.Benign:
		flag = " --benign"
	}
	if cfg.Sampling > 0 {
		flag += fmt.Sprintf(" --sampling %d", cfg.Sampling)
	}
	if cfg.month() {
		text += fmt.Sprintf(readmeMonth, flag)
	}
	var own strings.Builder
	for _, p := range ownPrefixes() {
		own.WriteString(" --own " + p.String())
	}
	return writeFile(filepath.Join(dir, "README.txt"), fmt.Appendf(nil, text, operatorName, operatorPLMN, operatorAS,
		cfg.Start.Format(time.DateOnly), cfg.end().Add(-day).Format(time.DateOnly), cfg.Seed, cfg.Days, cfg.Scale, own.String(), intruderName))
}

const readme = `A made-up telecom operator with a made-up intruder
==================================================

Nothing here is real. %s (network %s, AS%d) does not exist. Addresses are
those set aside for documentation, benchmarks and private use, names end in
.example or .test, and no value here is the indicator of a real group.

It covers %s to %s, all times in UTC, and was made with seed %d,
days %d, scale %d. The same numbers make the same files.

To hunt it:

    stormglass hunt --intel intel --telemetry telemetry \
       %s

What a hunt should find, and what it should not, stands in truth.json: compare
after the hunt, not before.

telemetry/zeek/     Zeek logs of all conversations, a folder per day, a file
                    per hour (older days compressed, the last but one as JSON)
telemetry/eve/      Suricata, in front of the call-record servers
telemetry/flows/    one-way flows at the border, as nfdump 1.7.1 writes CSV
telemetry/exports/  the routers' own export packets, as captured at the collector:
                    NetFlow v9, IPFIX and sFlow, one packet in so many looked at
telemetry/syslog/   messages of the routers; most lines do not state the year
registers/          the operator's own networks and devices
intel/              what partners published on a group called %s: MISP
                    events, a STIX bundle, plain lists; and warning lists
truth.json          every planted value with its subject, records and times;
                    traces that no indicator names; look-alikes
`

const readmeMonth = `
It is a month of operation, made with the flags%s:

telemetry/syslog/   messages of servers, too, with their audit records, and those
                    of the second AAA server (Cisco ISE)
telemetry/aaa/      the accounting file of the first AAA server (tac_plus)
registers/          besides: servers, accounts, tunnels, mirrors, changes, partners
                    and stores
truth.json          cases: what the intruder did, by the entries of the catalogue
                    of detections (none in a benign month)
`
