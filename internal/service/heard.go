package service

import (
	"fmt"
	"math"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/web/api"
)

// maxHeard is how many names are told.
const maxHeard = 20

// heard tells in short what verdicts rest on; nil until it was counted.
func heard(h *node.Heard) *api.Heard {
	if h == nil {
		return nil
	}
	out := &api.Heard{
		At: h.At, Registered: h.Registered, Devices: h.Devices, Unknown: h.Unknown, Kinds: []api.HeardKind{}, Sensors: heardNames(h.Sensors),
		Silent: heardNames(h.Silent), SilentAll: len(h.Silent), Never: []string{}, NeverAll: len(h.Never),
		Rules: api.HeardVerdicts{Rules: h.Rules.Rules, Assessed: h.Rules.Assessed, Gaps: h.Rules.Gaps, NotAssessed: h.Rules.NotAssessed, Never: h.Rules.Never},
	}
	for _, k := range h.Kinds {
		out.Kinds = append(out.Kinds, api.HeardKind{Kind: k.Kind.String(), From: k.From, Records: k.Records, Last: moment(k.Last), Gaps: k.Gaps, Lost: k.Lost})
	}
	out.Unproven, out.Claims, out.ClaimsAll = h.Unproven, []api.HeardClaim{}, len(h.Claims)
	for i, c := range h.Claims {
		out.ClaimLines += c.Records
		if i < maxHeard {
			out.Claims = append(out.Claims, heardClaim(c))
		}
	}
	for _, name := range h.Never[:min(len(h.Never), maxHeard)] {
		out.Never = append(out.Never, observable.Printable(name))
	}
	return out
}

func heardClaim(c *coverage.Claim) api.HeardClaim {
	out := api.HeardClaim{Device: observable.Printable(c.Device), Senders: []string{}, More: c.More, Lines: int(min(c.Records, math.MaxInt)), Last: c.Last.Time().UTC()}
	for _, a := range c.Senders {
		out.Senders = append(out.Senders, a.String())
	}
	return out
}

func heardNames(all []node.HeardName) []api.HeardName {
	out := []api.HeardName{}
	for _, n := range all[:min(len(all), maxHeard)] {
		out = append(out, api.HeardName{Name: observable.Printable(n.Name), Last: n.Last.Time().UTC()})
	}
	return out
}

// warnOfHeard says in words what of it somebody should look at.
func warnOfHeard(h *api.Heard) (out []string) {
	if h == nil {
		return nil
	}
	if h.SilentAll > 0 {
		out = append(out, fmt.Sprintf("devices or sensors that were heard in the last week and are silent now: %d, longest %s, since %s", h.SilentAll, h.Silent[0].Name, h.Silent[0].Last.Format("2006-01-02 15:04")))
	}
	if h.NeverAll > 0 {
		out = append(out, fmt.Sprintf("devices in the register that were not heard in the last week: %d of %d", h.NeverAll, h.Registered))
	}
	if h.ClaimsAll > 0 {
		c := &h.Claims[0]
		out = append(out, fmt.Sprintf("lines in the names of devices that neither they nor a relay of the register sent: of %d, most in the name of %s, from %s; forged, or an address (devices.yaml) or relay (servers.yaml) is not stated", h.ClaimsAll, c.Device, c.Senders[0]))
	}
	return out
}
