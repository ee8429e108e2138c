package pcap

import (
	"context"
	"io"

	"stormglass/internal/telemetry"
)

// EachFrame calls f for every packet that the container gives.
func EachFrame(r io.Reader, f func(link uint32, data []byte)) {
	c, err := open(r, func(uint64, string, string) {}, func(uint64, string) {})
	if err != nil {
		return
	}
	for {
		var one frame
		if c.next(&one) != nil {
			return
		}
		f(one.link, one.data)
	}
}

// SetMaxFlows bounds the conversations at a time.
func (d *Decoder) SetMaxFlows(n int) { d.maxFlows = n }

// SetMaxHeld bounds what is held of the contents of conversations.
func (d *Decoder) SetMaxHeld(n int) { d.maxHeld = n }

// HeldAfter reads a capture and gives how much is held of contents afterwards: nothing, if all was counted right.
func HeldAfter(in io.Reader) int {
	s := new(telemetry.Set)
	r := New(nil).run(s, func() error { s.Reset(); return nil })
	_ = r.read(context.Background(), in)
	return r.held
}
