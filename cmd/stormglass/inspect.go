package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

func (a *app) inspect() *cobra.Command {
	in := node.Inspect{}
	var output string
	c := &cobra.Command{
		Use:   "inspect PATH…",
		Short: "Say what files are, what is in them, and what to do with them next",
		Long: `Inspect reads files, folders, archives or - and says for each its format, its records, devices and time
span, how much of it was understood, and whether subscriber numbers or secrets stand in it. It changes
and keeps nothing.`,
		Example: "  stormglass inspect /var/log/zeek intel/",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := report.ParseFormat(output)
			if err != nil || format != report.Table && format != report.JSON {
				return usageError{fmt.Errorf("-o %q: inspect writes table or json", output)}
			}
			in.Paths, in.Stdin = args, a.stdin
			found, err := in.Run(c.Context())
			if err != nil {
				return fmt.Errorf("inspect: %w", err)
			}
			if err := a.deliver("", nil, func(w io.Writer) error { return report.WriteInspection(w, format, found, args, a.width()) }); err != nil {
				return err
			}
			if !slices.ContainsFunc(found, wasRead) {
				return fault.Wrap(fault.Invalid, errors.New("none of the files could be read"))
			}
			return nil
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	c.Flags().IntVar(&in.Workers, "workers", 0, "goroutines that decode; 0 is one a core")
	return c
}

func wasRead(x hunt.Inspected) bool {
	return x.Intel != nil && x.Intel.Skipped == "" || x.Telemetry != nil && x.Telemetry.Skipped == ""
}
