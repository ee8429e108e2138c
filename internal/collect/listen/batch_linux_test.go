package listen

import "testing"

// TestReadingAllocatesNothing: nor does what comes before the queue.
func TestReadingAllocatesNothing(t *testing.T) {
	sources, to, err := openSockets(t.Context(), &UDPConfig{Address: "127.0.0.1:0", Sockets: 1, Buffer: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer sources[0].close()
	c := dial(t, to)
	data := make([]byte, 100)
	send := func() {
		for range 8 {
			if _, err := c.Write(data); err != nil {
				t.Fatal(err)
			}
		}
	}
	read := func() {
		for n := 0; n < 8; {
			ds, err := sources[0].read()
			if err != nil {
				t.Fatal(err)
			}
			n += len(ds)
		}
	}
	sending := testing.AllocsPerRun(50, func() { send(); read() })
	if alone := testing.AllocsPerRun(50, func() { c.Write(data); c.Write(data) }); sending > 4*alone {
		t.Errorf("%v allocations for 8 datagrams, where %v are the sender's", sending, 4*alone)
	}
}
