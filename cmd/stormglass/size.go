package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/register"
	"stormglass/internal/report"
	"stormglass/internal/size"
	"stormglass/internal/telemetry"
)

// sizeFlags are the flags of size.
type sizeFlags struct {
	size.Load
	subscriber, transit     float64
	unstated                bool
	disk, retention, output string
}

func (a *app) size() *cobra.Command {
	f := &sizeFlags{}
	c := &cobra.Command{
		Use:   "size --flows-per-second N",
		Short: "Estimate the disk and the memory that a load needs",
		Long: `Size reckons what a data folder will take: records by class, the ledger of values seen, memory, and how many days fit onto
a disk. It knows nothing of the network but what it is told, and names every number it used: what was measured, and what
is assumed.

Records with an end in the operator's own systems are kept long, those of subscribers and of transit shortly: how many
are which decides most. Without networks.yaml all are own (--no-networks).`,
		Example: `  stormglass size --flows-per-second 20000 --sampling 100 --dns-per-second 3000 --disk 4TB
  stormglass size --flows-per-second 5000 --subscriber-share 0.7 --transit-share 0.2 --retention retention.yaml`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.runSize(f) },
	}
	fs := c.Flags()
	fs.Float64Var(&f.FlowsPerSecond, "flows-per-second", 0, "flows that the exporters would send without sampling")
	fs.Float64Var(&f.Sampling, "sampling", 1, "one packet of so many is looked at")
	fs.Float64Var(&f.DNSPerSecond, "dns-per-second", 0, "answers of DNS")
	fs.Float64Var(&f.EventsPerSecond, "events-per-second", 0, "events: syslog, AAA and the like")
	fs.Float64Var(&f.AddrsPerDay, "distinct-per-day", 0, "distinct addresses in a day (default: estimated)")
	fs.Float64Var(&f.NamesPerDay, "names-per-day", 0, "distinct names in a day (default: estimated)")
	fs.Float64Var(&f.subscriber, "subscriber-share", 0.5, "share of flows and DNS whose only end with the operator is a subscriber")
	fs.Float64Var(&f.transit, "transit-share", 0, "share of flows and DNS that only pass through; the rest is own")
	fs.BoolVar(&f.unstated, "no-networks", false, "without networks.yaml: all are own")
	fs.Float64Var(&f.Subscribers, "subscribers", 0, "addresses of subscribers that the vault seals")
	fs.Float64Var(&f.Indicators, "indicators", 100_000, "values of intelligence")
	fs.StringVar(&f.retention, "retention", "", "retention.yaml that says how long what is kept (default: the defaults)")
	fs.StringVar(&f.disk, "disk", "", "disk to fit it onto, as 500GB or 4TB")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json")
	return c
}

func (a *app) runSize(f *sizeFlags) error {
	format, err := tableOrJSON(f.output)
	if err != nil {
		return err
	}
	if f.FlowsPerSecond == 0 && f.DNSPerSecond == 0 && f.EventsPerSecond == 0 {
		return usageError{errors.New("nothing to estimate: --flows-per-second, --dns-per-second and --events-per-second say how much comes in")}
	}
	if f.unstated {
		f.subscriber, f.transit = 0, 0
	}
	f.Shares[register.RowsSubscriber], f.Shares[register.RowsTransit], f.Shares[register.RowsOwn] = f.subscriber, f.transit, 1-f.subscriber-f.transit
	disk, err := parseBytes(f.disk)
	if err != nil {
		return usageError{err}
	}
	if f.subscriber+f.transit > 1 {
		return usageError{errors.New("--subscriber-share and --transit-share are more than 1 together")}
	}
	if err := f.Validate(); err != nil {
		return usageError{err}
	}
	if f.retention != "" {
		if _, err := os.Stat(f.retention); err != nil { // a register that is not there would be the defaults
			return fault.Wrap(fault.Invalid, fmt.Errorf("--retention: %w", err))
		}
		r, err := register.Load(retentionAlone{f.retention})
		if err != nil {
			return fmt.Errorf("--retention %s: %w", f.retention, err)
		}
		f.Retention = r.Retention
	}
	e := size.Of(f.Load, size.Measured())
	r := sized(f, &e, disk)
	return a.deliver("", nil, func(w io.Writer) error { return report.WriteSize(w, format, r, a.reportOptions()) })
}

