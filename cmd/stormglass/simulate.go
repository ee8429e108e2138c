package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/simulate"
)

func (a *app) simulate() *cobra.Command {
	cfg := simulate.DefaultConfig()
	c := &cobra.Command{
		Use:   "simulate DIR",
		Short: "Write the logs of a made-up operator with an intruder, and the truth about it",
		Long: `Simulate writes telemetry, registers and intelligence of a made-up operator into a folder, with what an
intruder did there and truth.json, which says what a hunt must find and what it must not. The same seed
gives the same bytes. Addresses and names are those set aside for documentation.`,
		Example: "  stormglass simulate /tmp/operator --seed 7 --days 5",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := cfg.Validate(); err != nil {
				return usageError{err}
			}
			truth, err := simulate.Write(c.Context(), args[0], cfg)
			if err != nil {
				return fmt.Errorf("simulate: %w", err)
			}
			var records uint64
			for _, n := range truth.Records {
				records += n
			}
			fmt.Fprintf(a.stdout, "wrote %d records with %d planted findings and %d look-alikes to %s\n",
				records, len(truth.Planted), len(truth.LookAlikes), args[0])
			a.note("hunt it: stormglass hunt --intel %[1]s/intel --telemetry %[1]s/telemetry", args[0])
			return nil
		},
	}
	simulationFlags(c, &cfg)
	return c
}

func simulationFlags(c *cobra.Command, cfg *simulate.Config) {
	c.Flags().Uint64Var(&cfg.Seed, "seed", cfg.Seed, "the same seed gives the same operator")
	c.Flags().IntVar(&cfg.Days, "days", cfg.Days, "days of telemetry")
	c.Flags().IntVar(&cfg.Scale, "scale", cfg.Scale, "benign traffic, as a multiple of the smallest operator")
}

func (a *app) demo() *cobra.Command {
	cfg := simulate.DefaultConfig()
	var dir string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Simulate an operator with an intruder, hunt, and show what a hunt finds",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cfg.Validate(); err != nil {
				return usageError{err}
			}
			if dir == "" {
				var err error
				if dir, err = os.MkdirTemp("", "stormglass-demo-"); err != nil {
					return fmt.Errorf("demo: %w", err)
				}
			}
			return a.runDemo(c.Context(), dir, cfg)
		},
	}
	simulationFlags(c, &cfg)
	c.Flags().StringVar(&dir, "dir", "", "folder for the simulated operator (default a new temporary folder)")
	return c
}

func (a *app) runDemo(ctx context.Context, dir string, cfg simulate.Config) error {
	a.note("simulating %d days of a made-up operator in %s …", cfg.Days, dir)
	truth, err := simulate.Write(ctx, dir, cfg)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	a.note("hunting …")
	h := node.Hunt{
		Intel: []string{filepath.Join(dir, "intel")}, Telemetry: []string{filepath.Join(dir, "telemetry")},
		Own: truth.Own, Version: version(), Now: time.Now,
	}
	r, err := h.Run(ctx)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	page := filepath.Join(dir, "report.html")
	show := func(f report.Format) func(io.Writer) error {
		return func(w io.Writer) error {
			return report.Write(w, f, r, report.Options{Width: a.width(), Color: a.colour()})
		}
	}
	quiet := a.quiet
	a.quiet = true
	if err := a.deliver(page, nil, show(report.HTML)); err != nil {
		return err
	}
	a.quiet = quiet
	if err := a.deliver("", nil, show(report.Table)); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\nPlanted by the simulation: %d. Found: %d of them. Found besides: %d.\n", len(truth.Planted), matched(r, truth), len(r.Findings)-matched(r, truth))
	fmt.Fprintf(a.stdout, "The report is in %s; the operator's logs, the intelligence and truth.json are beside it.\n", page)
	return nil
}

// matched counts the planted values that were found at their subject.
func matched(r *hunt.Result, t *simulate.Truth) int {
	found := map[[2]string]bool{}
	for _, f := range r.Findings {
		found[[2]string{f.Value.String(), f.SubjectName()}] = true
	}
	n := 0
	for _, p := range t.Planted {
		if found[[2]string{p.Value, p.Subject}] {
			n++
		}
	}
	return n
}
