package main

import (
	"testing"
	"time"
)

func TestParseUntil(t *testing.T) {
	now := time.Date(2026, 3, 10, 15, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		in, want string // the first moment after; empty: refused
	}{
		{"2026-03-10", "2026-03-11"},
		{"2026-04-30", "2026-05-01"},
		{"0d", "2026-03-11"},
		{"30d", "2026-04-10"},
		{"2w", "2026-03-25"},
		{"2026-03-09", ""},
		{"30", ""},
		{"-3d", ""},
		{"3dd", ""},
		{"soon", ""},
	} {
		got, err := parseUntil(c.in, now)
		switch {
		case (err != nil) != (c.want == ""):
			t.Errorf("%s: error %v", c.in, err)
		case err == nil && got.Format(time.DateOnly+" 15:04") != c.want+" 00:00":
			t.Errorf("%s: ends %s, want the beginning of %s", c.in, got, c.want)
		}
	}
	if got, err := parseUntil("", now); err != nil || !got.IsZero() {
		t.Errorf("nothing said gives %s, %v", got, err)
	}
}

func TestParseBytes(t *testing.T) {
	for in, want := range map[string]float64{"": 0, "4TB": 4e12, "500 gb": 5e11, "1.5PB": 1.5e15, "250MB": 2.5e8} {
		if got, err := parseBytes(in); err != nil || got != want {
			t.Errorf("%q gives %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"4", "TB", "-1TB", "0GB", "4XB", "NaNTB", "1e9PB"} {
		if got, err := parseBytes(in); err == nil {
			t.Errorf("%q gives %v", in, got)
		}
	}
}
