package observable

import (
	"net/netip"
	"strings"
	"testing"
)

func TestReversed(t *testing.T) {
	for name, want := range map[string]string{
		"4.3.2.1.in-addr.arpa": "1.2.3.4", "4.3.2.1.in-addr.arpa.": "1.2.3.4", "x.4.3.2.1.in-addr.arpa": "1.2.3.4",
		"7" + strings.Repeat(".0", 23) + ".8.b.d.0.1.0.0.2.ip6.arpa": "2001:db8::7",
		"3.2.1.in-addr.arpa": "", "256.3.2.1.in-addr.arpa": "", "in-addr.arpa": "", ".in-addr.arpa": "", "4.3.2.1.in-addr.arpa.example": "",
		"8.b.d.0.1.0.0.2.ip6.arpa": "", "77" + strings.Repeat(".0", 23) + ".8.b.d.0.1.0.0.2.ip6.arpa": "", "g" + strings.Repeat(".0", 31) + ".ip6.arpa": "",
	} {
		var expected netip.Addr
		if want != "" {
			expected = netip.MustParseAddr(want)
		}
		if got, ok := Reversed(name); got != expected || ok != (want != "") {
			t.Errorf("%s: %v, %v, want %q", name, got, ok, want)
		}
	}
}
