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

func (a *app) intel() *cobra.Command {
	c := &cobra.Command{
		Use:   "intel",
		Short: "Keep intelligence in a data folder, and look it up in the past as it comes",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.intelAdd(), a.intelList(), a.intelRemove()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (a *app) intelAdd() *cobra.Command {
	var data, output string
	var most int
	c := &cobra.Command{
		Use:   "add --data DIR PATH…",
		Short: "Add intelligence, and look what is new in it up in everything that is held",
		Long: `Add keeps a copy of each file of intelligence (all that hunt --intel reads) and looks every value that was not
known before up in all that was ever taken in. What it finds is kept as findings: hunt --new shows those
that are new, finding list all of them.

Exit codes: 0 nothing new was found; 1 error; 2 wrong usage; 3 findings are new or changed.`,
		Example: "  stormglass intel add --data /srv/stormglass misp-feed/ iocs.txt",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			o := a.reportOptions()
			if o.MaxFindings = most; most == 0 {
				o.MaxFindings = -1
			}
			return a.making(c.Context(), data, func(ctx context.Context, k *node.Keeper) error { return a.addIntel(ctx, k, args, format, o) })
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	c.Flags().IntVar(&most, "max-findings", 50, "findings shown in the table; 0 shows all")
	annotate(c, argPaths)
	return c
}

// keeping opens a data folder that is there for writing while do works on it.
func (a *app) keeping(ctx context.Context, flag string, do func(context.Context, *node.Keeper) error) error {
	data, err := a.data(flag)
	if err != nil {
		return err
	}
	if err := node.Exists(data); err != nil {
		return err
	}
	return a.making(ctx, data, do)
}

// making opens a data folder for writing while do works on it, and makes it when it is not there.
func (a *app) making(ctx context.Context, flag string, do func(context.Context, *node.Keeper) error) error {
	data, err := a.data(flag)
	if err != nil {
		return err
	}
	if a.owner != nil {
		return a.owner.With(ctx, do)
	}
	a.spareMemory()
	return node.Keeping(ctx, data, version(), func(ctx context.Context, k *node.Keeper) error {
		a.noteAnew(k)
		return do(ctx, k)
	})
}

// noteAnew tells that a data folder has lost its database, and what a service that was killed had left in its log.
func (a *app) noteAnew(k *node.Keeper) {
	if k.Anew {
		a.note("the database of %s was missing or empty, and is made anew: findings, triage, holds and the list of intelligence that stood in it are gone; put it back from a backup if there is one", k.Data)
	}
	if err := k.Depot.RegistersErr(); err != nil {
		a.note("note: %v: the registers read before stand in", err)
	}
	if n := k.Settled.Datagrams; n > 0 {
		a.note("took in %d datagrams that a service which did not end well had left in its log", n)
	}
	if l := k.Settled.Lost; l.Any() {
		a.note("a part of the log of a service which did not end well is lost: %d blocks, %d bytes, %d datagrams that nothing here decodes", l.Frames, l.Bytes, l.Undecoded)
	}
}

func (a *app) addIntel(ctx context.Context, k *node.Keeper, paths []string, format report.Format, o report.Options) error {
	added, err := k.AddIntel(ctx, a.stdin, paths)
	if err != nil {
		return err
	}
	looked, err := k.LookBackNew(ctx)
	if err != nil {
		return err
	}
	if looked.Saved.New+looked.Saved.Changed > 0 {
		a.code = exitFound
	}
	r := node.ShownAdded(added, looked)
	first, last, ok, err := node.HeldDays(ctx, k.Data)
	if err != nil {
		return err
	}
	if ok {
		r.First, r.Last = first.String(), last.String()
	}
	if err := a.deliver("", nil, func(w io.Writer) error { return report.WriteAddedIntel(w, format, r, o) }); err != nil {
		return err
	}
	if err := absent(paths); err != nil {
		return err
	}
	if len(r.Files) == 0 {
		return fault.Wrap(fault.Invalid, errors.New("nothing was added: none of what was given could be read as intelligence"))
	}
	return nil
}

func (a *app) reportOptions() report.Options {
	return report.Options{Width: a.width(), Color: a.colour()}
}

func (a *app) intelList() *cobra.Command {
	var data, output string
	c := &cobra.Command{
		Use:   "list --data DIR",
		Short: "List the intelligence in force",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			files, err := node.Intel(c.Context(), dir)
			if err != nil {
				return err
			}
			list := node.ShownIntel(files)
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteIntelFiles(w, format, list, a.reportOptions()) })
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

// tableOrJSON reads the output format of commands that write only these two.
func tableOrJSON(output string) (report.Format, error) {
	f, err := report.ParseFormat(output)
	if err != nil || f != report.Table && f != report.JSON {
		return f, usageError{fmt.Errorf("-o %q: table or json", output)}
	}
	return f, nil
}

func (a *app) intelRemove() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "remove --data DIR NAME|ID…",
		Short: "Take files of intelligence out of force; findings made by them stay",
		Long: `Remove takes files of intelligence out of force and removes the copies that were kept. A file is named as
intel list shows it: by its name or the end of its path, or by 4 or more digits that its id begins with. Values that another file states
too stay in force. Findings that were made stay.`,
		Example: "  stormglass intel remove --data /srv/stormglass iocs.txt",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.keeping(c.Context(), data, func(ctx context.Context, k *node.Keeper) error {
				for _, name := range args {
					f, err := k.RemoveIntel(ctx, name)
					if err != nil {
						return err
					}
					a.note("removed %s (%s, %d values); findings stay", f.Name, f.ID.String()[:8], f.Values)
				}
				return nil
			})
		},
	}
	a.dataFlag(c, &data)
	return c
}
