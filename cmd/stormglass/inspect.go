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
and keeps nothing.

With --records N it writes the first N records of each file of telemetry instead, field by field under the
names that rules use, a JSON object a line, secrets blanked: whoever writes a rule, or doubts a parser, looks here.`,
		Example: "  stormglass inspect /var/log/zeek intel/\n  stormglass inspect --records 5 router.log",
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
			write := func(w io.Writer) error { return report.WriteInspection(w, format, found, args, a.width()) }
			if in.Records > 0 {
				write = func(w io.Writer) error { return report.WriteRecords(w, found) }
			}
			if err := a.deliver("", nil, write); err != nil {
				return err
			}
			if !slices.ContainsFunc(found, wasRead) {
				return fault.Wrap(fault.Invalid, errors.New("none of the files could be read"))
			}
			return nil
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	c.Flags().IntVar(&in.Records, "records", 0, "how many records of each file to write, field by field, instead")
	c.Flags().IntVar(&in.Workers, "workers", 0, "goroutines that decode; 0 is one a core")
	return c
}

func wasRead(x hunt.Inspected) bool {
	return x.Intel != nil && x.Intel.Skipped == "" || x.Telemetry != nil && x.Telemetry.Skipped == ""
}
