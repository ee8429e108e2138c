package geo

import (
	"net/netip"
	"strconv"
	"sync"

	"github.com/gaissmai/bart"
)

// routes say which autonomous system announces an address, by the longest prefix.
type routes struct {
	origins bart.Table[uint32]
	texts   sync.Map // of uint32 to string
}

// origin gives the number as text; empty when nobody announces the address.
func (r *routes) origin(a netip.Addr) string {
	n, ok := r.origins.Lookup(a)
	if !ok {
		return ""
	}
	if s, ok := r.texts.Load(n); ok {
		return s.(string)
	}
	s := strconv.FormatUint(uint64(n), 10)
	r.texts.Store(n, s)
	return s
}

// put notes who announces a prefix.
func (r *routes) put(p netip.Prefix, origin uint32) { r.origins.Insert(p, origin) }
