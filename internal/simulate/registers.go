package simulate

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// writeRegisters writes what the operator states as right: its networks and its devices.
func writeRegisters(dir string, cfg Config, op *site) error {
	dir = filepath.Join(dir, "registers")
	since := cfg.Start.AddDate(-3, 0, 0).Format(time.DateOnly)
	if err := writeFile(filepath.Join(dir, "networks.yaml"), []byte(networksYAML(since))); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "devices.yaml"), []byte(devicesYAML(since, op))); err != nil {
		return err
	}
	if !cfg.month() {
		return nil
	}
	return writeMonthRegisters(dir, since, cfg, op)
}

func networksYAML(since string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Networks of %s, a made-up operator (network %s, AS%d).\nnetworks:\n", operatorName, operatorPLMN, operatorAS)
	for _, n := range networks {
		fmt.Fprintf(&b, "  - prefix: %q\n    class: %s\n    owner: %s\n    reason: %q\n    valid_from: %s\n", n.prefix, n.class, n.owner, n.reason, since)
	}
	return b.String()
}

func devicesYAML(since string, op *site) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Devices of %s, a made-up operator.\ndevices:\n", operatorName)
	for _, d := range op.devices {
		fmt.Fprintf(&b, "  - id: %s\n    names: [%s, %s.%s]\n    addresses: [%q, %q, %q]\n", d.name, d.name, d.name, operatorDomain, d.v4, d.inner, d.v6)
		for _, x := range op.exportersOf(d.name) {
			fmt.Fprintf(&b, "    exporter: {address: %q, observation_domain: %d}\n", d.inner, x.domain)
		}
		fmt.Fprintf(&b, "    platform: %s\n    role: %s\n    owner: ip-backbone\n    valid_from: %s\n", d.platform, d.role, since)
	}
	for _, h := range op.hosts {
		fmt.Fprintf(&b, "  - id: %s\n    names: [%s, %s.%s]\n    addresses: [%q", h.name, h.name, h.name, operatorDomain, h.v4)
		if h.v6.IsValid() {
			fmt.Fprintf(&b, ", %q", h.v6)
		}
		fmt.Fprintf(&b, "]\n    platform: %s\n    role: %s\n    owner: service-platforms\n    valid_from: %s\n", h.platform, h.role, since)
	}
	return b.String()
}
