package report

import (
	"strings"
	"testing"
)

func TestCheckText(t *testing.T) {
	made := CheckFault{What: "ledger/a.seg", Repaired: "made again from the rows of the lake"}
	aside := CheckFault{What: "lake/a.parquet", Repaired: "moved to quarantine", Lost: true}
	left := CheckFault{What: "stormglass.db", Advice: "put it back from a backup"}
	open := CheckFault{What: "lake/a.parquet"}
	for _, c := range []struct {
		faults []CheckFault
		want   string
		hint   bool // that --repair would do something
	}{
		{nil, "No fault was found in d.", false},
		{[]CheckFault{made}, "1 fault in d: all repaired, nothing is lost.", false},
		{[]CheckFault{aside, made}, "2 faults in d: 1 repaired, 1 moved aside, with what it held lost.", false},
		{[]CheckFault{aside, left}, "2 faults in d: 1 moved aside, with what it held lost, 1 left.", false},
		{[]CheckFault{left}, "1 fault in d.", false},
		{[]CheckFault{open, left}, "2 faults in d.", true},
	} {
		var b strings.Builder
		if err := WriteCheck(&b, Table, &Check{Data: "d", Faults: c.faults}, Options{}); err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(b.String(), "\n"); first != c.want {
			t.Errorf("got  %s\nwant %s", first, c.want)
		}
		if got := strings.Contains(b.String(), "stormglass check --repair"); got != c.hint {
			t.Errorf("%s: the hint is there: %v, want %v", c.want, got, c.hint)
		}
	}
}

func TestWhyText(t *testing.T) {
	for in, want := range map[string]string{
		"a.parquet is damaged: its SHA-256 is wrong":     "damaged: its SHA-256 is wrong",
		"segment a.parquet is damaged at byte 16: short": "damaged at byte 16: short",
		"open a.parquet: permission denied":              "open a.parquet: permission denied",
	} {
		if got := whyText("a.parquet", in); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
