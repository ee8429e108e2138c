package ledger

import (
	"encoding/binary"
	"math/bits"
)

// names are the dictionary numbers that rows speak of: pages of bits, since numbers lie close together.
type names struct {
	pages map[uint32]*namePage
	last  uint32 // the number that was added last
}

const (
	namePageBits  = 1 << 15
	namePageBytes = namePageBits / 8
)

type namePage [namePageBits / 64]uint64

func (n *names) held() int64 { return int64(len(n.pages)) * namePageBytes }

func (n *names) add(number uint32) {
	if number == n.last && n.pages != nil {
		return
	}
	n.last = number
	p := n.pages[number/namePageBits]
	if p == nil {
		if n.pages == nil {
			n.pages = map[uint32]*namePage{}
		}
		p = &namePage{}
		n.pages[number/namePageBits] = p
	}
	p[number%namePageBits/64] |= 1 << (number % 64)
}

func (n *names) addPeer(p *Peer) {
	if p.Kind == PeerName {
		n.add(binary.BigEndian.Uint32(p.Bytes[:]))
	}
}

// each gives the numbers, in no order.
func (n *names) each(number func(uint32)) {
	for at, p := range n.pages {
		for i, word := range p {
			for ; word != 0; word &= word - 1 {
				number(at*namePageBits + uint32(i*64+bits.TrailingZeros64(word)))
			}
		}
	}
}
