package telemetry_test

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

func TestParseUint(t *testing.T) {
	for in, want := range map[string]uint64{"0": 0, "007": 7, "18446744073709551615": 1<<64 - 1} {
		if got, ok := telemetry.ParseUint(in); !ok || got != want {
			t.Errorf("%s: %d %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "-1", "+1", "1.0", "18446744073709551616", "99999999999999999999", "000000000000000000001", "1 "} {
		if got, ok := telemetry.ParseUint(in); ok {
			t.Errorf("%q: %d", in, got)
		}
	}
}

func TestParseAddr(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "0.0.0.0": "0.0.0.0", "255.255.255.255": "255.255.255.255", "2001:db8::1": "2001:db8::1",
		"::": "::", "::1": "::1", "::ffff:192.0.2.1": "192.0.2.1", "fe80::1%eth0": "fe80::1", "2001:DB8::A": "2001:db8::a",
	} {
		if got := telemetry.ParseAddr(in); got != netip.MustParseAddr(want) {
			t.Errorf("%s: %s", in, got)
		}
	}
	for _, in := range []string{"", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1.", ".192.0.2", "192..2.1", "bad", "bad:", "192.0.2.1 ", "1::2::3", "192.0.2.1:80"} {
		if got := telemetry.ParseAddr(in); got.IsValid() {
			t.Errorf("%q: %s", in, got)
		}
	}
}

// TestParseAddrLaw compares with net/netip.
func TestParseAddrLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9]{0,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{0,3}[.:]?`).Draw(t, "s")
		want, err := netip.ParseAddr(s)
		if got := telemetry.ParseAddr(s); got.IsValid() != (err == nil) || err == nil && got != want {
			t.Fatalf("%q: %s, want %s %v", s, got, want, err)
		}
	})
}

// TestParseSecondsLaw compares with exact rationals.
func TestParseSecondsLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`-?[0-9]{1,10}(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?`).Draw(t, "s")
		exact, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Skip()
		}
		nanos := exact.Mul(exact, big.NewRat(1e9, 1))
		half := big.NewRat(1, 2)
		if nanos.Sign() < 0 {
			half.Neg(half)
		}
		nanos.Add(nanos, half)
		want := new(big.Int).Quo(nanos.Num(), nanos.Denom()) // towards zero: half away from it
		got, ok := telemetry.ParseSeconds(s)
		switch {
		case ok && big.NewInt(int64(got)).Cmp(want) != 0:
			t.Fatalf("%s: %d, want %s", s, got, want)
		case !ok && want.IsInt64() && new(big.Int).Abs(want).Cmp(big.NewInt(9e18)) < 0:
			t.Fatalf("%s refused, is %s", s, want)
		}
	})
}

func TestParseSecondsRefuses(t *testing.T) {
	for _, in := range []string{"", "-", ".", ".5", "1.", "1e", "1e+", "x", "1x", "1.5x", "1e999", "99999999999", "9223372037", "0x10", "NaN", "1,5"} {
		if d, ok := telemetry.ParseSeconds(in); ok && in != ".5" && in != "1." {
			t.Errorf("%q: %v", in, d)
		}
	}
}

func TestParseISO8601(t *testing.T) {
	tests := []struct {
		in, want string
		n        int
		zoned    bool
	}{
		{"2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z", 20, true},
		{"2024-01-02 03:04", "2024-01-02T03:04:00Z", 16, false},
		{"2024-01-02T03:04:05.678901+0000 x", "2024-01-02T03:04:05.678901Z", 31, true},
		{"2024-01-02T03:04:05,5-07:30", "2024-01-02T10:34:05.5Z", 27, true},
		{"2013-11-07 10:54:25,2013-11-07 10:56:14", "2013-11-07T10:54:25Z", 19, false},
		{"2026/11/20 10:00:00", "2026-11-20T10:00:00Z", 19, false},
		{"2026/11-20 10:00:00", "", 0, false},
		{"2013-11-07 10:54:25,10.0.0.1", "2013-11-07T10:54:25Z", 19, false},
		{"2024-01-02T03:04:05+02", "2024-01-02T01:04:05Z", 22, true},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", 20, true},
		{"0000-01-01T00:00:00Z", "", 20, true},
		{"9999-12-31T23:59:59Z", "", 20, true},
		{"2023-02-29T00:00:00Z", "", 20, true},
		{"2024-01-02T03:04:05-99:99", "", 0, false},
		{"2024-01-02T24:04:05Z", "", 0, false},
		{"2024-01-02", "", 0, false},
		{"2024-01-02T03:04:05.123456789123Z", "2024-01-02T03:04:05.123456789Z", 33, true},
	}
	for _, tt := range tests {
		got, n, zoned := telemetry.ParseISO8601(tt.in)
		text := ""
		if got.Known() {
			text = got.Time().Format(time.RFC3339Nano)
		}
		if text != tt.want || n != tt.n || zoned != tt.zoned {
			t.Errorf("%s: %s %d %v", tt.in, text, n, zoned)
		}
	}
}

// TestCivilLaw compares with the time package.
func TestCivilLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, m, d := rapid.IntRange(1969, 2201).Draw(t, "y"), rapid.IntRange(0, 13).Draw(t, "m"), rapid.IntRange(0, 32).Draw(t, "d")
		clock := time.Duration(rapid.Int64Range(0, 86400e9-1).Draw(t, "clock"))
		day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		want := telemetry.Instant(0)
		if day.Year() == y && int(day.Month()) == m && day.Day() == d {
			want = telemetry.InstantOf(day.Add(clock))
		}
		if got := telemetry.Civil(y, m, d, clock); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}

func TestParseEpochAny(t *testing.T) {
	for _, in := range []string{"1704164645", "1704164645.000", "1704164645000", "1704164645000000", "1704164645000000000"} {
		if got := telemetry.ParseEpochAny(in); got.Time().Format(time.RFC3339) != "2024-01-02T03:04:05Z" {
			t.Errorf("%s: %s", in, got.Time())
		}
	}
	for _, in := range []string{"", "-1", "x", "99999999999", strings.Repeat("9", 30), "0"} {
		if got := telemetry.ParseEpochAny(in); got.Known() {
			t.Errorf("%s: %s", in, got.Time())
		}
	}
}

func TestParseTransport(t *testing.T) {
	for in, want := range map[string]uint8{"tcp": 6, "UDP": 17, "Icmp": 1, "IPv6-ICMP": 58, "132": 132, "sctp": 132, "256": 0, "": 0, "x": 0} {
		if got := telemetry.ParseTransport(in); got != want {
			t.Errorf("%s: %d", in, got)
		}
	}
}

func TestAddTextMovesASpan(t *testing.T) {
	var b telemetry.Batch
	var one, two telemetry.Span
	b.AddText(&one, "a")
	b.AddText(&two, "x")
	b.AddText(&one, "b")
	b.AddText(&two, "y")
	if got := fmt.Sprint(b.TextsOf(one), b.TextsOf(two)); got != "[a b] [x y]" {
		t.Error(got)
	}
}

// TestAssignEverywhere gives every field of every schema a value and reads it back.
func TestAssignEverywhere(t *testing.T) {
	values := map[telemetry.Type]string{
		telemetry.TypeText: "abc", telemetry.TypeInt: "17", telemetry.TypeAddr: "192.0.2.1", telemetry.TypeTime: "2024-01-02T03:04:05Z", telemetry.TypeTexts: "abc",
	}
	set := map[telemetry.FieldID]bool{telemetry.FieldOriginal: true, telemetry.FieldTCPFlags: true} // not by text
	for k := range telemetry.NumKinds {
		var s telemetry.Set
		b := s.Batch(k)
		i := b.Append(1)
		for _, f := range telemetry.Schema(k) {
			if set[f.ID] {
				continue
			}
			value := values[f.Type]
			if f.ID == telemetry.FieldDirection {
				value = "egress"
			}
			if got := b.Assign(i, f.ID, value); got != telemetry.Taken {
				t.Errorf("%s %s: %d", k, f.ID.String(), got)
			}
			ok := true
			switch f.Type {
			case telemetry.TypeText:
				ok = f.Text(b, i) == value
			case telemetry.TypeInt:
				n, known := f.Int(b, i)
				ok = known && (n == 17 || n == 17e9)
			case telemetry.TypeAddr:
				ok = f.Addr(b, i).IsValid()
			case telemetry.TypeTime:
				ok = f.Time(b, i).Known()
			case telemetry.TypeTexts:
				ok = len(f.Texts(b, i)) == 1
			}
			if !ok {
				t.Errorf("%s %s: not what was assigned", k, f.ID.String())
			}
		}
	}
}
