package ledger

import (
	"encoding/binary"
	"maps"
	"slices"
)

// appendNames appends a dictionary: how many, then number, length and text of each, by number.
func appendNames(b []byte, names map[uint32]string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(names)))
	for _, n := range slices.Sorted(maps.Keys(names)) {
		b = binary.LittleEndian.AppendUint32(b, n)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(names[n])))
		b = append(b, names[n]...)
	}
	return b
}

// readNames reads a dictionary that checkNames found right.
func readNames(b []byte) map[uint32]string {
	r := reader{b: b}
	n := r.uint32()
	names := make(map[uint32]string, n)
	for range n {
		number := r.uint32()
		names[number] = string(r.bytes(uint64(r.uint16())))
	}
	return names
}

// checkNames reports whether b is a dictionary and nothing else, by ascending number.
func checkNames(b []byte) bool {
	r := reader{b: b}
	before := int64(-1)
	for range r.uint32() {
		number := int64(r.uint32())
		r.bytes(uint64(r.uint16()))
		if r.bad || number <= before {
			return false
		}
		before = number
	}
	return !r.bad && len(r.b) == 0
}
