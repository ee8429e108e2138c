package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// seenFlags are the flags of seen.
type seenFlags struct {
	data, output, since, until string
	exact, rows, all, rawCSV   bool
	most                       int
	o                          seen.Options
}

func (a *app) seen() *cobra.Command {
	f := &seenFlags{}
	c := &cobra.Command{
		Use:   "seen --data DIR VALUE…|-",
		Short: "Say whether values were ever seen: when, how often, in which role, with which systems",
		Long: `Seen looks values up in what was taken into a data folder. A VALUE is an address, a prefix, a domain (and all
names below it), a URL, a hash, an e-mail address or another kind of value as "kind:value", in any spelling, defanged too; -
reads one a line from standard input.

Answers come from the ledger, which keeps every value by day: they cost milliseconds, however much was recorded.
--rows fetches the records themselves, as far as they are still kept. A value that was not met was not met
on the days that are held; what is not kept by policy, or not one by one, says so.

Exit codes: 0 nothing was seen; 1 error; 2 wrong usage; 3 something was seen.`,
		Example: `  stormglass seen --data /srv/stormglass 203.0.113.7 'evil[.]example' 198.51.100.0/24
  stormglass seen --data /srv/stormglass --since 2026-05-01 -o csv - < indicators.txt
  stormglass seen --data /srv/stormglass --rows hxxp://evil[.]example/a.php`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.runSeen(c.Context(), f, args) },
	}
	a.dataFlag(c, &f.data)
	fs := c.Flags()
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json, jsonl, csv")
	fs.StringVar(&f.since, "since", "", "first day asked for, as 2006-01-02, or how long ago, as 30d")
	fs.StringVar(&f.until, "until", "", "last day asked for, as --since")
	fs.BoolVar(&f.exact, "exact", false, "of a domain that name alone, without the names below it")
	fs.BoolVar(&f.rows, "rows", false, "fetch the records, too")
	fs.IntVar(&f.most, "max-rows", 20, "records fetched for each value with --rows, the earliest")
	fs.BoolVar(&f.all, "all", false, "in a long table also list what was not seen")
	fs.BoolVar(&f.rawCSV, "csv-raw", false, "CSV without the guard against spreadsheet formulas")
	return c
}

// maxQuestions bounds what one call asks.
const maxQuestions = 1_000_000

func (a *app) runSeen(ctx context.Context, f *seenFlags, args []string) error {
	format, err := report.ParseFormat(f.output)
	if err != nil || format == report.HTML {
		return usageError{fmt.Errorf("-o %q: seen writes table, json, jsonl or csv", f.output)}
	}
	if err := f.check(); err != nil {
		return usageError{err}
	}
	data, err := a.data(f.data)
	if err != nil {
		return err
	}
	questions, err := a.questions(args, f.exact)
	if err != nil {
		return err
	}
	f.o.Version = version()
	r, err := node.Seen(ctx, data, questions, f.o)
	if err != nil {
		return err
	}
	a.logRead(ctx, data, "seen", len(questions), subscribers(questions))
	o := report.Options{Width: a.width(), Color: a.colour(), All: f.all, RawCSV: f.rawCSV}
	if err := a.deliver("", nil, func(w io.Writer) error { return report.WriteSeen(w, format, r, o) }); err != nil {
		return err
	}
	return a.seenCode(r)
}

// subscribers counts the questions about subscribers.
func subscribers(questions []seen.Question) int {
	n := 0
	for i := range questions {
		if questions[i].Value.Kind().Subscriber() {
			n++
		}
	}
	return n
}

// seenCode turns answers into an exit code. Error beats found.
func (a *app) seenCode(r *seen.Result) error {
	if n := r.Count(seen.NoValue); n > 0 && n == len(r.Answers) {
		return fault.Hint(fault.Invalid, errors.New("none of what was asked for is a value that can be looked up"), "kind:value states what a value is, as in filename:invoice.exe")
	}
	if n := r.Count(seen.NotAssessed); n > 0 {
		return fault.Hint(fault.Internal, fmt.Errorf("%d values were not assessed: a part of the ledger cannot be read", n), "stormglass check --repair makes of it what can be made")
	}
	if r.Count(seen.Seen) > 0 {
		a.code = exitFound
	}
	return nil
}

func (f *seenFlags) check() error {
	var err1, err2, err3 error
	f.o.Since, err1 = parseDay("--since", f.since)
	f.o.Until, err2 = parseDay("--until", f.until)
	if f.o.Until != 0 && f.o.Since > f.o.Until {
		err3 = errors.New("--since is after --until")
	}
	if f.rows {
		if f.most < 1 {
			err3 = errors.Join(err3, errors.New("--max-rows must be 1 or more"))
		}
		f.o.Rows = f.most
	}
	return errors.Join(err1, err2, err3)
}

// parseDay reads a day, or how many days (d), weeks (w) or years (y) ago.
func parseDay(flag, s string) (telemetry.Day, error) {
	if s == "" {
		return 0, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		if day := telemetry.InstantOf(t).Day(); day > 0 {
			return day, nil
		}
		return 0, fmt.Errorf("%s %s: no record that has a time is of such a day", flag, s)
	}
	var n int
	var unit byte
	if _, err := fmt.Sscanf(s, "%d%c", &n, &unit); err == nil && n >= 0 && n < 100_000 {
		if days, ok := map[byte]int{'d': 1, 'w': 7, 'y': 365}[unit]; ok && len(s) == len(fmt.Sprintf("%d%c", n, unit)) {
			if day := int64(telemetry.InstantOf(time.Now()).Day()) - int64(n)*int64(days); day > 0 {
				return telemetry.Day(day), nil
			}
			return 0, fmt.Errorf("%s %s: that is before 1970", flag, s)
		}
	}
	return 0, fmt.Errorf("%s %q is neither a day (2006-01-02) nor how long ago (30d, 8w, 1y)", flag, s)
}

// questions reads the values asked for; "-" stands for the lines of standard input. Empty lines and those
// that begin with # are passed over.
func (a *app) questions(args []string, exact bool) ([]seen.Question, error) {
	var out []seen.Question
	for _, arg := range args {
		if arg != "-" {
			out = append(out, seen.Parse(arg, exact))
			continue
		}
		s := bufio.NewScanner(a.stdin)
		s.Buffer(make([]byte, 0, 64<<10), 1<<20)
		for s.Scan() {
			if line := strings.TrimSpace(s.Text()); line != "" && line[0] != '#' {
				out = append(out, seen.Parse(line, exact))
			}
			if len(out) > maxQuestions {
				return nil, fault.Wrap(fault.Invalid, fmt.Errorf("more than %d values were asked for", maxQuestions))
			}
		}
		if err := s.Err(); err != nil {
			return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read values: %w", err))
		}
	}
	if len(out) == 0 {
		return nil, fault.Wrap(fault.Invalid, errors.New("no value was asked for"))
	}
	return out, nil
}
