package casework

import (
	"cmp"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// ID names an incident: the id of its oldest finding when it was named first.
type ID [16]byte

// String gives the id in hex.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Incident is findings that belong together.
type Incident struct {
	ID  ID
	Was []ID // incidents that became part of this one

	Items       []*Item // by first evidence; those without a time last
	Level       hunt.Level
	Because     string // why the level is higher than that of any finding; "" when it is not
	First, Last telemetry.Instant
	Devices     []string // that findings are about
	Accounts    []string // that join them, that findings are about, or that those medium and above name
	Peers       []string // the same
	Joins       []Join   // what makes them belong together, most findings first
	Tactics     []string // of ATT&CK, in its order
	Techniques  []string
	Near        []*Incident // others about the same devices, near in time, those of most of them first; nothing says that they are one

	Since *hunt.Since // set by who knows what is held
	Leads []string    // campaigns of which rules are among them, set by who knows campaigns
}

// Join is a thing that several findings share.
type Join struct {
	Thing
	Findings int
}

// incidents makes incidents of the trees.
func (g *grouping) incidents() (out []*Incident) {
	trees := map[*node]*Incident{}
	for _, n := range g.nodes {
		r := n.root()
		if trees[r] == nil {
			trees[r] = &Incident{}
		}
		trees[r].Items = append(trees[r].Items, n.Item)
	}
	for r, x := range trees {
		if len(x.Items) < 2 && x.Items[0].Level < hunt.Medium { // one of them alone is no incident
			delete(trees, r)
		}
	}
	for _, t := range slices.SortedFunc(maps.Keys(g.joined), compareThings) {
		in := map[*node]int{}
		for _, n := range g.joined[t] {
			in[n.root()]++
		}
		for r, n := range in {
			if x := trees[r]; x != nil && n > 1 {
				x.Joins = append(x.Joins, Join{t, n})
			}
		}
	}
	for _, x := range trees {
		x.sum()
		out = append(out, x)
	}
	near(out)
	slices.SortFunc(out, func(a, b *Incident) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), strayLast(a, b), cmp.Compare(b.Last, a.Last), compareItems(a.Items[0], b.Items[0]))
	})
	return out
}

// strayLast puts incidents behind others of which all findings are about names that no register of devices states: whoever may send logs may write any name, and must not push what
// matters out of sight.
func strayLast(a, b *Incident) int {
	switch x, y := a.stray(), b.stray(); {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

func (x *Incident) stray() bool {
	return !slices.ContainsFunc(x.Items, func(i *Item) bool { return !i.Unregistered })
}

// sum computes what an incident says of its findings.
func (x *Incident) sum() {
	names := [Peer + 1]map[string]bool{{}, {}, {}}
	techniques := map[string]bool{}
	for _, i := range x.Items {
		x.Level = max(x.Level, i.Level)
		if i.First.Known() && (!x.First.Known() || i.First < x.First) {
			x.First = i.First
		}
		x.Last = max(x.Last, i.Last)
		if i.About.Name != "" {
			names[i.About.Kind][i.About.Name] = true
		}
		for _, t := range i.Others {
			if i.Level >= hunt.Medium && (t.Kind == Account && i.named(Account) <= maxAccounts || t.Kind == Peer && i.named(Peer) <= maxPeers) {
				names[t.Kind][t.Name] = true
			}
		}
		if i.Rule == nil {
			continue
		}
		for _, tag := range i.Rule.Tags {
			if id, ok := hunt.Technique(tag); ok {
				techniques[id] = true
			}
		}
	}
	for _, j := range x.Joins {
		if j.Kind != Device {
			names[j.Kind][j.Name] = true
		}
	}
	slices.SortStableFunc(x.Joins, func(a, b Join) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), compareThings(a.Thing, b.Thing))
	})
	x.Devices, x.Accounts, x.Peers = slices.Sorted(maps.Keys(names[Device])), slices.Sorted(maps.Keys(names[Account])), slices.Sorted(maps.Keys(names[Peer]))
	x.Techniques = slices.Sorted(maps.Keys(techniques))
	x.raise()
}

// Findings gives the findings of the incident.
func (x *Incident) Findings() []*hunt.Finding {
	out := make([]*hunt.Finding, len(x.Items))
	for n, i := range x.Items {
		out[n] = i.Finding
	}
	return out
}

// tacticsToRaise is how many tactics must meet for the level to be raised.
const tacticsToRaise = 3

// raise raises the level by one where several tactics meet that no single rule names: steps of one intrusion rather than one odd event.
func (x *Incident) raise() {
	tactics, rules := map[string]bool{}, map[string]bool{}
	for _, i := range x.Items {
		of := tacticsOf(i.Finding)
		for _, t := range of {
			tactics[t] = true
		}
		if i.Level > hunt.Informational && len(of) > 0 {
			rules[i.What()] = true
		}
	}
	for _, t := range tacticOrder {
		if tactics[t] {
			x.Tactics = append(x.Tactics, t)
		}
	}
	if len(x.Tactics) >= tacticsToRaise && len(rules) > 1 && x.Level > hunt.Informational && x.Level < hunt.Critical {
		x.Because = "raised from " + x.Level.String() + ", since " + strconv.Itoa(len(x.Tactics)) + " tactics meet in it"
		x.Level++
	}
}

// tacticOrder is the order of ATT&CK. Its newer numbering parts "defense-evasion" into "stealth" and "defense-impairment"; rules name
// both, so they count as one here.
var tacticOrder = []string{
	"reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "defense-evasion", "credential-access",
	"discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
}

// tacticsOf gives the tactics that a finding shows: those of its rule, and command and control where an indicator was spoken with.
func tacticsOf(f *hunt.Finding) (out []string) {
	if f.Level == hunt.Informational {
		return nil
	}
	if f.Rule == nil {
		if f.Roles.Has(hunt.RoleCalled) || f.Roles.Has(hunt.RoleSpoke) || f.Roles.Has(hunt.RoleCalledUs) {
			return []string{"command-and-control"}
		}
		return nil
	}
	for _, tag := range f.Rule.Tags {
		t, ok := strings.CutPrefix(strings.ToLower(tag), "attack.")
		if t == "stealth" || t == "defense-impairment" {
			t = "defense-evasion"
		}
		if ok && slices.Contains(tacticOrder, t) && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
