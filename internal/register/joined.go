package register

import (
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// The beginnings of the names of fields that are computed from a record and the registers.
const (
	fieldRegister = "stormglass.register."
	fieldClass    = "stormglass.class."
	fieldDevice   = "stormglass.device."
	fieldChange   = "stormglass.change."
	fieldKind     = "stormglass.account.kind."
	fieldHost     = "stormglass.account.host"
	fieldCommand  = "stormglass.account.command"
	fieldTunnel   = "stormglass.tunnel"
)

// Getter computes a field of record i of a batch; not ok: the record lacks what it is computed of.
type Getter = func(b *telemetry.Batch, i int) (string, bool)

// Field gives how a field is computed for records of a kind; not ok: registers give no such field. The getter goes by these
// registers, as of the record's time, and may be used by several goroutines. docs/registers.md lists the fields and their values.
func (r *Registers) Field(kind telemetry.Kind, name string) (Getter, bool) {
	of, rest := cutField(name)
	switch of {
	case fieldRegister:
		return r.registerField(kind, rest)
	case fieldClass:
		return judged(kind, rest, r.class())
	case fieldDevice:
		return r.deviceField(kind, rest)
	case fieldChange:
		return judged(kind, rest, &changeJudge{r, r.joins.lists["tickets"]})
	case fieldKind:
		return judged(kind, rest, &accountJudge{r, r.joins.lists["accounts"]})
	case fieldHost:
		return r.accountField(kind, rest, "source.ip", accountHost)
	case fieldCommand:
		return r.accountField(kind, rest, "process.command_line", accountCommand)
	case fieldTunnel:
		return r.tunnelField(kind)
	}
	return nil, false
}

// cutField divides a name into which sort of field it is and of what; of is empty for no field of registers.
func cutField(name string) (of, rest string) {
	if name == fieldTunnel {
		return fieldTunnel, ""
	}
	for _, p := range [...]string{fieldHost, fieldCommand} {
		if name == p {
			return p, ""
		}
		if rest, ok := strings.CutPrefix(name, p+"."); ok && rest != "" {
			return p, rest
		}
	}
	for _, p := range [...]string{fieldRegister, fieldClass, fieldDevice, fieldChange, fieldKind} {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" {
			return p, rest
		}
	}
	return "", ""
}

// Need gives the name of Lists that a computed field needs; empty for a field that needs none or is none of registers.
func Need(field string) string {
	of, rest := cutField(field)
	switch of {
	case fieldRegister:
		name, _, _ := strings.Cut(rest, ".")
		return name
	case fieldClass:
		return "networks"
	case fieldDevice:
		return "devices"
	case fieldChange:
		return "tickets"
	case fieldKind, fieldHost, fieldCommand:
		return "accounts"
	case fieldTunnel:
		return "tunnels"
	}
	return ""
}

// registerField is stormglass.register.NAME.FIELD.
func (r *Registers) registerField(kind telemetry.Kind, rest string) (Getter, bool) {
	name, field, ok := strings.Cut(rest, ".")
	if !ok || field == "" {
		return nil, false
	}
	if slices.Contains(reserved, name) {
		return judged(kind, field, listJudge{nil})
	}
	if !isList(name) {
		return nil, false
	}
	return judged(kind, field, listJudge{r.joins.lists[name]})
}

func isList(name string) bool {
	return slices.ContainsFunc(lists, func(l List) bool { return l.Name == name })
}

// deviceField is stormglass.device.id.FIELD, or role or platform.
func (r *Registers) deviceField(kind telemetry.Kind, rest string) (Getter, bool) {
	what, field, _ := strings.Cut(rest, ".")
	if field == "" || field == relayAddress {
		return nil, false // a relay's address never identifies a device
	}
	var of func(*Device) string
	switch what {
	case "id":
		of = func(d *Device) string { return d.ID }
	case "role":
		of = func(d *Device) string { return d.Role }
	case "platform":
		of = func(d *Device) string { return d.Platform }
	default:
		return nil, false
	}
	if kind == telemetry.KindFlow && field == telemetry.FieldExporter.String() {
		return r.exporterField(of), true
	}
	return judged(kind, field, &deviceJudge{r, of, what == "id"})
}

const relayAddress = "stormglass.log.relay.address"

// exporterField is of the device that sent a flow, by address and observation domain.
func (r *Registers) exporterField(of func(*Device) string) Getter {
	return func(b *telemetry.Batch, i int) (string, bool) {
		f := &b.Flow[i]
		if !f.Exporter.IsValid() {
			return "", false
		}
		d, ok := r.DeviceExporting(f.Exporter, f.Domain, f.Occurred)
		if !ok {
			return "", false
		}
		s := of(d)
		return s, s != ""
	}
}

// tunnelField judges the two ends of a conversation that is a tunnel by the approved tunnels; any other has no value.
func (r *Registers) tunnelField(kind telemetry.Kind) (Getter, bool) {
	if !hasEnds(kind) {
		return nil, false
	}
	l := r.joins.lists["tunnels"]
	return func(b *telemetry.Batch, i int) (string, bool) {
		e, at := b.Ends(i), b.Head(i).Occurred
		protocol := tunnelProtocol(e)
		switch {
		case protocol == "" || !e.Src.IsValid() || !e.Dst.IsValid():
			return "", false
		case l.silent(at):
			return NoRegister.String(), true
		}
		return r.joins.tunnels.state(e.Src, e.Dst, protocol, at).String(), true
	}, true
}

// hasEnds reports whether records of a kind have two ends.
func hasEnds(kind telemetry.Kind) bool {
	for _, f := range telemetry.Schema(kind) {
		if f.ID == telemetry.FieldDestinationIP {
			return true
		}
	}
	return false
}

// addrIn reads an address written as text; most texts are none, and cost nothing.
func addrIn(s string) (netip.Addr, bool) {
	if len(s) < len("::") || len(s) > len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") {
		return netip.Addr{}, false
	}
	marks := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' || c == ':':
			marks++
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F':
		default:
			return netip.Addr{}, false
		}
	}
	if marks < 2 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil
}
