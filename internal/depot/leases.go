package depot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"stormglass/internal/lake"
	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/vault"
)

// NoVault is why leases are not kept: what they are of could not be revealed to anybody, and stands nowhere in clear.
const NoVault = "leases of subscribers' addresses are kept only with a vault: stormglass vault init makes it"

// KeepsLeases reports whether leases are kept.
func (d *Depot) KeepsLeases() bool { return d.Vault != nil }

// LeasesLeft counts the leases that were not kept since the folder was opened, for there is no vault.
func (d *Depot) LeasesLeft() uint64 { return d.leasesLeft.Load() }

// addLeases takes leases of addresses in: who had them becomes a token, and the rows are kept as those of subscribers are. They are asked
// for by node.Subscriber only: they are no values of the ledger, and no rules are held against them.
func (in *Intake) addLeases(ctx context.Context, b *telemetry.Batch) error {
	if !in.depot.KeepsLeases() {
		in.depot.leasesLeft.Add(uint64(b.Len()))
		return nil
	}
	refs := map[int]string{} // put in place after scrubbing, to which some digits of a token may look like a number
	for i := range b.Event {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := in.depot.sealLease(b, i, refs); err != nil {
			return in.fail(err)
		}
	}
	telemetry.Scrub(b)
	for k, ref := range refs {
		b.Pairs[k] = telemetry.Pair{Field: lease.FieldRef, Text: ref}
	}
	class := lake.Class(register.RowsSubscriber.String())
	if err := in.rows.Add(b, func(int) lake.Class { return class }); err != nil {
		return in.fail(fmt.Errorf("keep leases of %s: %w", b.Source.Name, err))
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.records += uint64(b.Len())
	return nil
}

// sealLease takes out who a lease is of, notes the token for that pair, and seals the address, too: of an inside address behind carrier-grade
// NAT there may be no more to say.
func (d *Depot) sealLease(b *telemetry.Batch, i int, refs map[int]string) error {
	e := &b.Event[i]
	e.Raw = ""
	for k := e.Pairs.Start; k < e.Pairs.Start+e.Pairs.Len; k++ {
		if b.Pairs[k].Field != lease.FieldSecret {
			continue
		}
		ref, err := d.sealed(b.Pairs[k].Text)
		if err != nil {
			return err
		}
		b.Pairs[k].Text, refs[int(k)] = "", ref
	}
	if e.Src.IsValid() {
		if _, err := d.token(e.Src); err != nil {
			return err
		}
	}
	return nil
}

// sealed seals KIND:VALUE, where there is a vault, and gives its token as text.
func (d *Depot) sealed(text string) (string, error) {
	name, value, _ := strings.Cut(text, ":")
	kind, err := observable.ParseKind(name)
	if err != nil || kind == observable.Unknown || value == "" {
		return "", errors.New("keep a lease: a decoder gave no kind of who it is of") // the value stays out of the error
	}
	t := d.Key.Token(kind, value)
	if d.Vault != nil {
		if t, err = d.Vault.Seal(kind, value); err != nil {
			return "", fmt.Errorf("keep whose lease it is: %w", err)
		}
	}
	return vault.Ref{Kind: kind, Key: d.Key.ID(), Token: t}.String(), nil
}
