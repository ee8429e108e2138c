package main

import (
	"io"

	"github.com/spf13/cobra"

	"stormglass/internal/node"
	"stormglass/internal/report"
)

func (a *app) privacy() *cobra.Command {
	c := &cobra.Command{
		Use:   "privacy",
		Short: "Say what a data folder keeps of people, why, how long, and who asked",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var data, output string
	r := &cobra.Command{
		Use:   "report --data DIR",
		Short: "Tell what is kept, how long and by whose word, what was removed, and who asked",
		Long: `Report tells of a data folder: the records by class and kind with their days and how long they are kept, the ledger, tokens
and sealed addresses of subscribers, what the database holds, what cases hold, what was removed, and who asked in the
last 30 days. How long what is kept is registers/retention.yaml in the folder, who is a subscriber registers/networks.yaml.`,
		Example: "  stormglass privacy report --data /srv/stormglass",
		Args:    usageArgs(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			p, err := node.Privacy(c.Context(), dir)
			if err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error { return report.WritePrivacy(w, format, p, a.reportOptions()) })
		},
	}
	a.dataFlag(r, &data)
	r.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	c.AddCommand(r)
	return c
}
