//go:build !linux

package listen

import (
	"context"
	"net/netip"
	"strconv"
)

func openSockets(ctx context.Context, c *UDPConfig) ([]source, netip.AddrPort, error) {
	return openPlain(ctx, c)
}

func newRepeater(ctx context.Context, targets []netip.AddrPort, n *counts) (repeater, error) {
	return newPlainRepeater(ctx, targets, n)
}

// bufferRemedy says what to change so that a buffer of this size is granted.
func bufferRemedy(wanted int) string {
	return "raise the limit of the system for receive buffers (kern.ipc.maxsockbuf) to " + strconv.Itoa(wanted)
}
