package listen

import (
	"context"
	"net"
	"net/netip"
	"time"

	"stormglass/internal/telemetry"
)

// plainRepeater has a goroutine send, since a send may wait: what it cannot keep up with is counted as failed.
type plainRepeater struct {
	conns []*net.UDPConn
	n     *counts
	queue *queue
}

// repeatQueue is the least that a queue has.
const repeatQueue = leastBlocks * blockMemory

func newPlainRepeater(ctx context.Context, targets []netip.AddrPort, n *counts) (repeater, error) {
	conns, err := connect(ctx, targets)
	if err != nil {
		return nil, err
	}
	return &plainRepeater{conns: conns, n: n, queue: newQueue(repeatQueue, &counts{})}, nil
}

func (r *plainRepeater) send(ds []telemetry.Datagram) {
	r.fail(r.queue.put(ds))
}

func (r *plainRepeater) fail(datagrams int) {
	r.n.repeatFailed.Add(uint64(datagrams) * uint64(len(r.conns)))
}

func (r *plainRepeater) run(expired <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.queue.pump(expired)
	}()
	for b := range r.queue.out {
		r.sendBlock(b, expired)
		b.Release()
	}
	<-done
	r.fail(int(r.queue.n.left.Load()))
}

func (r *plainRepeater) sendBlock(b *Block, expired <-chan struct{}) {
	for _, c := range r.conns {
		_ = c.SetWriteDeadline(time.Now().Add(stopTime)) // only a closed socket has none
	}
	for i := range b.Datagrams {
		select {
		case <-expired:
			r.fail(len(b.Datagrams) - i)
			return
		default:
		}
		for _, c := range r.conns {
			if _, err := c.Write(b.Datagrams[i].Data); err != nil {
				r.n.repeatFailed.Add(1)
				continue
			}
			r.n.repeated.Add(1)
		}
	}
}

func (r *plainRepeater) finish() { r.queue.finish() }

func (r *plainRepeater) memory() int64 {
	_, memory := r.queue.held()
	return memory
}

func (r *plainRepeater) close() error { return closeConns(r.conns) }
