package listen

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"stormglass/internal/telemetry"
)

// batchRepeater sends a batch to each target by one call (sendmmsg) that does not wait: what the socket has no room
// for, and what the network refuses, is counted as failed.
type batchRepeater struct {
	conns    []*net.UDPConn
	raws     []syscall.RawConn
	n        *counts
	messages [batchSize]message
	vectors  [batchSize]unix.Iovec

	from, to int // of the messages, what is to be sent
	sent     int
	errno    syscall.Errno
	call     func(fd uintptr)
}

func newRepeater(ctx context.Context, targets []netip.AddrPort, n *counts) (repeater, error) {
	conns, err := connect(ctx, targets)
	if err != nil {
		return nil, err
	}
	r := &batchRepeater{conns: conns, n: n}
	for _, c := range conns {
		raw, err := c.SyscallConn()
		if err != nil {
			return nil, err
		}
		r.raws = append(r.raws, raw)
	}
	for i := range r.messages {
		r.messages[i].header.Iov = &r.vectors[i]
		r.messages[i].header.SetIovlen(1)
	}
	r.call = func(fd uintptr) {
		n, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&r.messages[r.from])), //nolint:gosec // the kernel's interface is pointers
			uintptr(r.to-r.from), unix.MSG_DONTWAIT, 0, 0)
		r.sent, r.errno = int(n), errno
		if errno != 0 {
			r.sent = 0
		}
	}
	return r, nil
}

func (r *batchRepeater) send(ds []telemetry.Datagram) {
	for len(ds) > 0 {
		n := min(len(ds), batchSize)
		for i := range ds[:n] {
			r.vectors[i].Base = unsafe.SliceData(ds[i].Data) //nolint:gosec // never read beyond its length, which may be none
			r.vectors[i].SetLen(len(ds[i].Data))
		}
		for _, raw := range r.raws {
			sent := r.sendTo(raw, n)
			r.n.repeated.Add(uint64(sent))
			r.n.repeatFailed.Add(uint64(n - sent))
		}
		ds = ds[n:]
	}
	for i := range r.vectors {
		r.vectors[i].Base = nil
	}
}

// sendTo sends n messages to one target. A refusal that came back for an earlier datagram costs one of these and no
// more; after any other error, or a second refusal, the rest of the batch is given up: a target that is away must
// not cost a call for each datagram.
func (r *batchRepeater) sendTo(raw syscall.RawConn, n int) (sent int) {
	refused := false
	for r.from, r.to = 0, n; r.from < r.to; {
		if raw.Control(r.call) != nil {
			return sent
		}
		switch {
		case r.errno == 0:
			sent += r.sent
			r.from += r.sent
		case r.errno == unix.EINTR:
		case r.errno == unix.ECONNREFUSED && !refused:
			refused = true
			r.from++
		default:
			return sent
		}
	}
	return sent
}

func (r *batchRepeater) run(<-chan struct{}) {}
func (r *batchRepeater) finish()             {}
func (r *batchRepeater) memory() int64       { return 0 } // it sends from the memory of the reader
func (r *batchRepeater) close() error        { return closeConns(r.conns) }
