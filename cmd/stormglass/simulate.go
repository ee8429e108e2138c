package main

import (
	"fmt"

	"github.com/spf13/cobra"

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
