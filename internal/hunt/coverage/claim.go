package coverage

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Claim is lines that name a device of the register and that another machine sent: none of the device's addresses, and no relay that the
// register states. They are kept, and show nothing of the device.
type Claim struct {
	Device  string // its id
	Records uint64
	Last    telemetry.Instant // begin of the last hour with such lines
	// Senders of the most lines, at most maxSenders, and how many there are beside them. Whoever forges senders may look like many.
	Senders []netip.Addr
	More    int

	lines map[netip.Addr]uint64
}

// maxSenders bounds the senders that are named; heldSenders those that are counted apart.
const (
	maxSenders  = 3
	heldSenders = 1000
)

// claimPrefix begins the name of a device of the survey that is a claim only.
const claimPrefix = "unproven:"

// by counts lines of a sender.
func (c *Claim) by(sender netip.Addr, n uint32, at int) {
	c.Records += uint64(n)
	c.Last = max(c.Last, telemetry.Instant(at)*hour)
	if c.lines == nil {
		c.lines = map[netip.Addr]uint64{}
	}
	if _, ok := c.lines[sender]; !ok && len(c.lines) == heldSenders {
		c.More++
		return
	}
	c.lines[sender] += uint64(n)
}

// sum names the senders of the most lines.
func (c *Claim) sum() {
	all := slices.SortedFunc(maps.Keys(c.lines), func(a, b netip.Addr) int { return cmp.Or(cmp.Compare(c.lines[b], c.lines[a]), a.Compare(b)) })
	c.More += max(0, len(all)-maxSenders)
	c.Senders = append(c.Senders, all[:min(len(all), maxSenders)]...)
	c.lines = nil
}

// believed judges the speaker of a row that names a device.
func believed(r *register.Registers, d *register.Device, row *Row, at telemetry.Instant) register.Belief {
	if strings.HasSuffix(row.Class, told) {
		return r.Tells(d, row.From, row.Origin, at)
	}
	return r.Speaks(d, row.From, row.Origin, at)
}

// Claims gives the devices in whose names other machines wrote, those of the most lines first.
func (s *Survey) Claims() (out []*Claim) {
	for _, d := range s.Devices {
		if d.Claim != nil {
			out = append(out, d.Claim)
		}
	}
	slices.SortStableFunc(out, func(a, b *Claim) int { return cmp.Compare(b.Records, a.Records) })
	return out
}

// Unproven counts the devices of the register of which lines came and of which nobody states from where they speak: neither their addresses
// nor relays.
func (s *Survey) Unproven() (n int) {
	for _, d := range s.Devices {
		if d.Unproven > 0 {
			n++
		}
	}
	return n
}
