// Program bench measures the look-back of Stormglass beside nfdump and DuckDB, over the same flows and in
// the same run. docs/benchmarks.md tells what was measured, and how.
//
//	load       30 days of flows into a data folder
//	nfcapd     the same, or a part of them, to nfcapd over loopback
//	look       look-ups in this process
//	peers      the same by DuckDB over the same Parquet files, and by nfdump
//	processes  look-ups by the whole program
//	live       look-ups while flows are taken in
//	intel      intelligence added by the whole program
//	expire     look-ups after all rows have expired
//	intake     taking flows in, without making them
//	dense      flows at 80,000 a second, and how many distinct peers so many have
//	flood      random sub-domains
//
// Each prints a table in Markdown, and what it is doing on standard error. They use what earlier ones left.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"stormglass/internal/telemetry"
)

// bench holds the settings of a run.
type bench struct {
	dir, program  string
	flows, nfdump int64
	minutes       int64
	names         int
	runs          int
}

// days is how long the flows last; they end with the day before today.
const days = 30

func (b *bench) data() string              { return filepath.Join(b.dir, "data") }
func (b *bench) nfdumpDir() string         { return filepath.Join(b.dir, "nfdump") }
func (b *bench) lastDay() telemetry.Day    { return telemetry.InstantOf(time.Now()).Day() - 1 }
func (b *bench) since(n int) telemetry.Day { return b.lastDay() - telemetry.Day(n) + 1 }

func main() {
	b, profile := &bench{}, ""
	flag.StringVar(&b.dir, "dir", "/tmp/bench", "folder for everything that is written")
	flag.StringVar(&b.program, "stormglass", "../stormglass", "the program, for whole processes")
	flag.Int64Var(&b.flows, "flows", 5_000_000, "flows of 30 days")
	flag.Int64Var(&b.nfdump, "nfdump-flows", 10_000_000, "how many of them nfdump gets: every n-th")
	flag.Int64Var(&b.minutes, "minutes", 2, "of 80,000 flows/s")
	flag.IntVar(&b.names, "names", 5_000_000, "random sub-domains")
	flag.IntVar(&b.runs, "runs", 7, "of each look-up, of which the median counts")
	flag.StringVar(&profile, "cpuprofile", "", "file for a profile")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := b.run(ctx, profile, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, profile string, stages []string) error {
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	all := map[string]func(context.Context) error{
		"load": b.load, "nfcapd": b.nfcapd, "look": b.look, "peers": b.peers, "live": b.live,
		"intake": b.intake, "dense": b.dense, "flood": b.flood, "processes": b.processes, "expire": b.expire, "intel": b.intel,
	}
	for _, name := range stages {
		stage, ok := all[name]
		if !ok {
			return fmt.Errorf("there is no stage %q", name)
		}
		fmt.Printf("\n### %s (%s)\n\n", name, time.Now().UTC().Format(time.RFC3339))
		if err := stage(ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		runtime.GC()
	}
	return nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// row prints a row of a table.
func row(cells ...any) {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = fmt.Sprint(c)
		if d, ok := c.(time.Duration); ok {
			text[i] = d.Round(max(1, d/1000)).String()
		}
	}
	fmt.Println("| " + strings.Join(text, " | ") + " |")
}

func head(cells ...any) {
	row(cells...)
	fmt.Println(strings.Repeat("|---", len(cells)) + "|")
}
