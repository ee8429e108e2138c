package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/simulate"
)

func (a *app) demo() *cobra.Command {
	cfg := simulate.DefaultConfig()
	var dir string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Simulate an operator with an intruder, keep its logs, and look back when the intelligence comes",
		Long: `Demo writes the logs of a made-up operator with an intruder in it, takes them into a data folder, and only then gets
the intelligence, as it is in life: what is published today is looked up in what was seen before. It shows what is found,
what it was meant to find, what the ledger says of one of the values, which incidents indicators and the program's own rules
make together, and what each rule and campaign could be asked.`,
		Args: cobra.NoArgs,
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
			if err := a.runDemo(c.Context(), dir, cfg); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			return nil
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
		return err
	}
	data := filepath.Join(dir, "data")
	if err := copyRegisters(filepath.Join(dir, "registers"), filepath.Join(data, depot.RegistersDir)); err != nil {
		return err
	}
	var looked *node.Looked
	var whole *hunt.Result
	err = node.Keeping(ctx, data, version(), func(ctx context.Context, k *node.Keeper) error {
		a.note("taking its logs in …")
		if _, err := k.Ingest(ctx, &node.Ingest{Paths: []string{filepath.Join(dir, "telemetry")}}); err != nil {
			return err
		}
		a.note("the intelligence comes; looking it up in what was seen …")
		if _, err := k.AddIntel(ctx, nil, []string{filepath.Join(dir, "intel")}); err != nil {
			return err
		}
		if looked, err = k.LookBackNew(ctx); err != nil {
			return err
		}
		whole, err = k.HuntAll(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if looked.Result == nil {
		return errors.New("the simulation wrote no intelligence")
	}
	return a.tellDemo(ctx, dir, truth, looked, whole)
}

// copyRegisters gives the data folder what the operator states.
func copyRegisters(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"networks.yaml", "devices.yaml"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil { //nolint:gosec // G703: the folder that the user named for the demo
			return err
		}
	}
	return nil
}

func (a *app) tellDemo(ctx context.Context, dir string, truth *simulate.Truth, looked *node.Looked, whole *hunt.Result) error {
	r := looked.Result
	page := filepath.Join(dir, "report.html")
	show := func(f report.Format) func(io.Writer) error {
		return func(w io.Writer) error { return report.Write(w, f, r, a.reportOptions()) }
	}
	if err := writeTo(page, nil, show(report.HTML)); err != nil {
		return err
	}
	if err := a.deliver("", nil, show(report.Table)); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if err := a.demoSeen(ctx, data, r.Findings); err != nil {
		return err
	}
	if err := a.demoIncidents(ctx, data); err != nil {
		return err
	}
	if err := a.demoVerdicts(data, whole); err != nil {
		return err
	}
	a.demoExports(truth)
	n := matched(r, truth)
	fmt.Fprintf(a.stdout, "Planted by the simulation: %d. Found: %d of them. Found besides: %d.\n", len(truth.Planted), n, len(r.Findings)-n)
	fmt.Fprintf(a.stdout, "%d values were looked up in everything taken in before, in %s.\n", looked.Values, r.Took.Round(time.Millisecond))
	fmt.Fprintf(a.stdout, "The report is in %s; the operator's logs, the intelligence, the data folder and truth.json are beside it.\n", page)
	fmt.Fprintf(a.stdout, "Go on with: stormglass seen --data %s VALUE…, or stormglass finding list --data %s\n", data, data)
	return nil
}

// demoExports says what was made up of exports, and what of the story stands mostly in them.
func (a *app) demoExports(truth *simulate.Truth) {
	var forms []string
	flows, most, least := uint64(0), uint64(0), uint64(math.MaxUint64)
	for _, x := range truth.Exporters {
		most, least = max(most, x.Sampling), min(least, x.Sampling)
		if !slices.Contains(forms, x.Format) { // each has a capture of its own
			forms = append(forms, x.Format)
			flows += truth.Records[x.Telemetry]
		}
	}
	fmt.Fprintf(a.stdout, "\n%d routers exported %d flows by %s, one packet in %d to %d looked at. Mostly in those:\n",
		len(truth.Exporters), flows, strings.Join(forms, ", "), least, most)
	for _, p := range truth.Planted {
		if n := p.Exported(); 2*n > p.Records {
			fmt.Fprintf(a.stdout, "  %s (%d of %d records)\n", p.What, n, p.Records)
		}
	}
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
