package ledger

// A row's times are written relative to its day, and its hours relative to those of its times, so
// that most rows have small numbers there.

// packFirst gives 0 for an unknown time, else 1 and more.
func packFirst(r *Row) uint64 {
	if r.First == 0 {
		return 0
	}
	return zigzag(r.First-int64(r.Day)*secondDay) + 1
}

// unpackFirst is the inverse of packFirst.
func unpackFirst(packed uint64, day int64) int64 {
	if packed == 0 {
		return 0
	}
	return day*secondDay + unzigzag(packed-1)
}

// likelyHours gives the hours that first and last lie in.
func likelyHours(first, last int64) uint32 {
	if first == 0 {
		return 0
	}
	return 1<<(first%secondDay/3600) | 1<<(last%secondDay/3600)
}

// Codes of peers in a block.
const (
	codeIPv4  = 1 // PeerAddr of a v4-mapped address: its last 4 bytes
	codeAddr  = 2 // any other PeerAddr: 16 bytes
	codeName  = 3 // PeerName: 4 bytes
	codeToken = 4 // PeerToken: 16 bytes
)

var mapped = [12]byte{10: 0xff, 11: 0xff}

// packPeer gives a peer's code and its bytes, which share its memory.
func packPeer(p *Peer) (code uint64, b []byte) {
	switch p.Kind {
	case PeerName:
		return codeName, p.Bytes[:peerNames]
	case PeerToken:
		return codeToken, p.Bytes[:]
	default:
		if [12]byte(p.Bytes[:12]) == mapped {
			return codeIPv4, p.Bytes[12:]
		}
		return codeAddr, p.Bytes[:]
	}
}

// peerSize gives how many bytes a peer of a code has; 0 when there is no such code.
func peerSize(code uint64) uint32 {
	switch code {
	case codeIPv4, codeName:
		return 4
	case codeAddr, codeToken:
		return addrLen
	}
	return 0
}

// unpackPeer is the inverse of packPeer, for a code that peerSize knows.
func unpackPeer(code uint64, r *reader) Peer {
	b := r.bytes(uint64(peerSize(code)))
	p := Peer{Kind: PeerAddr}
	switch code {
	case codeIPv4:
		copy(p.Bytes[:], mapped[:])
		copy(p.Bytes[len(mapped):], b)
		return p
	case codeName:
		p.Kind = PeerName
	case codeToken:
		p.Kind = PeerToken
	}
	copy(p.Bytes[:], b)
	return p
}
