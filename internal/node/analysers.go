package node

import (
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/beacon"
	"stormglass/internal/hunt/dnstunnel"
	"stormglass/internal/hunt/habit"
	"stormglass/internal/hunt/hops"
	"stormglass/internal/hunt/longpair"
	"stormglass/internal/hunt/newdomain"
	"stormglass/internal/hunt/unheard"
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
