//go:build !unix

package local

import (
	"errors"
	"syscall"
)

// wsaRefused is what Windows says when nobody listens (WSAECONNREFUSED).
const wsaRefused = syscall.Errno(10061)

// refused reports whether nobody listens.
func refused(err error) bool { return errors.Is(err, wsaRefused) }
