package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

func (a *app) check() *cobra.Command {
	var data, output string
	var repair bool
	c := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Read everything that a data folder holds, and say what is damaged",
		Long: `Check reads every file of a data folder and verifies every checksum. It changes nothing, and may run beside
another command that writes.

With --repair what is damaged is moved into the folder quarantine. Where the records of its days are all there the ledger
is made again from them; what cannot be made again is a hole from then on, and every answer says so.

Exit codes: 0 nothing is wrong, or all was repaired; 1 faults are left.`,
		Example: `  stormglass check /srv/stormglass
  stormglass check /srv/stormglass --repair`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			if len(args) > 0 && data != "" {
				return usageError{errors.New("the data folder is named twice: as DIR and with --data")}
			}
			if len(args) > 0 {
				data = args[0]
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			return a.runCheck(c.Context(), dir, format, repair)
		},
	}
	a.dataFlag(c, &data)
	c.Flags().BoolVar(&repair, "repair", false, "move what is damaged aside, and make again what can be made again")
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

func (a *app) runCheck(ctx context.Context, data string, format report.Format, repair bool) error {
	a.spareMemory()
	do := node.CheckData
	if repair {
		do = node.RepairData
	}
	found, err := do(ctx, data)
	if found == nil {
		return err
	}
	r := &report.Check{Data: data, Files: found.Files, Segments: found.Segments, Bytes: uint64(found.Bytes), Holes: found.Holes, Repair: repair}
	for i := range found.Faults {
		f := &found.Faults[i]
		r.Faults = append(r.Faults, report.CheckFault{
			What: f.What, Why: f.Why, Days: f.What != depot.VaultDir && f.What != depot.Database, From: f.From, To: f.To, Repaired: f.Repaired, Lost: slices.Contains(found.Lost, f.What), Advice: advice(f),
		})
	}
	err = errors.Join(err, a.deliver("", nil, func(w io.Writer) error { return report.WriteCheck(w, format, r, a.reportOptions()) }))
	if n := found.Unrepaired(); err == nil && n > 0 {
		err = fault.Wrap(fault.Invalid, fmt.Errorf("%s is damaged: faults that are not repaired: %d", data, n))
	}
	return err
}

// advice says what to do about a fault that no repair puts right.
func advice(f *depot.Fault) string {
	switch f.What {
	case depot.Database:
		return "put " + depot.Database + " back from a backup. Without one move it aside: the next command that writes makes a new one, intelligence has to be added again, " +
			"hunt --data finds the findings again; what was decided about them, holds and the log of who asked are lost"
	case depot.VaultDir:
		return "put the folder vault back from a backup; values that cannot be read stay sealed for good, all else goes on"
	}
	return ""
}
