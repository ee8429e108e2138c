package depot

import (
	"encoding/binary"
	"net/netip"

	"stormglass/internal/ledger"
)

// tokenCache remembers the tokens of subscribers last met, as one costs a hash: a place for each of
// tokenSlots addresses, which the last one to fall on it has. The zero cache is empty.
type tokenCache struct{ slots []tokenSlot }

type tokenSlot struct {
	addr netip.Addr
	peer ledger.Peer
}

const (
	tokenBits  = 17
	tokenSlots = 1 << tokenBits // 6 MB
)

// of gives the place of an address. It is the address's when its addr says so.
func (c *tokenCache) of(a netip.Addr) *tokenSlot {
	if c.slots == nil {
		c.slots = make([]tokenSlot, tokenSlots)
	}
	b := a.As16()
	h := binary.BigEndian.Uint64(b[:8])*0x9e3779b97f4a7c15 ^ binary.BigEndian.Uint64(b[8:])
	return &c.slots[h*0x9e3779b97f4a7c15>>(64-tokenBits)]
}
