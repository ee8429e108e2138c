package packet

import "encoding/binary"

// Link says what a captured frame begins with.
type Link uint8

// The links that Decode reads.
const (
	LinkUnknown  Link = iota
	LinkEthernet      // DA, SA, EtherType
	LinkIP            // IPv4 or IPv6, by the version
	LinkNull          // four bytes of address family in anybody's byte order (BSD loopback)
	LinkSLL           // Linux "any" device
	LinkSLL2          // the same with the interface
	LinkPPP           // with or without HDLC address and control
	LinkPPPoE         // a PPPoE header without Ethernet before it
	LinkHDLC          // Cisco HDLC
	LinkMPLS          // a label stack
)

// LinkOf translates a link type of capture files (www.tcpdump.org/linktypes.html); LinkUnknown for one that
// is not read.
func LinkOf(linkType uint32) Link {
	switch linkType {
	case 0, 108:
		return LinkNull
	case 1:
		return LinkEthernet
	case 9, 50:
		return LinkPPP
	case 51:
		return LinkPPPoE
	case 104:
		return LinkHDLC
	case 12, 14, 101, 228, 229:
		return LinkIP
	case 113:
		return LinkSLL
	case 219:
		return LinkMPLS
	case 276:
		return LinkSLL2
	}
	return LinkUnknown
}

func (w *walk) link(link Link) step {
	switch link {
	case LinkEthernet:
		return stepEthernet
	case LinkIP:
		return stepIP
	case LinkNull:
		return w.null()
	case LinkSLL:
		return w.sll(16, 14, 2)
	case LinkSLL2:
		return w.sll(20, 0, 8)
	case LinkPPP:
		return stepPPP
	case LinkPPPoE:
		return stepPPPoE
	case LinkHDLC:
		return w.hdlc()
	case LinkMPLS:
		return stepMPLS
	case LinkUnknown:
	}
	return w.fail(ErrLink)
}

// null reads the address family of a BSD loopback frame, which is in the byte order of whoever captured.
func (w *walk) null() step {
	if !w.need(4) {
		return stepDone
	}
	family := min(binary.LittleEndian.Uint32(w.rest), u32(w.rest))
	w.rest = w.rest[4:]
	switch family {
	case 2, 10, 24, 28, 30: // IPv4; IPv6 of Linux, NetBSD, FreeBSD, Darwin
		return stepIP
	}
	return w.fail(ErrFamily)
}

// arphrdNetlink is the device type of messages of the kernel itself.
const arphrdNetlink = 824

func (w *walk) sll(size, protocol, device int) step {
	if !w.need(size) {
		return stepDone
	}
	w.etype = u16(w.rest[protocol:])
	kind := u16(w.rest[device:])
	w.rest = w.rest[size:]
	switch {
	case kind == arphrdNetlink:
		return w.nonIP("netlink")
	case w.etype == 4:
		return stepLLC
	case w.etype < minEtherType:
		return w.nonIP("other")
	}
	return stepEtherType
}

// hdlc reads Cisco's HDLC: address, control, EtherType.
func (w *walk) hdlc() step {
	if !w.need(4) {
		return stepDone
	}
	w.etype = u16(w.rest[2:])
	w.rest = w.rest[4:]
	if w.etype == 0x8035 { // SLARP, its keep-alive
		return w.nonIP("slarp")
	}
	return stepEtherType
}
