package aaa

import (
	"cmp"
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// ISELease reads a message of Cisco ISE that passes on accounting by RADIUS of somebody who uses the network, and says which address he has.
// It gives the network device, too. What is about an administrator's session, came in several lines, or lacks one of who, which address and
// what happened, is none.
func ISELease(message string) (l lease.Lease, device string, ok bool) {
	if !strings.HasPrefix(message, "CISE_RADIUS_Accounting ") {
		return l, "", false
	}
	h, ok := iseHeadOf(message)
	if !ok || h.total != "1" {
		return l, "", false
	}
	var f iseFields
	f.read(h.fields)
	verb, known := leaseVerbs[f.get(iseStatus)]
	if !known || f.administrator() {
		return l, "", false
	}
	l.Verb = verb
	l.Address = telemetry.ParseAddr(f.get(iseFramed))
	if !l.Address.IsValid() {
		l.Address = telemetry.ParseAddr(f.get(iseFramed6))
	}
	if p, err := netip.ParsePrefix(cmp.Or(f.get(iseDelegated), f.get(iseFramedPrefix))); err == nil {
		l.Prefix = p.Masked()
	}
	l.Kind, l.Who = whose("", comma(f.get(iseUser)), comma(f.get(iseCalling)))
	device = cmp.Or(f.get(iseDeviceName), f.get(iseDeviceIP), f.get(iseNAS))
	return l, device, l.Who != "" && (l.Address.IsValid() || l.Prefix.IsValid()) && len(device) <= maxWord
}

// comma gives a value as it was before ISE put backslashes before its commas.
func comma(s string) string { return strings.ReplaceAll(s, `\,`, ",") }
