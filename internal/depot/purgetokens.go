package depot

import (
	"fmt"
	"net/netip"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/vault"
)

// maxPurgedTokens bounds the subscribers' addresses of a prefix that one purge looks for, each by its token.
const maxPurgedTokens = 1 << shortPrefix

// shortPrefix is how many bits of an address may be open in a prefix of which every address is looked for.
const shortPrefix = 12

// Purgeable says why a value cannot be purged as it is.
func (d *Depot) Purgeable(v observable.Value) error {
	_, err := d.tokensOf(v)
	return err
}

// tokensOf gives the tokens under which an address is kept, or those of the subscribers in a prefix.
func (d *Depot) tokensOf(v observable.Value) (map[vault.Token]bool, error) {
	tokens := map[vault.Token]bool{}
	switch v.Kind() { //nolint:exhaustive // tokens of the ledger stand for addresses
	case observable.Addr:
		tokens[d.Key.AddrToken(v.Addr())] = true
	case observable.Prefix:
		for _, p := range d.subscribersIn(v.Prefix()) {
			for a := p.Addr(); p.Contains(a); a = a.Next() {
				if len(tokens) == maxPurgedTokens {
					return nil, fault.Hint(fault.Invalid, fmt.Errorf("the prefix holds more than %d addresses of subscribers, which are kept as tokens and looked for one by one", maxPurgedTokens),
						"purge longer prefixes, or the addresses themselves")
				}
				tokens[d.Key.AddrToken(a)] = true
			}
		}
	}
	return tokens, nil
}

// subscribersIn gives the parts of a prefix in which subscribers may be. A short one may be theirs as a whole: leases seal
// addresses that no register states.
func (d *Depot) subscribersIn(p netip.Prefix) (out []netip.Prefix) {
	if p.Addr().BitLen()-p.Bits() <= shortPrefix {
		return []netip.Prefix{p.Masked()}
	}
	for _, s := range d.Registers().Networks.Subscribers() {
		switch {
		case !s.Overlaps(p):
		case s.Bits() <= p.Bits():
			return []netip.Prefix{p.Masked()}
		default:
			out = append(out, s)
		}
	}
	return out
}