// retentionAlone is a folder of registers with nothing but a retention.yaml, which lies anywhere.
type retentionAlone struct{ path string }

// Open implements fs.FS.
func (r retentionAlone) Open(name string) (fs.File, error) {
	if name != "registers/retention.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.Open(r.path)
}

// parseBytes reads a size such as 500GB or 4TB: decimal units, as on the disk's box.
func parseBytes(s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	text := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
	for _, u := range []struct {
		unit  string
		bytes float64
	}{{"PB", 1e15}, {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}} {
		n, ok := strings.CutSuffix(text, u.unit)
		if !ok {
			continue
		}
		if v, err := strconv.ParseFloat(n, 64); err == nil && v > 0 && v < 1e6 {
			return v * u.bytes, nil
		}
	}
	return 0, fmt.Errorf("--disk %q is no size: write 500GB or 4TB", s)
}

func sized(f *sizeFlags, e *size.Estimate, disk float64) *report.Size {
	r := &report.Size{
		Vault: e.Vault, PerDay: e.BytesPerDay(), Total: e.Bytes(), Disk: e.Disk(), Spare: e.Costs.Spare, Given: disk, Heap: e.Heap(), Mapped: e.Mapped(),
	}
	if disk > 0 {
		r.Fits, r.FitsAll = e.DaysInto(disk)
	}
	for _, p := range e.Lake {
		r.Lake = append(r.Lake, report.SizePart{
			Class: p.Class.String(), What: p.Kind.String() + " records", RowsPerDay: p.RowsPerDay, BytesADay: p.BytesPerDay, Days: p.Days, Bytes: p.Bytes,
		})
	}
	for _, p := range e.Ledger {
		x := report.SizePart{Class: "ledger", What: spaceName(p.Space), RowsPerDay: p.RowsPerDay, BytesADay: p.BytesPerDay, Days: p.Days, Bytes: p.Bytes}
		switch {
		case p.Folded:
			x.Note = fmt.Sprintf("more than %.0f million a day are folded, and answers about those say so", e.Costs.DayBudget/1e6)
		case !p.Stated:
			x.Note = "the number of distinct ones is estimated; who knows it says it"
		}
		r.Ledger = append(r.Ledger, x)
	}
	for _, h := range e.Memory {
		if h.Bytes > 0 {
			r.Memory = append(r.Memory, report.SizeHolder(h))
		}
	}
	r.Measured, r.Assumed = costs(f, &e.Costs)
	return r
}

func spaceName(space string) string {
	switch space {
	case "addrs":
		return "addresses"
	case "texts":
		return "other values"
	}
	return space
}

// costs names the numbers that an estimate rests on (size.Measured says where they come from).
func costs(f *sizeFlags, c *size.Costs) (measured, assumed []report.SizeCost) {
	bytes := func(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) + " bytes" }
	law := func(g size.Growth) string { return fmt.Sprintf("%g × seen^%g", g.K, g.B) }
	measured = []report.SizeCost{
		{What: "a flow record", Value: bytes(c.LakeRow[telemetry.KindFlow])},
		{What: "an address on a day in the ledger", Value: bytes(c.LedgerAddr)},
		{What: "a sealed value", Value: bytes(c.Sealed) + " on disk, " + bytes(c.SealedMem) + " of memory"},
		{What: "an indicator", Value: bytes(c.Indicator) + " of memory"},
	}
	assumed = []report.SizeCost{
		{What: "a DNS record, an event", Value: bytes(c.LakeRow[telemetry.KindDNS]) + ", " + bytes(c.LakeRow[telemetry.KindEvent])},
		{What: "a name, another value on a day in the ledger", Value: bytes(c.LedgerName) + ", " + bytes(c.LedgerText)},
		{What: "distinct addresses of a day", Value: law(c.Addr) + " (one day of 3.3 million ends was measured)"},
		{What: "distinct names, other values of a day", Value: law(c.Name) + ", " + law(c.Text)},
		{What: "packets of a mean flow", Value: strconv.FormatFloat(c.FlowPackets, 'f', -1, 64)},
	}
	if !f.unstated {
		assumed = append(assumed, report.SizeCost{
			What: "shares of flows and DNS", Value: fmt.Sprintf("%.3g subscriber, %.3g transit, %.3g own", f.subscriber, f.transit, f.Shares[register.RowsOwn]),
		})
	}
	return measured, assumed
}
