package depot

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/vault"
)

// subscriberKind is the kind of a tombstone for whoever had addresses. Its value is a token, as Ref.String writes it: who it is
// stands nowhere in clear, here neither.
const subscriberKind = "subscriber"

// PurgeSubscriber removes the leases of a subscriber, the lines that name him, and what the vault has sealed of who it is. The records of the
// addresses that the subscriber had stay: they are purged by address.
func (d *Depot) PurgeSubscriber(ctx context.Context, who vault.Ref, by, reason string) (*Purged, error) {
	if who.Kind == observable.Addr || who.Key != d.Key.ID() {
		return nil, fault.Hint(fault.Invalid, errors.New("the token is of an address, or of another folder"), "purge the address itself, or name the subscriber")
	}
	return d.purge(ctx, Tombstone{Kind: subscriberKind, Value: who.String(), By: by, Reason: reason})
}

// LeaseDays gives the days, in order, of the leases that purging a value would take, and of the lines that name it by its token; a value is
// of an address or a prefix.
func (d *Depot) LeaseDays(ctx context.Context, v *View, value observable.Value) ([]telemetry.Day, error) {
	g := newPurger(d, value)
	return v.leaseDays(ctx, func(b *telemetry.Batch, i int) bool { return g.leased(b, i) || g.isNamed(b, i) })
}

// SubscriberDays gives the days, in order, of the leases of a subscriber and of the lines that name him.
func (v *View) SubscriberDays(ctx context.Context, who vault.Ref) ([]telemetry.Day, error) {
	ref := who.String()
	return v.leaseDays(ctx, func(b *telemetry.Batch, i int) bool { return ofWhom(b, i, ref) })
}

func (v *View) leaseDays(ctx context.Context, wanted func(*telemetry.Batch, int) bool) (days []telemetry.Day, err error) {
	w := Wanted{Hour: func(kind telemetry.Kind, _ telemetry.Day, _ int) bool {
		return kind == telemetry.KindAAA || kind == telemetry.KindEvent
	}}
	err = v.Rows(ctx, w, func(b *telemetry.Batch) error {
		for i := range b.Event {
			if wanted(b, i) {
				days = append(days, b.Head(i).Occurred.Day())
			}
		}
		return ctx.Err()
	})
	slices.Sort(days)
	return slices.Compact(days), err
}

// carryOutLeases does what a tombstone of a subscriber asks for.
func (d *Depot) carryOutLeases(ctx context.Context, t Tombstone, p *Purged) error {
	who, err := vault.ParseRef(t.Value)
	if err != nil {
		return fmt.Errorf("tombstone %d: %w", t.Number, err)
	}
	ref := who.String()
	for _, f := range d.files() {
		if f.Kind != telemetry.KindAAA && f.Kind != telemetry.KindEvent {
			continue
		}
		err := d.purgeFile(ctx, f, p, func(*telemetry.Batch) bool { return false }, func(b *telemetry.Batch, i int) bool { return ofWhom(b, i, ref) })
		if err != nil {
			return err
		}
	}
	if d.Vault != nil {
		n, err := d.Vault.Purge(who.Token)
		p.Sealed += n
		if err != nil {
			return err
		}
	}
	if err := d.commit(&Edit{Why: "purge", Purged: []uint64{t.Number}}); err != nil {
		return err
	}
	return d.clean()
}

// ofWhom reports whether a record is a lease of somebody, or a line that names him, by the text of the token.
func ofWhom(b *telemetry.Batch, i int, ref string) bool {
	if hasToken(b, i, func(is string) bool { return is == ref }) {
		return true
	}
	return b.Kind == telemetry.KindAAA && slices.ContainsFunc(b.PairsOf(b.Event[i].Pairs), func(p telemetry.Pair) bool {
		return p.Field == lease.FieldRef && p.Text == ref
	})
}

// leased reports whether a lease is of the address that is purged, or of one in the prefix: as the address that somebody had,
// inside or outside of a translator, or in a prefix that somebody had. No value of the ledger tells of leases.
func (g *purger) leased(b *telemetry.Batch, i int) bool {
	if b.Kind != telemetry.KindAAA {
		return false
	}
	if src := b.Event[i].Src; g.meets(src) {
		if g.d != nil {
			g.tokens[g.d.Key.AddrToken(src)] = true // its sealed copy goes with it
		}
		return true
	}
	return slices.ContainsFunc(b.PairsOf(b.Event[i].Pairs), func(p telemetry.Pair) bool {
		switch p.Field {
		case lease.FieldBlock:
			return g.trace.In(p.Text)
		case lease.FieldPrefix:
			prefix, err := netip.ParsePrefix(p.Text)
			return err == nil && (g.value.Kind() == observable.Addr && prefix.Contains(g.value.Addr()) ||
				g.value.Kind() == observable.Prefix && prefix.Overlaps(g.value.Prefix()))
		}
		return false
	})
}

// isNamed reports whether the address that is purged, or one in the prefix, was taken out of a line.
func (g *purger) isNamed(b *telemetry.Batch, i int) bool {
	return hasToken(b, i, func(ref string) bool {
		r, err := vault.ParseRef(ref)
		return err == nil && r.Kind == observable.Addr && g.tokens[r.Token]
	})
}

// meets reports whether an address is the one that is purged, or in the prefix.
func (g *purger) meets(a netip.Addr) bool {
	if !a.IsValid() {
		return false
	}
	_, met := hunt.Meets(g.value, observable.Addr, a, "")
	return met
}
