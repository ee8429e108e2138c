// Package unheard tells of what should have been heard of a device and was not: its logs for some hours (Silence), some of its messages by
// its own count (Sequence), the accounting of what was done on it (Accounting, which is called aaasilent).
//
// The three are analysers (package analyse); docs/analysers.md says what their records hold. Each holds a device against the others: what
// all of them lack is a collector's or a server's trouble, and says nothing of one.
package unheard

import "time"

const (
	hour = int64(time.Hour)
	day  = 24 * hour
)

// maxDevices bounds the devices that are looked at together.
const maxDevices = 20_000

// Keys of devices that a register states come first, so that random names in forged lines do not take their place.
const (
	ofRegister byte = iota
	notStated
)

// known says of a key of any of the three that a register states its device.
func known(key []byte) bool { return len(key) > 0 && key[0] == ofRegister }

func keyOf(id string, stated bool) string {
	if stated {
		return string(rune(ofRegister)) + id
	}
	return string(rune(notStated)) + id
}
