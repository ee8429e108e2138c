package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/node"
)

func (a *app) vault() *cobra.Command {
	c := &cobra.Command{
		Use:   "vault",
		Short: "Keys for the addresses of subscribers that a data folder keeps sealed",
		Long: `Addresses of subscribers (registers/networks.yaml) are kept as tokens. Once a key pair was made, the address behind a
token is kept, too, sealed so that what takes it in cannot read it back: reveal opens it, with the private identity, and
notes who asked and why.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.vaultInit(), a.vaultRotate()} {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
	return c
}

func (a *app) vaultInit() *cobra.Command {
	var data, identity string
	c := &cobra.Command{
		Use:   "init --data DIR --identity FILE",
		Short: "Make the key pair; the private identity goes into a file outside of the data folder",
		Long: `Init makes a key pair for age (X25519): the public recipient stays in the data folder, the private identity is written
to FILE, which must not exist and lies outside of the folder, better on a stick in a safe. Who loses it can never open
what was sealed. Only what is taken in from then on is sealed: tokens that were made before stay tokens.`,
		Example: "  stormglass vault init --data /srv/stormglass --identity /media/safe/stormglass.age",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if identity == "" {
				return usageError{errors.New("--identity is missing: the file to write the private identity to")}
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			recipient, err := node.InitVault(c.Context(), dir, identity)
			if err != nil {
				return err
			}
			return a.deliver("", nil, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "The vault of %s seals to %s.\nThe private identity is in %s: move it off this machine, and keep a copy; without it nothing can be opened.\n", dir, recipient, identity)
				return err
			})
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVar(&identity, "identity", "", "file to write the private identity to; it must not exist")
	return c
}

func (a *app) vaultRotate() *cobra.Command {
	var data, identity string
	c := &cobra.Command{
		Use:   "rotate --data DIR",
		Short: "Exchange the key under which the key for tokens lies",
		Long: `Rotate makes a new ingest key and wraps the key for tokens to it, as after somebody left who could read it. The key for
tokens itself stays, for the same address must stay the same token. With --identity it does so when the ingest key is lost.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			if err := node.RotateVault(dir, identity); err != nil {
				return err
			}
			a.note("the ingest key of %s was exchanged; tokens and sealed values stay as they are", dir)
			return nil
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVar(&identity, "identity", "", "file of the private identity, when the ingest key is lost")
	return c
}

func (a *app) reveal() *cobra.Command {
	var data, identity, reason string
	c := &cobra.Command{
		Use:   "reveal --data DIR TOKEN… --identity FILE --reason REASON",
		Short: "Open the sealed addresses of subscribers behind tokens; who asked and why is noted",
		Long: `Reveal writes the address that each TOKEN stands for to standard output, one a line, in the order of the tokens. A TOKEN is
written as seen shows it: 32 hex digits. Who asked, when and why is noted before anything is opened, and privacy report
shows it; where that cannot be noted nothing is opened.`,
		Example: "  stormglass reveal --data /srv/stormglass 0f6c1a… --identity /media/safe/stormglass.age --reason 'warrant 2026-17'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var errs []error
			if identity == "" {
				errs = append(errs, errors.New("--identity is missing: the file of the private identity"))
			}
			if strings.TrimSpace(reason) == "" {
				errs = append(errs, errors.New("--reason is missing: why a subscriber's address is to be opened"))
			}
			if len(errs) > 0 {
				return usageError{errors.Join(errs...)}
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			return a.runReveal(c.Context(), dir, args, identity, reason)
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVar(&identity, "identity", "", "file of the private identity (vault init wrote it); needed")
	c.Flags().StringVar(&reason, "reason", "", "why, for the log; needed")
	return c
}

// runReveal writes what tokens stand for. One that cannot be opened leaves an empty line, so that lines stay
// those of the tokens.
func (a *app) runReveal(ctx context.Context, data string, tokens []string, identity, reason string) error {
	found, err := node.Reveal(ctx, data, tokens, identity, reason)
	if err != nil {
		return err
	}
	var errs []error
	err = a.deliver("", nil, func(w io.Writer) error {
		for _, r := range found {
			if r.Err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", r.Ref, r.Err))
			}
			if _, err := fmt.Fprintln(w, r.Value.Expose()); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// logRead notes that somebody asks of what is kept. Where that cannot be noted the answer is given all the
// same, with a note for whoever asked.
func (a *app) logRead(ctx context.Context, data, command string, values, subscribers int) {
	if err := node.LogRead(ctx, data, command, uint64(values), uint64(subscribers)); err != nil && ctx.Err() == nil {
		a.note("note: that this was asked could not be noted in %s: %v", data, err)
	}
}
