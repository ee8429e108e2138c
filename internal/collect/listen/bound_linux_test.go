package listen

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"testing"
)

// What arrives from the moment that the port is taken finds the whole buffer: a socket that gets it only afterwards loses what
// a busy exporter sends in between.
func TestBufferFromTheFirstDatagram(t *testing.T) {
	const wanted, enough = 4 << 20, 2000 // the usual buffer holds 92 of these datagrams, this one 3,640
	data := make([]byte, 1400)
	for range 20 {
		at := freeAddr(t)
		conn, err := net.DialUDP("udp4", nil, at)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for taken := 0; taken < enough; taken++ { // in a row: before the port is taken, each second one is refused
				if _, err := conn.Write(data); errors.Is(err, syscall.ECONNREFUSED) {
					taken = 0
				} else if err != nil {
					t.Error(err)
					return
				}
			}
		})
		u, err := ListenUDP(t.Context(), UDPConfig{Name: "test", Address: at.String(), Buffer: wanted})
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		st := u.Stats()
		_ = u.Close()
		_ = conn.Close()
		if st.Buffer < wanted {
			t.Skipf("the system grants %d bytes", st.Buffer)
		}
		if st.LostKernel != 0 {
			t.Fatalf("%d datagrams were lost, with a buffer for more than were sent", st.LostKernel)
		}
	}
}

// freeAddr gives an address whose port nobody has.
func freeAddr(t *testing.T) *net.UDPAddr {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr)
}
