package observable

import "net/netip"

// Value is one observable: a kind and its canonical text. Values are comparable; equal values are
// the same observable. The zero Value is of kind Unknown.
type Value struct {
	kind Kind
	text string
}

// Of makes a value whose text is already canonical, as Value.String gave it earlier.
func Of(k Kind, canonical string) Value { return Value{kind: k, text: canonical} }

// OfAddr makes the value of an address; a v4-mapped address becomes IPv4 and a zone is dropped.
func OfAddr(a netip.Addr) Value { return Value{kind: Addr, text: a.Unmap().WithZone("").String()} }

// Kind gives the kind of the value.
func (v Value) Kind() Kind { return v.kind }

// String gives the canonical text.
func (v Value) String() string { return v.text }

// IsZero reports whether v holds nothing.
func (v Value) IsZero() bool { return v == Value{} }

// Addr gives the address of a value of kind Addr; the zero Addr for other kinds.
func (v Value) Addr() netip.Addr {
	if v.kind != Addr {
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(v.text)
	return a
}

// Prefix gives the prefix of a value of kind Prefix, or the single-address prefix of an Addr;
// the zero Prefix for other kinds.
func (v Value) Prefix() netip.Prefix {
	switch v.kind { //nolint:exhaustive // only two kinds have a prefix
	case Addr:
		a := v.Addr()
		return netip.PrefixFrom(a, a.BitLen())
	case Prefix:
		p, _ := netip.ParsePrefix(v.text)
		return p
	}
	return netip.Prefix{}
}
