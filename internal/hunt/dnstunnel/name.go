package dnstunnel

import (
	"math"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// asked is a name divided into what its owner registered and what stands before it, both in lower case.
type asked struct {
	domain, below string
}

// divide divides a name that was asked for. Not ok: there is nothing below the registered domain, or it is of the tree of addresses,
// where every address is a name. A name that ends in what can be no top-level domain was registered by nobody: a tunnel whose server is
// asked itself needs no domain. Those are below the empty one.
func divide(name string) (a asked, ok bool) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "" || len(name) > 255 || strings.HasSuffix(name, ".arpa") || strings.IndexByte(name, 0) >= 0 {
		return a, false
	}
	if !topLevel(name[strings.LastIndexByte(name, '.')+1:]) {
		return asked{"", name}, true
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		domain = lastLabels(name)
	}
	if len(domain)+1 >= len(name) || domain == "" { // nothing is below it, or an empty label
		return a, false
	}
	return asked{domain, name[:len(name)-len(domain)-1]}, true
}

// topLevel reports whether a label may be a top-level domain: letters, or a word of another script in its encoding.
func topLevel(label string) bool {
	return label != "" && len(label) <= 24 && (strings.HasPrefix(label, "xn--") || !strings.ContainsAny(label, "0123456789\\"))
}

// lastLabels gives the last two labels of a name that the list of suffixes cannot read: names of tunnels hold any byte.
func lastLabels(name string) string {
	at := strings.LastIndexByte(name, '.')
	if at < 0 {
		return ""
	}
	if before := strings.LastIndexByte(name[:at], '.'); before >= 0 {
		return name[before+1:]
	}
	return name
}

// entropy gives the entropy of the bytes of a text, dots left out, in bits a byte.
func entropy(text string) float64 {
	var counts [256]int
	n := 0
	for i := range len(text) {
		if text[i] != '.' {
			counts[text[i]]++
			n++
		}
	}
	sum := 0.0
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / float64(n)
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// longest gives the length of the longest label.
func longest(text string) int {
	most := 0
	for label := range strings.SplitSeq(text, ".") {
		most = max(most, len(label))
	}
	return most
}
