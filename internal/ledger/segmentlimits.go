package ledger

import (
	"bytes"
	"fmt"

	"stormglass/internal/telemetry"
)

// Limits of a row. A Writer refuses what is beyond them, and a reader takes it for damage.
const (
	// MaxValue is the length of the longest value in bytes. An address has 16.
	MaxValue = 1<<16 - 1
	// MaxSensors is how many sensors a row can name.
	MaxSensors = 1 << 16

	addrLen   = 16
	secondDay = 86400
	maxDay    = telemetry.Day(84006)      // 2200-01-01
	maxSecond = int64(maxDay) * secondDay // of First and Last
	allHours  = uint32(1)<<24 - 1         // of Hours
	minDay    = telemetry.DayFolded       // the smallest
	peerNames = 4                         // bytes of a named peer that count
)

// Limits of a block and a group. The sizes are those of a group's or a block's part before compression.
const (
	maxBlockRows  = 256     // a reader's; a writer ends a block at blockRows
	blockRows     = 128     // 4 % more bytes than with 256, and a look-up in two thirds of the time
	maxBlockBytes = 1 << 16 // of values; one more value may follow
	maxKeyBytes   = 1 << 18
	maxFactBytes  = 1 << 22
	groupValues   = 1 << 20
	groupBytes    = 1 << 30 // a group is closed after the value that passes it
	maxGroupBytes = 1<<32 - 1
)

// checkValue tells what is wrong with a value as a key of a space.
func checkValue(space Space, v []byte) (what string) {
	switch {
	case space == Addrs && len(v) != addrLen:
		return "an address that has not 16 bytes"
	case len(v) == 0 || len(v) > MaxValue:
		return "a value that is empty or too long"
	case space == Names && v[len(v)-1] != labelEnd:
		return "a name whose last label is not ended"
	}
	return ""
}

// checkFacts tells what is wrong with a row besides its value.
func checkFacts(r *Row) (what string) {
	switch {
	case r.Day < minDay || r.Day > maxDay:
		return "a day out of range"
	case r.First < 0 || r.First > r.Last || r.Last > maxSecond || r.First == 0 && r.Last != 0:
		return "times out of range or order"
	case r.Hours > allHours:
		return "hours beyond the 24th"
	case r.Values != 0 && !r.Folded:
		return "a count of values in a row that is not folded"
	case len(r.Sensors) > MaxSensors:
		return "too many sensors"
	case len(r.Peers) > MaxPeers:
		return "more than four peers"
	}
	for i := 1; i < len(r.Sensors); i++ {
		if r.Sensors[i-1].Sensor >= r.Sensors[i].Sensor {
			return "sensors out of order"
		}
	}
	return checkPeers(r.Peers)
}

func checkPeers(peers []Peer) (what string) {
	for i, p := range peers {
		switch {
		case p.Kind < PeerAddr || p.Kind > PeerToken:
			return "a peer of unknown kind"
		case p.Kind == PeerName && [addrLen - peerNames]byte(p.Bytes[peerNames:]) != [addrLen - peerNames]byte{}:
			return "a named peer with bytes after its number"
		case i > 0 && comparePeers(peers[i-1], p) >= 0:
			return "peers out of order"
		}
	}
	return ""
}

// key is the part of a row that orders it, in memory of its own.
type key struct {
	value  []byte
	folded bool
	day    telemetry.Day
	kind   telemetry.Kind
	set    bool
}

// before reports whether the key comes before the row's. One that was never set does.
func (k *key) before(r *Row) bool {
	if !k.set {
		return true
	}
	last := Row{Value: k.value, Folded: k.folded, Day: k.day, Kind: k.kind}
	return last.Compare(r) < 0
}

// same reports whether the row has the key's value.
func (k *key) same(value []byte) bool { return k.set && bytes.Equal(k.value, value) }

func (k *key) take(r *Row) {
	k.value = append(k.value[:0], r.Value...)
	k.folded, k.day, k.kind, k.set = r.Folded, r.Day, r.Kind, true
}

// checkRow tells what is wrong with a row of a space.
func checkRow(space Space, r *Row) error {
	what := checkValue(space, r.Value)
	if what == "" {
		what = checkFacts(r)
	}
	if what != "" {
		return fmt.Errorf("add to segment: %s", what)
	}
	return nil
}
