package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

func newAccounts(all []Account) map[string][]*Account {
	byName := map[string][]*Account{}
	for i := range all {
		a := &all[i]
		for _, n := range foldedAll(append([]string{a.Name}, a.Aliases...)...) {
			byName[n] = append(byName[n], a)
		}
	}
	return byName
}

// Account gives the account of a name at a time, without case.
func (r *Registers) Account(name string, at telemetry.Instant) (*Account, bool) {
	l, _ := find(r.joins.accounts, name)
	return heldBy(l, at)
}

// From reports whether the account is used from an address. It is meaningful only for an account that states Hosts.
func (a *Account) From(addr netip.Addr) bool {
	addr = plainAddr(addr)
	for _, p := range a.Hosts {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Runs reports whether a command is of those that the account runs. It is meaningful only for an account that states Commands.
func (a *Account) Runs(command string) bool { return a.commands.holds(command) }
