package size

import (
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1) }

// simple are costs that are easy to reckon with.
func simple() Costs {
	return Costs{
		LakeRow:    map[telemetry.Kind]float64{telemetry.KindFlow: 10, telemetry.KindDNS: 20, telemetry.KindEvent: 30},
		LedgerAddr: 1, LedgerName: 2, LedgerText: 3, Sealed: 5, Spare: 0.5, DayBudget: 1e6,
		FilterRow: 1, Table: 7, LakeFile: 11, Indicator: 2, SealedMem: 3, Base: 13,
		Addr: Growth{2, 0.5}, Name: Growth{1, 1}, Text: Growth{1, 1}, FlowPackets: 1,
	}
}

func TestEstimate(t *testing.T) {
	l := Load{
		FlowsPerSecond: 100, Sampling: 10, DNSPerSecond: 1, EventsPerSecond: 2,
		Shares:      [register.NumRowClasses]float64{register.RowsTransit: 0.25, register.RowsSubscriber: 0.25, register.RowsOwn: 0.5},
		NamesPerDay: 5e6, Subscribers: 1000, Indicators: 50,
	}
	if err := l.Validate(); err != nil {
		t.Fatal(err)
	}
	e := Of(l, simple())
	flows, dns, events := 10*86400.0, 86400.0, 2*86400.0
	lake := 0.0
	for i, want := range []LakePart{
		{register.RowsOwn, telemetry.KindFlow, flows / 2, flows / 2 * 10, 730, flows / 2 * 10 * 730},
		{register.RowsOwn, telemetry.KindDNS, dns / 2, dns / 2 * 20, 730, dns / 2 * 20 * 730},
		{register.RowsSubscriber, telemetry.KindFlow, flows / 4, flows / 4 * 10, 30, flows / 4 * 10 * 30},
		{register.RowsSubscriber, telemetry.KindDNS, dns / 4, dns / 4 * 20, 30, dns / 4 * 20 * 30},
		{register.RowsTransit, telemetry.KindFlow, flows / 4, flows / 4 * 10, 7, flows / 4 * 10 * 7},
		{register.RowsTransit, telemetry.KindDNS, dns / 4, dns / 4 * 20, 7, dns / 4 * 20 * 7},
		{register.RowsOwn, telemetry.KindEvent, events, events * 30, 730, events * 30 * 730},
	} {
		got := e.Lake[i]
		if got.Class != want.Class || got.Kind != want.Kind || got.Days != want.Days ||
			!near(got.RowsPerDay, want.RowsPerDay) || !near(got.BytesPerDay, want.BytesPerDay) || !near(got.Bytes, want.Bytes) {
			t.Errorf("lake part %d: %+v, want %+v", i, got, want)
		}
		lake += want.Bytes
	}
	addrs := 2 * math.Sqrt(flows*1.75+dns)
	ledger := 0.0
	for i, want := range []LedgerPart{
		{"addrs", false, false, addrs, addrs, 730, addrs * 730},
		{"names", true, true, 1e6, 2e6, 730, 2e6 * 730},
		{"texts", false, false, events, events * 3, 730, events * 3 * 730},
	} {
		got := e.Ledger[i]
		if got.Space != want.Space || got.Stated != want.Stated || got.Folded != want.Folded || got.Days != want.Days ||
			!near(got.RowsPerDay, want.RowsPerDay) || !near(got.BytesPerDay, want.BytesPerDay) || !near(got.Bytes, want.Bytes) {
			t.Errorf("ledger part %d: %+v, want %+v", i, got, want)
		}
		ledger += want.Bytes
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"bytes":  {e.Bytes(), lake + ledger + 5000},
		"disk":   {e.Disk(), 2 * (lake + ledger + 5000)},
		"a day":  {e.BytesPerDay(), flows*10 + dns*20 + events*30 + addrs + 2e6 + events*3},
		"heap":   {e.Heap(), 13 + 3*7 + 7*11 + 100 + 3000},
		"mapped": {e.Mapped(), 730 * (addrs + 1e6 + events)},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: %g, want %g", name, c.got, c.want)
		}
	}
}

