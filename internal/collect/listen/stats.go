package listen

import "sync/atomic"

// Stats is what a listener has counted since it was made. The identities among the numbers (see the package)
// hold once Run has ended; before, what waits and what is being moved is in between.
type Stats struct {
	Datagrams  uint64 // read from the kernel: UDP datagrams, or messages of streams
	Bytes      uint64 // of those; of streams all that was read, framing included
	HandedOver uint64 // datagrams taken from the queues

	KernelKnown bool   // whether the system tells what it dropped
	LostKernel  uint64 // datagrams that the kernel dropped: its buffer was full, a checksum was wrong, the listener was stopping
	LostQueue   uint64 // datagrams dropped since the queue was full
	Refused     uint64 // datagrams of senders that are not on the allow-list
	Left        uint64 // datagrams read and never taken: nobody drained the queue within the time there is for stopping

	Waiting      int64 // bytes of datagrams in the queues now
	Buffer       int   // receive buffer that the kernel granted, bytes for each socket; 0 is not known
	BufferWanted int   // and what was asked for
	Memory       int64 // bytes that the listener holds now: blocks, wherever they are, and buffers

	Repeated     uint64 // copies sent to other collectors
	RepeatFailed uint64 // copies that could not be sent

	// Of streams alone. Connections that came = Accepted + TurnedAway + RefusedConnections.
	Open               int64  // connections now
	Accepted           uint64 // connections let in
	TurnedAway         uint64 // closed at once: too many were open, of all or of this sender
	RefusedConnections uint64 // closed at once: the sender is not on the allow-list
	HandshakesFailed   uint64 // TLS handshakes that did not come about, or not in time
	IdleClosed         uint64 // closed since nothing was sent for too long
	Cut                uint64 // messages kept in part: too long, or the connection ended in the middle
	Malformed          uint64 // connections closed since the framing of messages was wrong
}

// counts are the counters of a listener, for all its goroutines.
type counts struct {
	datagrams, bytes, handedOver, lostQueue, refused, left, repeated, repeatFailed atomic.Uint64

	open                                                                                   atomic.Int64
	accepted, turnedAway, refusedConnections, handshakesFailed, idleClosed, cut, malformed atomic.Uint64
	framing                                                                                atomic.Int64 // bytes of memory
}

func (n *counts) stats() Stats {
	return Stats{
		Datagrams: n.datagrams.Load(), Bytes: n.bytes.Load(), HandedOver: n.handedOver.Load(),
		LostQueue: n.lostQueue.Load(), Refused: n.refused.Load(), Left: n.left.Load(),
		Repeated: n.repeated.Load(), RepeatFailed: n.repeatFailed.Load(),
		Open: n.open.Load(), Accepted: n.accepted.Load(), TurnedAway: n.turnedAway.Load(),
		RefusedConnections: n.refusedConnections.Load(), HandshakesFailed: n.handshakesFailed.Load(),
		IdleClosed: n.idleClosed.Load(), Cut: n.cut.Load(), Malformed: n.malformed.Load(),
		Memory: n.framing.Load(),
	}
}
