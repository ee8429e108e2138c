package trace

import (
	"strings"
	"testing"

	"stormglass/internal/observable"
)

func TestTrace(t *testing.T) {
	v := observable.Of
	for _, tt := range []struct {
		value    observable.Value
		in, want string // what is left; the same when the text does not hold the value
	}{
		{v(observable.Domain, "example.org"), "to www.EXAMPLE.org.", "to www.[purged]."},
		{v(observable.Domain, "example.org"), "example.org,example.org", "[purged],[purged]"},
		{v(observable.Domain, "example.org"), "example.org.log", "[purged].log"},
		{v(observable.Domain, "example.org"), "my-example.org anexample.org example.organ example.or", "my-example.org anexample.org example.organ example.or"},
		{v(observable.Email, "ana@example.org"), "<Ana@example.org> santa-ana@example.org", "<[purged]> santa-ana@example.org"},
		{v(observable.URL, "http://example.org/a?b"), "GET example.org/a?b hxxp://example.org/a", "GET [purged] hxxp://example.org/a"},
		{v(observable.MD5, "0123456789abcdef0123456789abcdef"), "x-0123456789ABCDEF0123456789abcdef.exe", "x-[purged].exe"},
		{v(observable.UserName, "root"), "chroot root root2 root_ root", "chroot [purged] root2 root_ [purged]"},
		{v(observable.Addr, "192.0.2.1"), "192.0.2.1 192.0.2.1:443 192.0.2.1.", "[purged] [purged]:443 [purged]."},
		{v(observable.Addr, "192.0.2.1"), "192.0.2.10 1192.0.2.1 1.3.6.192.0.2.1 7.192.0.2.1 19.2.0.2.1", "192.0.2.10 1192.0.2.1 1.3.6.192.0.2.1 7.192.0.2.1 19.2.0.2.1"},
		{v(observable.Addr, "192.0.2.1"), "192.0.2.1.443 > flow_192.0.2.1.log x-192.0.2.1-y", "[purged].443 > flow_[purged].log x-[purged]-y"},
		{v(observable.Addr, "192.0.2.1"), "1.2.0.192.IN-ADDR.ARPA. 11.2.0.192.in-addr.arpa 2.0.192.in-addr.arpa", "[purged]. 11.2.0.192.in-addr.arpa 2.0.192.in-addr.arpa"},
		{v(observable.Addr, "2001:db8::1"), "1" + strings.Repeat(".0", 23) + ".8.b.d.0.1.0.0.2.ip6.arpa and 1.8.b.d.0.1.0.0.2.ip6.arpa", "[purged] and 1.8.b.d.0.1.0.0.2.ip6.arpa"},
		{v(observable.Addr, "2001:db8::1"), "source:2001:db8::1 :2001:db8::1 ::1", "source:[purged] :[purged] ::1"},
		{v(observable.Addr, "192.0.2.1"), "/192.0.2.1/32 face192.0.2.1 ::ffff:192.0.2.1", "/[purged]/32 face[purged] [purged]"},
		{v(observable.Addr, "2001:db8::1"), "[2001:DB8:0::1]:53 2001:db8::1%eth0 2001:db8::1:", "[[purged]]:53 [purged]%eth0 [purged]:"},
		{v(observable.Addr, "2001:db8::1"), "2001:db8::1:5 2001:db8::11 12001:db8::1", "2001:db8::1:5 2001:db8::11 12001:db8::1"},
		{v(observable.Addr, "2001:db8::"), "2001:db8::. 2001:db8:: 2001:db8::1", "[purged]. [purged] 2001:db8::1"},
		{v(observable.Prefix, "192.0.2.0/24"), "192.0.2.7/24 http://192.0.2.255:80/x ::ffff:192.0.2.9 192.0.2.0/24/x", "[purged]/24 http://[purged]:80/x [purged] [purged]/24/x"},
		{v(observable.Prefix, "192.0.2.0/24"), "192.0.3.1 1.192.0.2.9 192.0.0.0/16 7.2.0.192.in-addr.arpa", "192.0.3.1 1.192.0.2.9 192.0.0.0/16 [purged]"},
		{v(observable.Prefix, "2001:db8::/32"), "[2001:DB8:0::1]:53 2001:db9::1 2001:db8::/48", "[[purged]]:53 2001:db9::1 [purged]/48"},
		{v(observable.CommunityID, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="), "id=1:LQU9qZlK+B5F3KDmev6m5PMibrg=;", "id=[purged];"},
	} {
		trace := Of(tt.value)
		got, changed := trace.Blank(tt.in)
		if got != tt.want || changed != (tt.in != tt.want) || changed != trace.In(tt.in) {
			t.Errorf("%s in %q: left %q (%v), want %q", tt.value, tt.in, got, changed, tt.want)
		}
	}
}

func TestItself(t *testing.T) {
	trace := Of(observable.Of(observable.Domain, "example.org"))
	for in, want := range map[string]bool{
		"to example.org": true, "www.example.org.": true, "example.org/x": true, "example.org. Next": true, "ana@example.org": true,
		"example.org.uk": false, "example.org.log": false, "example.org-x.net": false, "my-example.org": false, "example.org.uk example.org": true,
	} {
		if got := trace.Itself(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

// FuzzTrace holds that what is blanked is gone, the rest stays, and a text that names the value alone is found.
func FuzzTrace(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "2001:db8::1", "example.org", "http://example.org/x", "ana@example.org", "192.0.2.0/24"} {
		f.Add(s, "seen "+s+":443, "+strings.ToUpper(s)+"\xff")
	}
	f.Fuzz(func(t *testing.T, value, text string) {
		v, err := observable.Parse(value)
		if err != nil {
			t.Skip()
		}
		trace := Of(v)
		for _, whole := range []string{v.String(), " " + v.String() + ",", "(" + v.String() + ")", text + " " + v.String() + "\n" + text} {
			if !trace.In(whole) {
				t.Errorf("%s is not found in %q", v, whole)
			}
		}
		out, changed := trace.Blank(text)
		if changed != trace.In(text) || !changed && out != text {
			t.Errorf("blanking %s in %q gave %q, %v", v, text, out, changed)
		}
		if changed && trace.In(strings.ReplaceAll(out, Blank, " ")) {
			t.Errorf("%s is left in %q of %q", v, out, text)
		}
		if back := strings.Count(out, Blank) - strings.Count(text, Blank); changed && back < 1 {
			t.Errorf("%d places blanked in %q", back, text)
		}
	})
}
