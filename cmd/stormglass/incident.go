package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

func (a *app) incident() *cobra.Command {
	c := &cobra.Command{
		Use:   "incident",
		Short: "Join the findings of a data folder that belong together into incidents",
		Long: `An incident is findings about one device, one account or one peer outside, near in time. It keeps its id while findings are added;
when two become one the older id stays and the other still names it. It is named by 4 or more digits that its id begins with.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.incidentList(), a.incidentShow()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (a *app) incidentList() *cobra.Command {
	var data, output, least string
	c := &cobra.Command{
		Use:     "list --data DIR",
		Short:   "List incidents, what matters most first",
		Long:    "List names the incidents that the findings make which are kept, one a line. Findings that were dismissed are left out.",
		Example: "  stormglass incident list --data /srv/stormglass --level high",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			level := hunt.Informational
			if least != "" {
				if level, err = hunt.ParseLevel(least); err != nil {
					return usageError{fmt.Errorf("--level: %w", err)}
				}
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			l, err := node.Incidents(c.Context(), dir)
			if err != nil {
				return err
			}
			out := node.ShownIncidents(l, level)
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteIncidentList(w, format, out, a.reportOptions()) })
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVar(&least, "level", "", "only those of this level and above: informational, low, medium, high, critical")
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	_ = c.RegisterFlagCompletionFunc("level", cobra.FixedCompletions([]string{"informational", "low", "medium", "high", "critical"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) incidentShow() *cobra.Command {
	var data, output string
	c := &cobra.Command{
		Use:     "show --data DIR ID",
		Short:   "Tell of an incident: since when, what joins it, its timeline",
		Example: "  stormglass incident show --data /srv/stormglass 3fa9c2d1",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			d, err := node.Incident(c.Context(), dir, args[0])
			if err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error {
				return report.WriteIncidentDetail(w, format, node.ShownIncident(d), a.reportOptions())
			})
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}
