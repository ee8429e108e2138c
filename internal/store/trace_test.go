package store

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
		{v(observable.Addr, "192.0.2.1"), "192.0.2.10 1192.0.2.1 192.0.2.1.5 7.192.0.2.1 19.2.0.2.1", "192.0.2.10 1192.0.2.1 192.0.2.1.5 7.192.0.2.1 19.2.0.2.1"},
		{v(observable.Addr, "192.0.2.1"), "/192.0.2.1/32 face192.0.2.1 ::ffff:192.0.2.1", "/[purged]/32 face[purged] [purged]"},
		{v(observable.Addr, "2001:db8::1"), "[2001:DB8:0::1]:53 2001:db8::1%eth0 2001:db8::1:", "[[purged]]:53 [purged]%eth0 [purged]:"},
		{v(observable.Addr, "2001:db8::1"), "2001:db8::1:5 2001:db8::11 12001:db8::1", "2001:db8::1:5 2001:db8::11 12001:db8::1"},
		{v(observable.Addr, "2001:db8::"), "2001:db8::. 2001:db8:: 2001:db8::1", "[purged]. [purged] 2001:db8::1"},
		{v(observable.Prefix, "192.0.2.0/24"), "192.0.2.7/24 192.0.2.0/25 192.0.2.0 192.0.2.0/24/x", "[purged] 192.0.2.0/25 192.0.2.0 [purged]/x"},
		{v(observable.CommunityID, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="), "id=1:LQU9qZlK+B5F3KDmev6m5PMibrg=;", "id=[purged];"},
	} {
		trace := newTrace(tt.value)
		got, changed := trace.blank(tt.in)
		if got != tt.want || changed != (tt.in != tt.want) || changed != trace.in(tt.in) {
			t.Errorf("%s in %q: left %q (%v), want %q", tt.value, tt.in, got, changed, tt.want)
		}
	}
}

func TestBlankJSON(t *testing.T) {
	trace := newTrace(observable.Of(observable.FileName, `a"b\c`))
	got, changed, err := trace.blankJSON(`{"a\"b\\c":["x a\u0022b\\C",1.50,null,{"n":[true]}],"a":"a\"b"}`)
	if want := `{"[purged]":["x [purged]",1.50,null,{"n":[true]}],"a":"a\"b"}`; got != want || !changed || err != nil {
		t.Errorf("got %s, %v, %v", got, changed, err)
	}
	if _, _, err := trace.blankJSON(`{"a":`); err == nil {
		t.Error("broken JSON passed")
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
		trace := newTrace(v)
		for _, whole := range []string{v.String(), " " + v.String() + ",", "(" + v.String() + ")", text + " " + v.String() + "\n" + text} {
			if !trace.in(whole) {
				t.Errorf("%s is not found in %q", v, whole)
			}
		}
		out, changed := trace.blank(text)
		if changed != trace.in(text) || !changed && out != text {
			t.Errorf("blanking %s in %q gave %q, %v", v, text, out, changed)
		}
		if changed && trace.in(strings.ReplaceAll(out, Blank, " ")) {
			t.Errorf("%s is left in %q of %q", v, out, text)
		}
		if back := strings.Count(out, Blank) - strings.Count(text, Blank); changed && back < 1 {
			t.Errorf("%d places blanked in %q", back, text)
		}
		said, err := encode(texts([]string{text}))
		if err != nil {
			t.Fatal(err)
		}
		blanked, inJSON, err := trace.blankJSON(said)
		if err != nil || !inJSON && blanked != said {
			t.Errorf("JSON %s became %s, %v, %v", said, blanked, inJSON, err)
		}
		if inJSON && trace.in(strings.ReplaceAll(blanked, Blank, " ")) && !strings.ContainsAny(v.String(), `[]",\`) {
			t.Errorf("%s is left in JSON %s", v, blanked)
		}
	})
}
