package aaa

import (
	"net/netip"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// lease makes a record of kind aaa of the accounting of somebody who uses the network: which address he had, and nothing else.
func (d *detail) lease(s *telemetry.Set, line uint64) {
	l := lease.Lease{Address: telemetry.ParseAddr(d.values["Framed-IP-Address"])}
	for _, name := range [...]string{"Delegated-IPv6-Prefix", "Framed-IPv6-Prefix"} {
		if p, err := netip.ParsePrefix(d.values[name]); err == nil {
			l.Prefix = p.Masked()
			break
		}
	}
	verb, ok := leaseVerbs[d.values["Acct-Status-Type"]]
	if !ok || !l.Address.IsValid() && !l.Prefix.IsValid() {
		s.Pass(line, reasonUsers)
		return
	}
	l.Verb = verb
	l.Kind, l.Who = d.subscriber()
	b := s.Batch(telemetry.KindAAA)
	i := b.Append(line)
	e := &b.Event[i]
	if e.Host = d.nas(); len(e.Host) > maxWord {
		e.Host = ""
	}
	e.Occurred, e.Doubt = d.when()
	lease.Fill(b, i, &l)
	s.Lines++
	s.Read++
	if !e.Occurred.Known() {
		s.Undated++
	}
}

var leaseVerbs = map[string]lease.Verb{"Start": lease.Start, "Stop": lease.End, "Interim-Update": lease.Held, "Alive": lease.Held}

// subscriber gives who it is: of mobile networks the IMSI, else the name that he logged in with, else the line or device that he called from.
func (d *detail) subscriber() (observable.Kind, string) {
	return whose(d.values["3GPP-IMSI"], d.values["User-Name"], d.values["Calling-Station-Id"])
}

func whose(imsi, user, calling string) (observable.Kind, string) {
	if kind, who := lease.Digits(observable.IMSI, imsi); who != "" {
		return kind, who
	}
	if kind, who := lease.Named(user); who != "" {
		return kind, who
	}
	if kind, who := lease.Hardware(calling); who != "" {
		return kind, who
	}
	return lease.Named(calling)
}
