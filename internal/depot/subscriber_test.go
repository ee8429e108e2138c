package depot

import (
	"net/netip"
	"testing"
	"testing/fstest"

	"stormglass/internal/observable"
	"stormglass/internal/register"
)

func TestWhatNamesASubscriberIsNoKey(t *testing.T) {
	r, err := register.Load(fstest.MapFS{"registers/networks.yaml": {Data: []byte(`networks:
  - {prefix: 198.51.100.0/24, class: subscriber, owner: access, reason: made up, valid_from: 2020-01-01}
  - {prefix: "2001:db8:5::/48", class: subscriber, owner: access, reason: made up, valid_from: 2020-01-01}
  - {prefix: 192.0.2.0/24, class: server, owner: hosting, reason: made up, valid_from: 2020-01-01}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	const url, name = observable.URL, observable.Domain
	for _, tt := range []struct {
		kind observable.Kind
		text string
		want bool
	}{
		{url, "198.51.100.7/a", true},
		{url, "198.51.100.7:8080/a", true},
		{url, "[2001:db8:5::1]/", true},
		{url, "192.0.2.7/a", false},
		{url, "shop.example/198.51.100.7", false},
		{name, "7.100.51.198.in-addr.arpa", true},
		{name, "x.7.100.51.198.in-addr.arpa", true},
		{name, "7.2.0.192.in-addr.arpa", false},
		{name, "100.51.198.in-addr.arpa", false},
		{name, "198-51-100-7.dyn.example", false},
		{name, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", true},
	} {
		if got := NamesSubscriber(r.Networks, tt.kind, netip.Addr{}, tt.text, 1_700_000_000_000_000_000); got != tt.want {
			t.Errorf("%s %s names a subscriber: %v, want %v", tt.kind, tt.text, got, tt.want)
		}
	}
}
