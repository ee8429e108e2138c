package geo

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math/big"
	"net/netip"
	"slices"
)

// mmdb writes a database by the specification (MaxMind DB 2.0): a tree of 24-bit records for IPv6, in which IPv4 stands below ::/96.
func mmdb(kind string, networks map[netip.Prefix]map[string]any) []byte {
	type node struct{ to [2]int } // > 0 a node, < 0 data -n-1, 0 nothing
	nodes := []node{{}}
	var data bytes.Buffer
	var offsets []int
	for _, p := range slices.SortedFunc(maps.Keys(networks), func(a, b netip.Prefix) int { return a.Bits() - b.Bits() }) {
		offsets = append(offsets, data.Len())
		encode(&data, networks[p])
		bits, a := p.Bits(), p.Addr().As16()
		if p.Addr().Is4() {
			a = netip.AddrFrom16([16]byte{12: p.Addr().As4()[0], 13: p.Addr().As4()[1], 14: p.Addr().As4()[2], 15: p.Addr().As4()[3]}).As16()
			bits += 96
		}
		at := 0
		for i := range bits {
			bit := a[i/8] >> (7 - i%8) & 1
			if i == bits-1 {
				nodes[at].to[bit] = -len(offsets)
				break
			}
			if next := nodes[at].to[bit]; next <= 0 {
				nodes = append(nodes, node{[2]int{next, next}}) // what lies around goes on below
				nodes[at].to[bit] = len(nodes) - 1
			}
			at = nodes[at].to[bit]
		}
	}
	var out bytes.Buffer
	for _, n := range nodes {
		for _, to := range n.to {
			v := to
			switch {
			case to == 0:
				v = len(nodes)
			case to < 0:
				v = len(nodes) + 16 + offsets[-to-1]
			}
			out.Write([]byte{byte(v >> 16), byte(v >> 8), byte(v)})
		}
	}
	out.Write(make([]byte, 16))
	out.Write(data.Bytes())
	out.WriteString(marker)
	encode(&out, map[string]any{
		"node_count": uint32(len(nodes)), "record_size": uint16(24), "ip_version": uint16(6), "database_type": kind, "languages": []any{"en"},
		"binary_format_major_version": uint16(2), "binary_format_minor_version": uint16(0), "build_epoch": uint64(1_700_000_000), "description": map[string]any{"en": "made up"},
	})
	return out.Bytes()
}

// encode writes a value of the data section.
func encode(w *bytes.Buffer, v any) {
	head := func(kind, size int) {
		b := byte(0)
		if kind <= 7 {
			b = byte(kind << 5)
		}
		extra := -1
		if size >= 29 {
			extra, size = size-29, 29
		}
		w.WriteByte(b | byte(size))
		if kind > 7 {
			w.WriteByte(byte(kind - 7))
		}
		if extra >= 0 {
			w.WriteByte(byte(extra))
		}
	}
	number := func(kind int, n uint64) {
		b := new(big.Int).SetUint64(n).Bytes()
		head(kind, len(b))
		w.Write(b)
	}
	switch x := v.(type) {
	case string:
		head(2, len(x))
		w.WriteString(x)
	case uint16:
		number(5, uint64(x))
	case uint32:
		number(6, uint64(x))
	case uint64:
		number(9, x)
	case bool:
		n := 0
		if x {
			n = 1
		}
		head(14, n)
	case []any:
		head(11, len(x))
		for _, e := range x {
			encode(w, e)
		}
	case map[string]any:
		head(7, len(x))
		for _, key := range slices.Sorted(maps.Keys(x)) {
			encode(w, key)
			encode(w, x[key])
		}
	}
}

// mrt writes a dump: for each prefix the paths that peers say.
func mrt(addPath bool, prefixes map[netip.Prefix][][]uint32) []byte {
	var out bytes.Buffer
	mrtRecord(&out, mrtTableDumpV2, 1, []byte{192, 0, 2, 1, 0, 0, 0, 0})
	n := uint32(0)
	for _, p := range slices.SortedFunc(maps.Keys(prefixes), netip.Prefix.Compare) {
		b := binary.BigEndian.AppendUint32(nil, n)
		n++
		b = append(b, byte(p.Bits()))
		a := p.Addr().AsSlice()
		b = append(b, a[:(p.Bits()+7)/8]...)
		b = binary.BigEndian.AppendUint16(b, uint16(len(prefixes[p])))
		for peer, path := range prefixes[p] {
			b = binary.BigEndian.AppendUint16(b, uint16(peer))
			b = binary.BigEndian.AppendUint32(b, 1_700_000_000)
			if addPath {
				b = binary.BigEndian.AppendUint32(b, uint32(peer+1))
			}
			attributes := append([]byte{0x40, 1, 1, 0, 0x50, attributePath}, binary.BigEndian.AppendUint16(nil, uint16(2+4*len(path)))...)
			attributes = append(attributes, segmentSequence, byte(len(path)))
			for _, as := range path {
				attributes = binary.BigEndian.AppendUint32(attributes, as)
			}
			b = binary.BigEndian.AppendUint16(b, uint16(len(attributes)))
			b = append(b, attributes...)
		}
		subtype := uint16(mrtIPv4)
		if p.Addr().Is6() {
			subtype = mrtIPv6
		}
		if addPath {
			subtype += 6
		}
		mrtRecord(&out, mrtTableDumpV2, subtype, b)
	}
	return out.Bytes()
}

func mrtRecord(w *bytes.Buffer, kind, subtype uint16, body []byte) {
	b := binary.BigEndian.AppendUint32(nil, 1_700_000_000)
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, subtype)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	w.Write(append(b, body...))
}
