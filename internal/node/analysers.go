package node

import (
	"stormglass/internal/hunt/analyse"
)

// analysers are all there are, each told of by a section of docs/analysers.md.
func analysers() []analyse.Analyser {
	return []analyse.Analyser{}
}
