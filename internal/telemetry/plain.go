package telemetry

import (
	"slices"
	"strings"
)

// fieldRoots begin the names of fields that rules and analysers know (ECS, and our own).
var fieldRoots = []string{
	"client", "container", "destination", "dns", "event", "file", "host", "http", "log", "network", "observer", "package", "process", "rule", "server",
	"source", "stormglass", "tls", "url", "user", "zeek",
}

// plain reports whether nothing is known of an event but its text: no time, no device, no address, and no field but the message and what
// its source calls by names of its own. Such a line was read, and not understood.
func (b *Batch) plain(e *Event) bool {
	if e.Occurred.Known() || e.Stated.Known() || e.Host != "" || e.Src.IsValid() || e.Dst.IsValid() || strings.HasPrefix(e.Dataset, "zeek.") {
		return false
	}
	return !slices.ContainsFunc(b.PairsOf(e.Pairs), func(p Pair) bool {
		if p.Field == FieldMessage {
			return false
		}
		root, _, dotted := strings.Cut(p.Field.String(), ".")
		return dotted && slices.Contains(fieldRoots, root)
	})
}
