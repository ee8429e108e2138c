package seen

import (
	"cmp"
	"slices"

	"github.com/axiomhq/hyperloglog"

	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
)

// Bounds of what is kept of the values that one question covers.
const (
	maxValues   = 10_000 // counted one by one
	shownValues = 10
)

// crowd counts values that are too many to keep.
type crowd struct{ sketch *hyperloglog.Sketch }

// value counts a row's value. Once there are too many, those with few records are forgotten and only
// their number is estimated.
func (g *gathering) value(space ledger.Space, r *ledger.Row, records uint64) {
	g.key = append(append(g.key[:0], byte(space)), r.Value...)
	key := g.key
	if g.crowd != nil {
		g.crowd.sketch.Insert(key)
	}
	if n, ok := g.values[string(key)]; ok || len(g.values) < maxValues {
		g.values[string(key)] = n + records
		return
	}
	if g.crowd == nil {
		g.crowd = &crowd{sketch: hyperloglog.New14()}
		for k := range g.values {
			g.crowd.sketch.Insert([]byte(k))
		}
		g.crowd.sketch.Insert(key)
	}
}

// distinct gives the number of values, an estimate once there were too many.
func (g *gathering) distinct() int {
	if g.crowd == nil {
		return len(g.values)
	}
	return int(g.crowd.sketch.Estimate())
}

// largest gives the values with most records.
func (g *gathering) largest() []Value {
	all := make([]Value, 0, len(g.values))
	for key, n := range g.values {
		all = append(all, Value{valueOf(ledger.Space(key[0]), []byte(key[1:])), n})
	}
	slices.SortFunc(all, func(a, b Value) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Value.String(), b.Value.String()))
	})
	return all[:min(len(all), shownValues)]
}

func valueOf(space ledger.Space, key []byte) observable.Value {
	if space == ledger.Addrs {
		return observable.OfAddr(ledger.AddrOf(key))
	}
	if space == ledger.Names {
		return observable.Of(observable.Domain, ledger.NameOf(key))
	}
	k, text := ledger.TextOf(key)
	if p, ok := hunt.PrefixOfKey(text); ok && k == observable.Prefix {
		text = p.String()
	}
	return observable.Of(k, text)
}
