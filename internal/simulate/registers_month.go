package simulate

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// writeMonthRegisters writes what the operator states besides in a month of operation: where devices may turn to, who may log in,
// which tunnels, mirrors, changes and partners there are, and what holds records of calls.
func writeMonthRegisters(dir, since string, cfg Config, op *site) error {
	for name, text := range map[string]string{
		"servers": serversYAML(op), "accounts": accountsYAML(cfg, op), "tunnels": tunnelsYAML(op), "mirrors": mirrorsYAML(op),
		"changes": changesYAML(cfg, op), "partners": partnersYAML(), "stores": storesYAML(op),
	} {
		text = fmt.Sprintf("# %s of %s, a made-up operator.\n%s:\n", strings.ToUpper(name[:1])+name[1:], operatorName, name) +
			strings.ReplaceAll(text, "SINCE", since)
		if err := writeFile(filepath.Join(dir, name+".yaml"), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// quoted gives a list of YAML.
func quoted[T fmt.Stringer](l ...T) string {
	var texts []string
	for _, x := range l {
		texts = append(texts, fmt.Sprintf("%q", x.String()))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func serversYAML(op *site) string {
	var b strings.Builder
	entry := func(service, addresses, reason string) {
		fmt.Fprintf(&b, "  - service: %s\n    addresses: %s\n    owner: network-operations\n    reason: %q\n    valid_from: SINCE\n", service, addresses, reason)
	}
	both := func(names ...string) string {
		var l []string
		for _, name := range names {
			h := op.host(name)
			l = append(l, quoted(h.v4, h.v6))
		}
		return strings.ReplaceAll(strings.Join(l, ", "), "], [", ", ")
	}
	entry("aaa", both("aaa-1"), "TACACS+ of the large routers")
	entry("aaa", both("aaa-2"), "ISE: access routers and switches")
	entry("aaa", quoted(roamingRadius), "RADIUS of a roaming partner")
	entry("ntp", both("ntp-1"), "time of all machines")
	entry("ntp", quoted(peer(60, 0), peer(60, 1), peer(60, 2), peer(60, 3)), "where ntp-1 asks")
	entry("syslog", both("log-1"), "collector of messages")
	entry("dns", both("dns-1", "dns-2"), "resolvers")
	entry("backup", both("backup-1"), "copies of configurations and servers")
	entry("nms", both("nms-1", "nms-2"), "monitoring")
	entry("nms", both("scan-1"), "the operator's own scanner")
	entry("update", both("upd-1"), "software of routers")
	entry("update", quoted(makerAddress), "the maker of the routers")
	entry("jump", both("jump-1", "jump-2"), "the way to all devices")
	return b.String()
}

func accountsYAML(cfg Config, op *site) string {
	var b strings.Builder
	for _, w := range slices.Concat(staff, []person{{name: roundsAccount}}) {
		since := "SINCE"
		if w.from > 0 {
			since = cfg.Start.Truncate(day).AddDate(0, 0, w.from-1).Format(time.DateOnly)
		}
		fmt.Fprintf(&b, "  - name: %s\n    kind: person\n    hosts: %s\n    owner: network-operations\n    valid_from: %s\n",
			w.name, quoted(op.host("jump-1").v4, op.host("jump-2").v4), since)
	}
	program := func(name, host, reason string, commands ...string) {
		fmt.Fprintf(&b, "  - name: %s\n    kind: automation\n    hosts: %s\n", name, quoted(op.host(host).v4))
		if len(commands) > 0 {
			fmt.Fprintf(&b, "    commands:\n")
		}
		for _, c := range commands {
			fmt.Fprintf(&b, "      - %q\n", c)
		}
		fmt.Fprintf(&b, "    owner: network-operations\n    reason: %q\n    valid_from: SINCE\n", reason)
	}
	var copied []string
	for _, d := range op.devices {
		for _, text := range d.copies() {
			if !slices.Contains(copied, text) {
				copied = append(copied, text)
			}
		}
	}
	program(copierAccount, "backup-1", "nightly copies of configurations", copied...)
	program(changerAccount, "cfg-1", "changes from templates, reports", "show *", "configure terminal", "interface *", "description *", "end",
		"guestshell enable", "guestshell run python3 bootflash:gs/report.py", "guestshell disable")
	program("nms", "nms-1", "reads devices out, sets thresholds")
	fmt.Fprintf(&b, "  - name: %s\n    kind: automation\n    hosts: %s\n    owner: charging\n    reason: \"carries call records\"\n    valid_from: SINCE\n",
		carrierAccount, quoted(op.host("med-1").v4, op.host("med-2").v4))
	fmt.Fprintf(&b, "  - name: roaming-files\n    kind: automation\n    hosts: %s\n    owner: roaming\n    reason: \"a partner's files\"\n    valid_from: SINCE\n", quoted(roamingPartner))
	b.WriteString("  - name: firecall\n    kind: break_glass\n    owner: network-operations\n    reason: \"sealed envelope at the operations desk\"\n    valid_from: SINCE\n")
	return b.String()
}

func tunnelsYAML(op *site) string {
	return fmt.Sprintf("  - id: scrubbing\n    ends: %s\n    protocols: [gre]\n    owner: ip-backbone\n    reason: \"scrubbing of attacks\"\n    valid_from: SINCE\n"+
		"  - id: partner-ipsec\n    ends: %s\n    protocols: [ipsec]\n    owner: ip-backbone\n    reason: \"signalling to a partner\"\n    valid_from: SINCE\n"+
		"  - id: ids-mirror\n    ends: %s\n    protocols: [gre]\n    owner: security\n    reason: \"mirrored traffic for the intrusion detection\"\n    valid_from: SINCE\n",
		quoted(op.device("edge-r2").v4, tunnelPartner), quoted(op.device("edge-r5").v4, ipsecPartner), quoted(op.device("edge-r3").v4, op.host("ids-1").v4))
}

func mirrorsYAML(op *site) string {
	return fmt.Sprintf("  - id: ids-mirror\n    devices: [edge-r3]\n    sessions: [\"1\"]\n    destinations: %s\n    owner: security\n    reason: \"intrusion detection\"\n    valid_from: SINCE\n",
		quoted(op.host("ids-1").v4))
}

func changesYAML(cfg Config, op *site) string {
	var b strings.Builder
	// One before all others, so that the register speaks from the first day on.
	fmt.Fprintf(&b, "  - ticket: CHG-4001\n    devices: [agg-r1]\n    reason: \"new line card\"\n    valid_from: %s\n    valid_until: %s\n",
		cfg.Start.AddDate(0, -2, 0).Format(time.RFC3339), cfg.Start.AddDate(0, -2, 1).Format(time.RFC3339))
	for _, w := range slices.Concat(windowsOf(cfg), op.windows) {
		fmt.Fprintf(&b, "  - ticket: %s\n    devices: [%s]\n    owner: network-operations\n    reason: %q\n    valid_from: %s\n    valid_until: %s\n",
			w.ticket, strings.Join(w.devices, ", "), w.reason, w.from.Format(time.RFC3339), w.from.Add(w.length).Format(time.RFC3339))
	}
	return b.String()
}

func partnersYAML() string {
	return fmt.Sprintf("  - name: Tallow Mobile\n    prefixes: %s\n    owner: roaming\n    reason: \"roaming\"\n    valid_from: SINCE\n", quoted(tallowPrefix))
}

func storesYAML(op *site) string {
	var b strings.Builder
	for _, h := range op.hosts {
		if h.role == "call-record-store" {
			fmt.Fprintf(&b, "  - id: %s\n    names: [%s, %s.%s]\n    addresses: %s\n    owner: charging\n    reason: \"call records of 13 months\"\n    valid_from: SINCE\n",
				h.name, h.name, h.name, operatorDomain, quoted(h.v4))
		}
	}
	return b.String()
}
