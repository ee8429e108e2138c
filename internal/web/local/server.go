package local

import (
	"errors"
	"fmt"
	"net"
	"os"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// Server is a socket that a client connects to, and who may listen there besides root and the client's own user.
type Server struct {
	Socket string
	Owner  int // number of the user that the service may run as; the zero value adds nobody to root

	peer func(net.Conn) (uid int, err error) // nil: auth.PeerUser
}

// At gives the service that works on a data folder, which may run as the folder's owner.
func At(socket, data string) Server {
	s := Server{Socket: socket}
	if info, err := os.Stat(data); err == nil {
		if uid, ok := owner(info); ok {
			s.Owner = uid
		}
	}
	return s
}

// ErrStranger is that somebody listens at a socket who cannot be the service. Nothing was sent.
var ErrStranger = errors.New("somebody else listens where the service should")

// check says who listens at the other end of a connection, and refuses who must not.
func (s Server) check(c net.Conn) (uid int, err error) {
	peer := s.peer
	if peer == nil {
		peer = auth.PeerUser
	}
	if uid, err = peer(c); err != nil {
		return 0, fmt.Errorf("connect to the service: %w", err)
	}
	if !ours(uid) && uid != s.Owner {
		return 0, fault.Hint(fault.Denied, fmt.Errorf("%w: user %d at %s", ErrStranger, uid, s.Socket),
			"the service runs as the owner of its data folder: find out who listens there (ss -xlp), and start the service again")
	}
	return uid, nil
}

// ours reports whether a user can do to the terminal and the input of this process whatever it likes, anyway.
func ours(uid int) bool { return uid == 0 || uid == os.Geteuid() }
