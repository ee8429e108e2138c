package auth

import (
	"net"
	"os"
	"os/user"
	"strconv"
)

// Peer says who is at the other end of a local socket, by the word of the kernel. Whoever owns the service, and
// root, may do everything; nobody else gets here past the modes of socket and folder, and if they do, they may do nothing.
func Peer(c net.Conn) (Who, error) {
	uid, err := peerUID(c)
	if err != nil {
		return Who{}, err
	}
	w := Who{Name: userName(uid), Via: ViaSocket}
	if uid == 0 || uid == os.Geteuid() {
		w.Roles = []Role{Admin}
	}
	return w, nil
}

// PeerUser gives the number of the user at the other end of a local socket, by the word of the kernel; on the client's side that is who
// listens. Where the kernel cannot be asked it is the user of this process.
func PeerUser(c net.Conn) (uid int, err error) { return peerUID(c) }

// userName names a user, by number when the system does not know it.
func userName(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}