func TestNothingNeedsNothing(t *testing.T) {
	e := Of(Load{}, Measured())
	if e.Bytes() != 0 || e.BytesPerDay() != 0 || len(e.Lake)+len(e.Ledger) != 0 {
		t.Errorf("nothing needs %g bytes", e.Bytes())
	}
	if days, all := e.DaysInto(0); days != 0 || !all {
		t.Errorf("nothing fits for %d days, all %t", days, all)
	}
}

func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		load Load
		say  []string
	}{
		"negative": {Load{FlowsPerSecond: -1, Indicators: math.Inf(1)}, []string{"flows per second are -1", "indicators are +Inf"}},
		"no number": {
			Load{DNSPerSecond: math.NaN(), Shares: [register.NumRowClasses]float64{math.NaN()}},
			[]string{"dns answers per second are NaN", "share of transit is NaN"},
		},
		"sampling": {Load{Sampling: 0.5}, []string{"sampling is 1:0.5"}},
		"shares":   {Load{Shares: [register.NumRowClasses]float64{0.5, 0.2, 0.2}}, []string{"add up to 0.9"}},
	} {
		err := c.load.Validate()
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, s := range c.say {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v, want it to say %q", name, err, s)
			}
		}
	}
}

// More of anything never needs less; a disk of the size that is named holds everything; the days that
// fit do fit, and a day more does not.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Float64Range(0, 1e6)
		l := Load{
			FlowsPerSecond: number.Draw(t, "flows"), DNSPerSecond: number.Draw(t, "dns"), EventsPerSecond: number.Draw(t, "events"),
			Sampling: rapid.SampledFrom([]float64{0, 1, 10, 1000}).Draw(t, "sampling"), Subscribers: number.Draw(t, "subscribers"), Indicators: number.Draw(t, "indicators"),
		}
		if err := l.Validate(); err != nil {
			t.Fatal(err)
		}
		c := Measured()
		e := Of(l, c)
		more := l
		switch rapid.IntRange(0, 3).Draw(t, "more of") {
		case 0:
			more.FlowsPerSecond *= 2
		case 1:
			more.DNSPerSecond *= 2
		case 2:
			more.Sampling = 1
		case 3:
			more.Subscribers *= 2
		}
		m := Of(more, c)
		if m.Bytes() < e.Bytes() || m.BytesPerDay() < e.BytesPerDay() || m.Heap() < e.Heap() || m.Mapped() < e.Mapped() {
			t.Fatalf("more needs less: %+v", more)
		}
		if _, all := e.DaysInto(e.Disk() * 1.0001); !all {
			t.Fatal("everything does not fit onto the disk that was asked for")
		}
		disk := e.Disk() * rapid.Float64Range(0, 0.999).Draw(t, "part of the disk")
		days, all := e.DaysInto(disk)
		room := disk * (1 - c.Spare)
		if all || e.Bytes() == 0 {
			return
		}
		if days > 0 && e.after(days) > room || e.after(days+1) <= room {
			t.Fatalf("%d days need %g, a day more %g, there is room for %g", days, e.after(days), e.after(days+1), room)
		}
	})
}

// The law of addresses goes through what the benchmark of looking back measured.
func TestGrowthMeetsWhatWasMeasured(t *testing.T) {
	for n, distinct := range map[float64]float64{10e3: 4_884, 640e3: 191_560, 2.6e6: 622_721, 10e6: 1_848_860} {
		if got := Measured().Addr.Of(n); math.Abs(got-distinct) > 0.25*distinct {
			t.Errorf("of %.0f ends %.0f are distinct, %.0f were measured", n, got, distinct)
		}
	}
	for _, g := range []Growth{Measured().Addr, Measured().Name, Measured().Text} {
		if g.Of(0) != 0 || g.Of(1) != 1 || g.Of(1e9) >= 1e9 {
			t.Errorf("%+v gives %g of none, %g of one, %g of a thousand million", g, g.Of(0), g.Of(1), g.Of(1e9))
		}
	}
}

// The costs of the vault are those its page states.
func TestVaultCostsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/vault.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "52 bytes a value") {
		t.Error("docs/format/vault.md does not state 52 bytes a value")
	}
}
