package message

import (
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/hunt"
)

var ofSubscribers = Privacy{Subscriber: func(a netip.Addr) bool { return netip.MustParsePrefix("198.51.100.0/24").Contains(a) }}

func TestSubjectOfFields(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		masked   bool
	}{
		{"user.name=noc, source.ip=192.0.2.9", "user.name=noc, source.ip=192.0.2.9", false},
		{"user.name=noc, source.ip=198.51.100.9", "user.name=noc, source.ip=198.5*****.9", true},
		{"url.full=http://198.51.100.9/x", "", true},
		{"dns.question.name=9.100.51.198.in-addr.arpa", "", true},
		{"dns.question.name=9.2.0.192.in-addr.arpa", "dns.question.name=9.2.0.192.in-addr.arpa", false},
		{"user.name=447700900123", "", true},
		{"user.name=+447700900123, event.code=4625", "", true},
		{"event.code=4625", "event.code=4625", false},
		{"process.command_line=password=hunter2 x", "process.command_line=password=*** x", false},
	} {
		got, masked := ofSubscribers.subject(hunt.Subject{Kind: hunt.SubjectFields, Name: tt.in})
		if masked != tt.masked || tt.want != "" && got != tt.want {
			t.Errorf("%s leaves as %s, %v", tt.in, got, masked)
		}
		for _, secret := range []string{"198.51.100.9", "9.100.51.198", "7700900123", "hunter2"} {
			if strings.Contains(got, secret) {
				t.Errorf("%s leaves as %s", tt.in, got)
			}
		}
	}
}

// No address of a subscriber and no number of one leaves, whatever stands around it.
func TestNoSubscriberLeavesInFields(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		secret := rapid.StringMatching(`198\.51\.100\.[1-9][0-9]?|4477[0-9]{8}`).Draw(rt, "secret")
		text := rapid.StringMatching(`([a-z.]{1,9}=[a-z0-9:/ -]{0,9}, ){0,2}user=`).Draw(rt, "before") + secret + rapid.SampledFrom([]string{"", ", a=b", " x", ":80", "/32"}).Draw(rt, "after")
		if got, masked := ofSubscribers.fields(text); !masked || strings.Contains(got, secret) {
			rt.Errorf("%q leaves as %q", text, got)
		}
	})
}
