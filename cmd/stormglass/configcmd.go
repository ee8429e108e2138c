package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/config"
	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

func (a *app) config() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Check and show the configuration of a service, and make tokens for its API",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.configCheck(), a.configShow(), a.configToken()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (a *app) configCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Say what is wrong with a configuration file, and what is most likely not meant",
		Long: `Check reads a configuration file as serve --config does, with the variables of the environment above it, and tells everything that
is wrong with it, with file and line. Warnings keep nothing from starting. Exit codes: 0 serve would start with it; 1 it would not.`,
		Example: "  stormglass config check /etc/stormglass/stormglass.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			complaints, warnings := config.Check(args[0], a.getenv)
			err := a.deliver("", nil, func(w io.Writer) error {
				for _, s := range warnings {
					fmt.Fprintln(w, "warning: "+s)
				}
				for _, err := range complaints {
					fmt.Fprintln(w, "error: "+err.Error())
					if h := fault.HintOf(err); h != "" {
						fmt.Fprintln(w, "       "+h)
					}
				}
				if len(complaints) > 0 {
					return nil
				}
				_, err := fmt.Fprintf(w, "%s is in order\n", args[0])
				return err
			})
			if n := len(complaints); err == nil && n > 0 {
				things := "1 thing is"
				if n > 1 {
					things = strconv.Itoa(n) + " things are"
				}
				err = fault.Wrap(fault.Invalid, fmt.Errorf("%s: %s wrong", args[0], things))
			}
			return err
		},
	}
}

func (a *app) configShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show [FILE]",
		Short: "Show the configuration in force, and where each value comes from",
		Long: `Show writes what serve --config FILE would work with: the defaults, changed by the file, changed by the environment. Without a FILE
it shows the defaults. What it writes can be read again as a file. Secrets are masked.`,
		Example: "  stormglass config show /etc/stormglass/stormglass.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			file := ""
			if len(args) > 0 {
				file = args[0]
			}
			c, err := config.Read(file, a.getenv)
			if err != nil {
				return err
			}
			return a.deliver("", nil, c.Show)
		},
	}
}

func (a *app) configToken() *cobra.Command {
	var roles []string
	var days int
	c := &cobra.Command{
		Use:   "token NAME --role ROLE",
		Short: "Make a token for the API: it is shown once, with the entry for the file of tokens",
		Long: `Token makes a bearer token for the API of a service. It is written once, to standard output, with the entry that goes into the
file of tokens (http.tokens, --tokens): the file holds only its digest. Roles: read (ask), ingest (hand in telemetry), intel (put
intelligence in force and take it out), admin (everything).`,
		Example: "  stormglass config token siem --role read --days 365",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(roles) == 0 {
				return usageError{errors.New("--role is missing: what the holder may do")}
			}
			parsed := make([]auth.Role, 0, len(roles))
			for _, r := range roles {
				role, err := auth.ParseRole(r)
				if err != nil {
					return usageError{fmt.Errorf("--role: %w", err)}
				}
				parsed = append(parsed, role)
			}
			if days < 0 {
				return usageError{fmt.Errorf("--days %d: a token that is over is good for nothing", days)}
			}
			var until time.Time
			if days > 0 {
				until = time.Now().UTC().AddDate(0, 0, days)
			}
			secret, entry, err := auth.NewToken(args[0], parsed, until)
			if err != nil {
				return err
			}
			text, err := entry.YAML()
			if err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "token (shown only now): %s\n\nentry for the file of tokens, which only the service may read (root:stormglass, chmod 640):\n\ntokens:\n%s",
					string(secret), indented(text))
				return err
			})
		},
	}
	c.Flags().StringSliceVar(&roles, "role", nil, "read, ingest, intel or admin (repeatable)")
	c.Flags().IntVar(&days, "days", 0, "how many days it is good for; 0: until it is taken out of the file")
	return c
}

// indented puts lines of YAML below a key.
func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n"
}
