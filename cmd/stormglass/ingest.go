package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

// ingestFlags are the flags of ingest.
type ingestFlags struct {
	node.Ingest
	data, output string
	strict       bool
}

func (a *app) ingest() *cobra.Command {
	f := &ingestFlags{}
	c := &cobra.Command{
		Use:   "ingest --data DIR PATH…",
		Short: "Take telemetry into a data folder, to look back on later",
		Long: `Ingest reads everything that hunt reads and keeps it: the records as Parquet, and of every value when, how
often, in which role and with which of the operator's systems it was seen. Intelligence that was added to
the folder is looked for in what is new.

What was taken in before adds nothing; a file that has grown is read on from where it ended. What is told as taken in survives a
crash; an ingest that was stopped is started again with the same command. Passwords and keys are blanked,
subscriber numbers masked before anything is kept. registers/networks.yaml in the folder says which addresses
are the operator's and which are subscribers', registers/retention.yaml how long what is kept.`,
		Example: `  stormglass ingest --data /srv/stormglass /var/log/zeek
  zcat core.log.gz | stormglass ingest --data /srv/stormglass --sensor core1 -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f.Paths = args
			return a.runIngest(c.Context(), f)
		},
	}
	a.dataFlag(c, &f.data)
	fs := c.Flags()
	fs.StringVar(&f.Sensor, "sensor", "", "name of what saw these records; the bytes of two sensors are never added up (default: the format's family)")
	fs.StringVarP(&f.output, "output", "o", "table", "form of the answer: table, json")
	fs.BoolVar(&f.strict, "strict", false, "exit code 1 when any record was skipped")
	fs.IntVar(&f.Workers, "workers", 0, "goroutines that decode; 0 is one a core")
	annotate(c, argPaths)
	return c
}

// maxSensor bounds the name of a sensor, in bytes: it stands in every file.
const maxSensor = 256

func (a *app) runIngest(ctx context.Context, f *ingestFlags) error {
	format, err := report.ParseFormat(f.output)
	if err != nil || format != report.Table && format != report.JSON {
		return usageError{fmt.Errorf("-o %q: ingest writes table or json", f.output)}
	}
	if len(f.Sensor) > maxSensor {
		return usageError{fmt.Errorf("--sensor: a name of %d bytes, the limit is %d", len(f.Sensor), maxSensor)}
	}
	data, err := a.data(f.data)
	if err != nil {
		return err
	}
	f.Stdin = a.stdin
	bar := a.progress("taking in", f.Paths)
	f.Progress = bar.at
	var g *node.Kept
	err = a.making(ctx, data, func(ctx context.Context, k *node.Keeper) error {
		var err error
		g, err = k.Ingest(ctx, &f.Ingest)
		if amiss := k.RulesAmiss(); amiss != nil {
			a.note("note: %v", amiss)
		}
		return err
	})
	bar.end()
	if g != nil {
		err = errors.Join(err, a.tellIngest(data, format, g, err != nil))
	}
	if err == nil {
		err = absent(f.Paths)
	}
	if err == nil && f.strict && g.Incomplete() {
		err = fault.Wrap(fault.Invalid, errors.New("--strict: some of what was given was not read; the answer says what"))
	}
	return err
}

func (a *app) tellIngest(data string, format report.Format, g *node.Kept, stopped bool) error {
	r := &report.Ingest{Data: data, Accounts: g.Accounts, Records: g.Records, Known: g.Known, Grown: g.Grown, Took: g.Took, Stopped: stopped}
	if g.Upkeep != nil {
		for _, x := range g.Upkeep.Expired {
			r.Expired += x.Rows
		}
	}
	if g.Looked != nil && g.Looked.Result != nil {
		r.Looked = g.Looked.Values
	}
	if g.Found != nil {
		r.Findings, r.Cut, r.Uncounted, r.Unkept = g.Found.Findings, g.Found.Cut, g.Found.Uncounted, g.Found.Unkept
	}
	return a.deliver("", nil, func(w io.Writer) error {
		return report.WriteIngest(w, format, r, report.Options{Width: a.width(), Color: a.colour()})
	})
}
