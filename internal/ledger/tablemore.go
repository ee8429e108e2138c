package ledger

// otherPeers are the peers of an entry that has more than one.
type otherPeers struct {
	peers [MaxPeers]Peer
	count uint8
	more  uint64
}

// addPeer adds a peer that is not the entry's only one. There must be room for one more.
func (t *table) addPeer(e *entry, p Peer) {
	if p.Kind == 0 {
		return
	}
	if e.peer[0].Kind == 0 {
		e.peer[0] = p
		t.used.addPeer(&p)
		return
	}
	if e.peers == 0 {
		e.peers = t.peers.take()
		*t.peers.at(e.peers) = otherPeers{peers: [MaxPeers]Peer{e.peer[0]}, count: 1}
	}
	x := t.peers.at(e.peers)
	if x.more != 0 && comparePeers(x.peers[MaxPeers-1], p) < 0 {
		x.more |= p.bit()
		return
	}
	peers, more := AddPeer(x.peers[:x.count], x.more, p)
	x.count, x.more = uint8(len(peers)), more // in place: the array has room for all
	t.used.addPeer(&p)
}

// peersOf gives an entry's peers and their sketch, in the table's memory.
func (t *table) peersOf(e *entry) ([]Peer, uint64) {
	switch {
	case e.peers != 0:
		x := t.peers.at(e.peers)
		return x.peers[:x.count], x.more
	case e.peer[0].Kind != 0:
		return e.peer[:], 0
	}
	return nil, 0
}
