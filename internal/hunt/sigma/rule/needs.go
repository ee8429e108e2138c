package rule

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Kinds are the kinds of record that a rule may say it needs, by the names that package telemetry gives them.
var Kinds = []string{"flow", "dns", "http", "tls", "cert", "file", "mail", "event", "aaa", "config", "access", "intercept", "derived"}

// needs reads what a rule cannot do without: kinds of record, each with the class of message behind a slash where the author names one,
// as in "event/login".
func (d *document) needs(n *yaml.Node) []string {
	var known []string
	for _, e := range d.entries("needs", n, maxList) {
		need := d.scalar("an entry of needs", e)
		switch kind := KindNeeded(need); {
		case need == "":
		case slices.Contains(Kinds, kind):
			known = append(known, need)
		default:
			d.complain(d.at(e), "needs names %s, which is no kind of record: a kind is one of %s%s", shown(need), strings.Join(Kinds, ", "),
				hint(nearest(kind, Kinds)))
		}
	}
	return known
}

// KindNeeded gives the kind of record of an entry of needs: "event" of "event/login".
func KindNeeded(need string) string {
	kind, _, _ := strings.Cut(need, "/")
	return kind
}
