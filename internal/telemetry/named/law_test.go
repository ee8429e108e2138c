package named_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/named"
	"stormglass/internal/telemetry/named/namedtest"
)

// TestLawPlanted: of no line in a form of the table anything stays that was planted.
func TestLawPlanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, message, values := namedtest.Draw(t)
		l, is := named.Read(f.Program, message)
		if !is || f.Known() && !l.Known {
			t.Fatalf("%s: %q is read: %v, known: %v", f.Program, message, is, l.Known)
		}
		left := telemetry.Redact(l.Text) // what stands behind a slash is taken for a secret
		if v := namedtest.Left(left, values); v != "" {
			t.Fatalf("%q\nleaves %q\nof which %q was planted", message, left, v)
		}
	})
}

// FuzzRead: a hardware address between anything is taken out of every server's line, and what is left is a line with as many marks as
// names, or with marks of names that are not kept.
func FuzzRead(f *testing.F) {
	for _, one := range namedtest.Forms {
		before, after, _ := strings.Cut(one.Text, "%")
		f.Add(one.Program, before, after)
	}
	f.Add("radiusd", "Login OK: [a", "] (from client x cli")
	f.Add("accel-ppp", "ppp0:a: a", ": authentication succeeded")
	f.Fuzz(func(t *testing.T, program, before, after string) {
		const mac = "a0:01:5e:ef:53:0c"
		message := before + " " + mac + " " + after
		l, is := named.Read(program, message)
		if !is {
			if l.Text != "" || l.Who != nil {
				t.Fatalf("no line, but %+v", l)
			}
			return
		}
		kept := false
		for _, own := range []string{"Listening on ", "Sending on ", "available DHCP ", "DHCP, ", "DHCPv6, "} {
			kept = kept || strings.Contains(message, own)
		}
		if strings.Contains(l.Text, mac) && !kept {
			t.Fatalf("%q leaves %q", message, l.Text)
		}
		for i, who := range l.Who {
			if kind, value, ok := strings.Cut(who, ":"); !ok || kind == "" || value == "" || !strings.Contains(l.Text, named.Mark(i+1)) {
				t.Fatalf("%q gives %q and %q", message, l.Text, l.Who)
			}
		}
	})
}
