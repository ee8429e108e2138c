package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// huntFlags are the flags of hunt.
type huntFlags struct {
	node.Hunt
	data  string
	fresh bool

	noContent bool
	since     string
	from      telemetry.Day
	own       []string
	output    string
	to        string
	failOn    []string
	strict    bool
	explain   bool
	rawCSV    bool
	most      int
}

func (a *app) hunt() *cobra.Command {
	f := &huntFlags{}
	c := &cobra.Command{
		Use:   "hunt --telemetry PATH… [--intel PATH…] [--rules PATH…] | hunt --data DIR",
		Short: "Hunt in logs and flows, by published intelligence and by rules",
		Long: `Hunt reads telemetry, matches it against intelligence and asks the rules that the program comes with and those that are
given of it, and says what it found, in what it looked at, and what it could not look at. Nothing is kept and nothing leaves
the machine. Many rules compare with what you state as right: --registers (docs/registers.md).

With --data it holds the intelligence that was added to a data folder (intel add) against everything that was
taken into it (ingest), and keeps the findings there; --new shows only those that are new, or say something
else, since --new was last asked.

A PATH is a file, a folder, an archive (tar, zip) or - for standard input; gzip, zstd and bzip2 are undone.
Formats are recognised by content.
  intelligence  MISP events, feeds, galaxies and warning lists; STIX 2.1; KEV; CSV; Zeek intel; plain lists
  telemetry     Zeek logs (TSV and JSON), Suricata eve.json, JSON lines with ECS names, CSV (nfdump too), nfcapd files,
                syslog and any other text

Exit codes: 0 done, nothing found; 1 error; 2 wrong usage; 3 something was found (--fail-on sets what counts);
4 something could not be assessed (with --fail-on not-assessed).`,
		Example: `  stormglass hunt --intel misp-feed/ --telemetry /var/log/zeek/
  stormglass hunt --intel iocs.txt --telemetry logs.tar.gz --own 203.0.113.0/24 -o html --to report.html
  zcat core.log.gz | stormglass hunt --intel bundle.json --telemetry - -o jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.runHunt(c, f) },
	}
	fs := c.Flags()
	fs.StringArrayVarP(&f.Intel, "intel", "i", nil, "intelligence: file, folder, archive or - (repeatable)")
	fs.StringArrayVarP(&f.Rules.Rules, "rules", "r", nil, "Sigma rules: file or folder (repeatable)")
	fs.BoolVar(&f.noContent, "no-content", false, "without the rules that the program comes with (docs/coverage.md)")
	fs.StringArrayVar(&f.Rules.Pipelines, "pipelines", nil, "folder of pipelines for rules, beside those that are built in (repeatable)")
	fs.StringVar(&f.Rules.Geo, "geo", "", "folder of databases and routing tables (docs/geo.md), for rules that ask for countries, autonomous systems, access")
	fs.StringVar(&f.Registers, "registers", "", "folder of what you state as right (docs/registers.md), for rules that compare with it")
	fs.StringArrayVarP(&f.Telemetry, "telemetry", "t", nil, "telemetry: file, folder, archive or - (repeatable)")
	a.dataFlag(c, &f.data)
	fs.BoolVar(&f.fresh, "new", false, "with --data: only what is new or changed since --new was last asked")
	fs.StringVar(&f.since, "since", "", "with --data and --rules: ask the rules of what is held from this day on, as 2024-09-01 (default: of all)")
	fs.StringArrayVar(&f.own, "own", nil, "prefix of the operator's own addresses, besides the private ranges (repeatable); else Zeek's local flags, then private ranges")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json, jsonl, csv, html")
	fs.StringVar(&f.to, "to", "", "write the answer to this file instead of standard output")
	_ = c.MarkFlagFilename("to") // it has just been added
	fs.StringArrayVar(&f.failOn, "fail-on", []string{"informational"}, "lowest level that gives exit code 3, or not-assessed for exit code 4; replaces the default (repeatable)")
	fs.BoolVar(&f.strict, "strict", false, "exit code 1 when any record or item was skipped")
	fs.BoolVar(&f.explain, "explain-intel", false, "name every value of intelligence that was not used, and why")
	fs.BoolVar(&f.AllAttributes, "all-attributes", false, "also hunt values that their source does not mark for detection (MISP to_ids, STIX observed data)")
	fs.BoolVar(&f.rawCSV, "csv-raw", false, "CSV without the guard against spreadsheet formulas")
	fs.IntVar(&f.most, "max-findings", 50, "findings shown in the table; 0 shows all")
	fs.IntVar(&f.Workers, "workers", 0, "goroutines that decode and match; 0 is one a core")
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json", "jsonl", "csv", "html"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"informational", "low", "medium", "high", "critical", "not-assessed"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) runHunt(c *cobra.Command, f *huntFlags) error {
	limits, err := f.check()
	if err != nil {
		return usageError{err}
	}
	format, err := report.ParseFormat(f.output)
	if err != nil {
		return usageError{err}
	}
	a.spareMemory()
	if f.kept() {
		return a.huntKept(c.Context(), f, format, limits)
	}
	f.Rules.Content = !f.noContent
	f.Stdin, f.Version, f.Now, f.KeepNotes = a.stdin, version(), time.Now, f.explain
	bar := a.progress("hunting", f.Telemetry)
	f.Progress = bar.at
	r, err := f.Run(c.Context())
	bar.end()
	if err != nil {
		if r != nil && f.explain {
			err = errors.Join(err, report.WriteExplain(a.stdout, r))
		}
		return err
	}
	if err := a.tellHunt(f, format, r); err != nil {
		return err
	}
	if err := absent(slices.Concat(f.Intel, f.Telemetry)); err != nil {
		return err
	}
	return a.verdict(r, limits, f.strict)
}

func (a *app) tellHunt(f *huntFlags, format report.Format, r *hunt.Result) error {
	o := report.Options{
		Width: a.width(), Color: a.colour() && f.to == "", MaxFindings: f.most, ExplainIntel: f.explain, RawCSV: f.rawCSV,
	}
	if f.most == 0 {
		o.MaxFindings = -1
	}
	return a.deliver(f.to, slices.Concat(f.Intel, f.Telemetry), func(w io.Writer) error { return report.Write(w, format, r, o) })
}

// kept reports whether the hunt is one of a data folder.
func (f *huntFlags) kept() bool { return f.data != "" || f.fresh }

// huntKept hunts a data folder.
func (a *app) huntKept(ctx context.Context, f *huntFlags, format report.Format, limits failOn) error {
	var result *hunt.Result
	err := a.keeping(ctx, f.data, func(ctx context.Context, k *node.Keeper) error {
		defer func(was int) { k.Workers = was }(k.Workers)
		k.Workers = f.Workers
		told := func(context.Context) error { return nil }
		var err error
		switch {
		case f.fresh:
			result, told, err = k.HuntNew(ctx)
		case !f.Rules.None():
			result, err = k.HuntRulePaths(ctx, f.Rules, f.from)
		default:
			result, err = k.HuntAll(ctx)
		}
		if err != nil {
			return err
		}
		if err := a.tellHunt(f, format, result); err != nil {
			return err
		}
		return told(ctx)
	})
	if err != nil {
		return err
	}
	if data, err := a.data(f.data); err == nil {
		a.logRead(ctx, data, "hunt", result.Values, 0)
	}
	return a.verdict(result, limits, f.strict)
}

// absent reports the paths the user named that are not there: the rest was hunted, and a path
// mistyped must not pass in silence.
func absent(paths []string) error {
	var errs []error
	for _, p := range paths {
		if _, err := os.Stat(p); p != "-" && errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("%s: no such file or directory", p))
		}
	}
	return fault.Hint(fault.Invalid, errors.Join(errs...), "the answer above is about the other paths")
}

// failOn says what gives an exit code other than 0.
type failOn struct {
	level       hunt.Level
	found       bool
	notAssessed bool
}

// maxWorkers is more than any machine has cores for.
const maxWorkers = 256

func (f *huntFlags) check() (failOn, error) {
	var errs []error
	switch {
	case !f.kept() && len(f.Intel) == 0 && f.Rules.None() && f.noContent:
		errs = append(errs, errors.New("--intel and --rules are missing: what to look for, with --no-content"))
	case f.kept() && f.noContent:
		errs = append(errs, fmt.Errorf("--no-content goes with --telemetry; a data folder is without the program's own rules where %s lies in it", node.NoContent))
	case f.kept() && len(f.Intel)+len(f.Telemetry)+len(f.own) > 0:
		errs = append(errs, errors.New("--data hunts what was added to a data folder (intel add, ingest, registers/networks.yaml): it goes with none of --intel, --telemetry and --own"))
	case f.kept() && f.AllAttributes:
		errs = append(errs, errors.New("--all-attributes is not kept with a data folder; it goes with --intel"))
	}
	if f.since != "" {
		at, err := parseDay("--since", f.since)
		if f.data == "" || f.Rules.None() {
			err = errors.New("--since goes with --data and --rules")
		}
		f.from, errs = at, append(errs, err)
	}
	if f.fresh && !f.Rules.None() {
		errs = append(errs, errors.New("--new tells what is new of all that is in force: it does not go with --rules"))
	}
	if !f.kept() && len(f.Telemetry) == 0 {
		errs = append(errs, errors.New("--telemetry is missing: where to look"))
	}
	if slices.Contains(f.Intel, "-") && slices.Contains(f.Telemetry, "-") {
		errs = append(errs, errors.New("standard input can be intelligence or telemetry, not both"))
	}
	for _, s := range f.own {
		p, err := parseOwn(s)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.Own = append(f.Own, p)
	}
	if f.Workers < 0 || f.Workers > maxWorkers {
		errs = append(errs, fmt.Errorf("--workers is %d: must be 0 to %d", f.Workers, maxWorkers))
	}
	limits := failOn{level: hunt.Critical}
	for _, s := range f.failOn {
		if s == "not-assessed" {
			limits.notAssessed = true
			continue
		}
		l, err := hunt.ParseLevel(s)
		if err != nil {
			errs = append(errs, fmt.Errorf("--fail-on: %w, and not-assessed", err))
			continue
		}
		limits.level, limits.found = min(limits.level, l), true
	}
	return limits, errors.Join(errs...)
}

func parseOwn(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("--own %q is neither a prefix nor an address", s)
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// verdict turns a result into an exit code; an error beats a finding.
func (a *app) verdict(r *hunt.Result, on failOn, strict bool) error {
	total, _, _, _ := r.Records()
	switch worst, found := r.Worst(); {
	case total == 0:
		return fault.Hint(fault.Invalid, errors.New("no telemetry could be read, so nothing was assessed"),
			"stormglass inspect PATH says what each file is and why it was not read")
	case strict && r.Incomplete():
		return fault.Wrap(fault.Invalid, errors.New("--strict: some of what was given was not read; the coverage part of the answer says what"))
	case found && on.found && worst >= on.level:
		a.code = exitFound
	case on.notAssessed && r.NotAssessed():
		a.code = exitNotAssessed
	}
	return nil
}
