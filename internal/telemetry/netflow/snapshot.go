package netflow

import (
	"encoding/binary"
	"hash/crc32"
	"maps"
	"slices"
)

// A snapshot is what a Templates knows besides counts and data that waits: version 1 of it is the four bytes "SGNF", a
// byte 1, the exporters, and four bytes of CRC-32C over all before, the first byte being the highest. Numbers are
// varints (encoding/binary), texts and lists begin with their length, lists are sorted.
//
//	exporter:  address (4 or 16 bytes, as a text, or none), when last heard of, whether it sent records, domains, names of
//	           interfaces, names of applications
//	domain:    version of NetFlow (10 for IPFIX), number, sampling rate, when the metering started, when last heard of,
//	           whether it sent records, samplers (number, rate), templates
//	template:  number, 1 for options plus 2 when it was used, when last sent or used, fields
//	field:     element (enterprise<<16 | number), length, 1 for scope
//	name:      number, text
//
// Times are nanoseconds since 1970.
const (
	snapshotMagic   = "SGNF"
	snapshotVersion = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Snapshot gives what the store learnt from exporters, for Restore after a restart.
func (t *Templates) Snapshot() []byte {
	all := t.all()
	slices.SortFunc(all, func(a, b *exporter) int { return a.addr.Compare(b.addr) })
	body := []byte(nil)
	n := 0
	for _, x := range all {
		x.mu.Lock()
		if !x.gone {
			body = x.append(body)
			n++
		}
		x.mu.Unlock()
	}
	b := append([]byte(snapshotMagic), snapshotVersion)
	b = append(binary.AppendUvarint(b, uint64(n)), body...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func (x *exporter) append(b []byte) []byte {
	b = appendBytes(b, x.addr.AsSlice())
	b = appendNumbers(b, uint64(x.stats.LastSeen), number(x.stats.Records > 0 || x.known), uint64(len(x.domains)))
	for _, key := range slices.Sorted(maps.Keys(x.domains)) {
		b = x.domains[key].append(b)
	}
	b = appendNames(b, x.interfaces)
	return appendNames(b, x.apps)
}

func (d *domain) append(b []byte) []byte {
	b = appendNumbers(b, uint64(d.key.version()), uint64(d.key.id()), uint64(d.rate), uint64(d.boot), uint64(d.seen), number(d.used))
	b = appendNumbers(b, uint64(len(d.samplers)))
	for _, id := range slices.Sorted(maps.Keys(d.samplers)) {
		b = appendNumbers(b, id, uint64(d.samplers[id]))
	}
	b = appendNumbers(b, uint64(len(d.templates)))
	for _, id := range sortedIDs(d) {
		t := d.templates[id]
		b = appendNumbers(b, uint64(id), number(t.options)|number(t.used)<<1, uint64(t.seen), uint64(len(t.fields)))
		for _, f := range t.fields {
			b = appendNumbers(b, uint64(f.element), uint64(f.length), number(f.scope))
		}
	}
	return b
}

func appendNames[K uint32 | uint64](b []byte, names map[K]string) []byte {
	b = appendNumbers(b, uint64(len(names)))
	for _, n := range slices.Sorted(maps.Keys(names)) {
		b = appendBytes(appendNumbers(b, uint64(n)), []byte(names[n]))
	}
	return b
}

func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func appendBytes(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func number(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
