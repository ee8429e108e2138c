package node

import (
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/beacon"
	"stormglass/internal/hunt/dnstunnel"
	"stormglass/internal/hunt/habit"
	"stormglass/internal/hunt/hops"
	"stormglass/internal/hunt/longpair"
	"stormglass/internal/hunt/newdomain"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/unheard"
	"stormglass/internal/telemetry"
)

// analysers are all there are, each told of by a section of docs/analysers.md.
func analysers() []analyse.Analyser {
	return []analyse.Analyser{
		beacon.Analyser{},
		longpair.Analyser{},
		dnstunnel.Analyser{},
		hops.Analyser{},
		newdomain.Analyser{},
		habit.FirstSeen{},
		habit.Hours{},
		habit.Dormant{},
		unheard.Silence{},
		unheard.Sequence{},
		unheard.Accounting{},
	}
}

// restsOn gives the analysers whose records a rule asks for, a bit for each of a list: all of them where it names none, or what is none.
func restsOn(r *rule.Rule, list []analyse.Analyser) (mask uint64) {
	for _, name := range hunt.AnalysersOf(r) {
		n := slices.IndexFunc(list, func(a analyse.Analyser) bool { return a.Name() == name })
		if n < 0 {
			return 1<<len(list) - 1
		}
		mask |= 1 << n
	}
	if mask == 0 {
		return 1<<len(list) - 1
	}
	return mask
}

// analysersFor gives the analysers whose records rules ask for.
func analysersFor(rules *hunt.RuleSet) (out []analyse.Analyser) {
	list, mask := analysers(), uint64(0)
	for _, c := range rules.Program.Rules() {
		if slices.Contains(c.Kinds, telemetry.KindDerived) {
			mask |= restsOn(c.Rule, list)
		}
	}
	for n, a := range list {
		if mask>>n&1 != 0 {
			out = append(out, a)
		}
	}
	return out
}
