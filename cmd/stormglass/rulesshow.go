package main

import (
	"io"

	"github.com/spf13/cobra"

	"stormglass/internal/node"
	"stormglass/internal/report"
)

func (a *app) rulesShow() *cobra.Command {
	var s ruleSource
	var output string
	c := &cobra.Command{
		Use:   "show ID PATH… | ID --data DIR",
		Short: "Tell everything of a rule: what it is about, where it is looked for, under which names",
		Long: `Show names a rule by its id, 4 or more characters that its id begins with, its name or its title. Of each field it says
under which names of ours (ECS) it is looked for in each kind of record.`,
		Example: "  stormglass rules show ceb407f6 rules/",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			set, _, err := a.load(&s, args[1:])
			if err != nil {
				return err
			}
			r, err := node.FindRule(set, args[0])
			if err != nil {
				return err
			}
			d := node.ShowRule(set, r)
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteRuleDetail(w, format, d, a.reportOptions()) })
		},
	}
	a.ruleFlags(c, &s)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}
