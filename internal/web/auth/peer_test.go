package auth

import (
	"net"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"testing"
)

func TestPeer(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no users of sockets")
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	w, err := Peer(server)
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if w.Name != me.Username || w.Via != ViaSocket || !w.May(Admin) {
		t.Errorf("%+v, want %s", w, me.Username)
	}
	if got := userName(3_999_999_999); got != "uid 3999999999" {
		t.Errorf("a user nobody knows: %s", got)
	}
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if _, err := Peer(a); err == nil && os.Geteuid() >= 0 && (runtime.GOOS == "linux" || runtime.GOOS == "darwin") {
		t.Error("what is no socket has a user")
	}
}
