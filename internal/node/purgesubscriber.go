package node

import (
	"context"
	"errors"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/vault"
)

// SubscriberRefs gives the tokens under which leases of a subscriber may be kept: of a token as subscriber shows it that one, of a
// number, a user's name or a hardware address those of every kind that it can be.
func (k *Keeper) SubscriberRefs(who string) ([]vault.Ref, error) {
	who = strings.TrimSpace(who)
	if strings.HasPrefix(who, "tok:") {
		ref, err := vault.ParseRef(who)
		return []vault.Ref{ref}, fault.Wrap(fault.Invalid, err)
	}
	var refs []vault.Ref
	add := func(kind observable.Kind, canonical string) {
		if kind != observable.Unknown {
			refs = append(refs, k.Depot.Key.Ref(kind, canonical))
		}
	}
	add(lease.Named(who))
	add(lease.Hardware(who))
	add(lease.Digits(observable.IMSI, who))
	if len(refs) == 0 {
		return nil, fault.Wrap(fault.Invalid, errors.New("nothing says which subscriber")) // what was given stays out of the error
	}
	return refs, nil
}

// PurgeSubscriber removes the leases of a subscriber, and what was sealed of who it is, under each of some tokens. While a case
// holds a day of them, that is a conflict.
func (k *Keeper) PurgeSubscriber(ctx context.Context, refs []vault.Ref, reason string) (*Purged, error) {
	out := &Purged{}
	holds, err := k.Store.Holds(ctx, false)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		days, err := k.leaseDays(ctx, func(ctx context.Context, view *depot.View) ([]telemetry.Day, error) {
			return view.SubscriberDays(ctx, ref)
		})
		if err != nil {
			return nil, err
		}
		if err := heldFor(holding(holds, days)); err != nil {
			return nil, err
		}
	}
	if err := k.catchUp(ctx); err != nil { // as in Purge
		return nil, err
	}
	who := whoIs(ctx)
	for _, ref := range refs {
		n, err := k.Store.BeginPurge(ctx, store.Purge{Kind: ref.Kind, Digest: ref.Token[:], Who: who, Why: reason})
		if err != nil {
			return out, err
		}
		p, err := k.Depot.PurgeSubscriber(ctx, ref, who, reason)
		if p != nil {
			out.Files += p.Files
			out.Records += p.Records
			out.Sealed += p.Sealed
		}
		if err != nil {
			return out, err
		}
		if err := k.Store.FinishPurge(ctx, n); err != nil {
			return out, err
		}
	}
	return out, nil
}
