package node

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"stormglass/content"
	"stormglass/internal/casework"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/campaign"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// worldOf tells casework what names and addresses are, by registers (nil: none) and networks.
func worldOf(r *register.Registers, networks hunt.Networks) casework.World {
	w := casework.World{Own: networks.Own}
	if r == nil {
		return w
	}
	if len(r.Devices) > 0 {
		w.Device = deviceOf(r)
	}
	w.Shared = func(a netip.Addr, at telemetry.Instant) bool {
		for i := range r.Servers {
			if s := &r.Servers[i]; s.Holds(at) && slices.ContainsFunc(s.Addresses, func(p netip.Prefix) bool { return p.Contains(a) }) {
				return true
			}
		}
		return false
	}
	return w
}

// deviceOf gives the ids of devices, by registers.
func deviceOf(r *register.Registers) func(hunt.Subject, telemetry.Instant) string {
	return func(s hunt.Subject, at telemetry.Instant) string {
		d, ok := (*register.Device)(nil), false
		switch s.Kind {
		case hunt.SubjectAddr:
			d, ok = r.DeviceAt(s.Addr, at)
		case hunt.SubjectDevice:
			d, ok = r.DeviceNamed(s.Name, at)
		case hunt.SubjectSource, hunt.SubjectFields:
		}
		if !ok {
			return ""
		}
		return d.ID
	}
}

// nameDevices names the registered devices that findings are about. Findings of a level that are about names that no register of devices
// states go behind the others: else whoever may send logs could push what matters out of sight.
func nameDevices(all []*hunt.Finding, w casework.World) {
	if w.Device == nil {
		return
	}
	for _, f := range all {
		if f.Subject.Kind == hunt.SubjectDevice {
			f.Device = w.Device(f.Subject, f.First)
		}
	}
	slices.SortStableFunc(all, func(a, b *hunt.Finding) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), strayLast(a, b))
	})
}

func strayLast(a, b *hunt.Finding) int {
	switch {
	case a.Stray() == b.Stray():
		return 0
	case a.Stray():
		return 1
	}
	return -1
}

// Campaigns gives the campaigns that the program comes with.
var Campaigns = sync.OnceValues(func() ([]*campaign.Campaign, error) { return campaign.Read(content.Campaigns()) })

// addTogether adds to a result which of its findings belong together, and which registered devices they are about.
func addTogether(r *hunt.Result, w casework.World) error {
	campaigns, err := Campaigns()
	if err != nil {
		return err
	}
	nameDevices(r.Findings, w)
	items := make([]*casework.Item, len(r.Findings))
	for i, f := range r.Findings {
		items[i] = casework.ItemOf(f, w)
	}
	at, shown := map[*casework.Incident]int{}, []*casework.Incident{}
	for _, x := range casework.Group(items) {
		if len(x.Items) < 2 {
			continue
		}
		at[x] = len(shown)
		shown = append(shown, x)
		x.Leads = leadsOf(x, campaigns)
		r.Together = append(r.Together, hunt.Together{
			Level: x.Level, Because: x.Because, Findings: x.Findings(), Devices: x.Devices, Accounts: x.Accounts, Peers: x.Peers, Leads: x.Leads,
		})
	}
	for i, x := range shown {
		for _, y := range x.Near {
			if k, ok := at[y]; ok {
				r.Together[i].Near = append(r.Together[i].Near, k)
			}
		}
	}
	return nil
}

// addCampaigns adds the campaigns that answers are wanted for.
func addCampaigns(r *hunt.Result) error {
	campaigns, err := Campaigns()
	r.Campaigns = campaign.Hunted(campaigns)
	return err
}

// leadsOf gives the campaigns of which rules are among an incident's findings, above informational.
func leadsOf(x *casework.Incident, campaigns []*campaign.Campaign) (out []string) {
	for _, c := range campaign.Hunted(campaigns) {
		if slices.ContainsFunc(x.Items, func(i *casework.Item) bool { return i.Rule != nil && i.Level > hunt.Informational && c.Has(i.Rule) }) {
			out = append(out, c.Name)
		}
	}
	return out
}

// CampaignRules gives our rules that belong to a campaign.
func CampaignRules(c *campaign.Campaign) (out []*hunt.RuleInfo, err error) {
	rules, err := rule.Read(content.Rules(), ".")
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	hunted := campaign.Hunted([]*campaign.Campaign{c})[0]
	for _, r := range rules.Rules {
		if info := hunt.RuleInfoOf(r); hunted.Has(info) {
			out = append(out, info)
		}
	}
	return out, nil
}
