//go:build !linux && !darwin

package auth

import (
	"net"
	"os"
)

// peerUID cannot ask here: the modes of the socket and its folder let nobody in but their owner.
func peerUID(net.Conn) (int, error) { return os.Geteuid(), nil }
