package imports

import (
	"slices"
	"strings"
	"unicode"
)

// noClass stands for a class that nothing tells; registers refuse it, so that nobody adopts it unread.
const noClass = "?"

// classWords are the words by which people call networks of a class, in the order in which they count: "management of customers'
// routers" is management. A word that ends in * is a beginning.
var classWords = []struct {
	class string
	words []string
}{
	{"management", []string{"management", "mgmt", "oob", "oam", "noc", "jump*", "bastion*"}},
	{"subscriber", []string{"subscriber*", "customer*", "cgn*", "cgnat", "residential", "broadband", "ftth", "fttx", "dsl", "adsl", "bras", "bng", "mobile", "consumer*", "access", "endkunden", "kunden"}},
	{"infrastructure", []string{"infrastructure", "infra", "loopback*", "backbone", "core", "p2p", "ptp", "link*", "transit", "peering", "interconnect*", "router*", "transport", "mpls", "ix"}},
	{"server", []string{"server*", "dmz", "datacenter", "datacentre", "dc", "hosting", "service*", "colo", "resolver*", "dns"}},
}

// classOf guesses the class of a network from a text; empty when it tells none.
func classOf(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, c := range classWords {
		if slices.Contains(words, c.class) {
			return c.class
		}
	}
	for _, c := range classWords {
		if slices.ContainsFunc(words, func(w string) bool { return slices.ContainsFunc(c.words, func(p string) bool { return wordIs(w, p) }) }) {
			return c.class
		}
	}
	return ""
}

func wordIs(word, pattern string) bool {
	if begin, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(word, begin)
	}
	return word == pattern
}
