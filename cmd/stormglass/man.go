package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (a *app) man() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages into a folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil { //nolint:gosec // manual pages are for everybody
				return fmt.Errorf("write manual pages: %w", err)
			}
			date := time.Unix(0, 0).UTC() // the same bytes from the same source
			h := &doc.GenManHeader{Title: "STORMGLASS", Section: "1", Source: "Stormglass " + version(), Manual: "Stormglass", Date: &date}
			c.Root().DisableAutoGenTag = true
			if err := doc.GenManTree(c.Root(), h, args[0]); err != nil {
				return fmt.Errorf("write manual pages: %w", err)
			}
			a.note("manual pages are in %s; read one with: man -l %s/stormglass-hunt.1", args[0], args[0])
			return nil
		},
	}
}
