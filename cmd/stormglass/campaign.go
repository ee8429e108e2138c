package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/hunt/campaign"
	"stormglass/internal/node"
	"stormglass/internal/report"
)

func (a *app) campaign() *cobra.Command {
	c := &cobra.Command{
		Use:   "campaign",
		Short: "Tell which campaigns the program knows: rules, vulnerabilities, techniques, sources, and who else does the same",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.campaignList(), a.campaignShow()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (a *app) campaignList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "List campaigns",
		Args:  cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			all, err := node.Campaigns()
			if err != nil {
				return err
			}
			details := make([]report.CampaignDetail, len(all))
			for i, x := range all {
				details[i].Campaign = x
				if details[i].Known, err = node.CampaignRules(x); err != nil {
					return err
				}
			}
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteCampaigns(w, format, details, a.reportOptions()) })
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

func (a *app) campaignShow() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:     "show NAME",
		Short:   "Tell everything of a campaign, by its name or another name of it",
		Example: "  stormglass campaign show Salt Typhoon\n  stormglass campaign show redmike -o json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			all, err := node.Campaigns()
			if err != nil {
				return err
			}
			d := &report.CampaignDetail{}
			if d.Campaign, err = campaign.Find(all, strings.Join(args, " ")); err != nil {
				return fault.Wrap(fault.NotFound, err)
			}
			if d.Known, err = node.CampaignRules(d.Campaign); err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error { return report.WriteCampaign(w, format, d, a.reportOptions()) })
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}
