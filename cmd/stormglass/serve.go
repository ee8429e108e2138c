package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/node"
)

// serveFlags are the flags of serve.
type serveFlags struct {
	node.ServiceConfig
	data    string
	verbose bool
}

func (a *app) serve() *cobra.Command {
	f := &serveFlags{}
	c := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "Keep a data folder up to date, and look for intelligence in what comes in",
		Long: `Serve takes in what appears in the watched folders, as ingest does, and matches it against the intelligence in
force. Findings are in the data folder a few seconds later: finding list, hunt --new and seen read it beside the service.

Files of intelligence that lie in the folders of --intel are in force as long as they lie there: a new one is
matched against what comes in within two seconds or so, and looked up in all that is held; one that changes takes the place of
what it was. Files whose names begin with a dot or nfcapd.current, or end in .tmp, are taken for unfinished and wait. Registers are read again when they change; broken ones keep those before, and the log says so.

It ends at the first SIGTERM or interrupt, after it has committed what it took in.`,
		Example: `  stormglass serve --data /srv/stormglass --watch /var/log/zeek --intel /srv/feeds`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.runServe(c.Context(), f) },
	}
	a.dataFlag(c, &f.data)
	fs := c.Flags()
	fs.StringArrayVar(&f.Watch, "watch", nil, "file or folder of telemetry to take in as it appears and grows (repeatable)")
	fs.StringArrayVar(&f.WatchIntel, "intel", nil, "file or folder of intelligence that is in force while it lies there (repeatable)")
	fs.DurationVar(&f.UpkeepEvery, "upkeep", 10*time.Minute, "how often what is over its time is removed, and files are merged")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "log more")
	return c
}

func (f *serveFlags) check() error {
	var errs []error
	for _, p := range append(f.Watch, f.WatchIntel...) {
		if _, err := os.Stat(p); err != nil {
			errs = append(errs, fault.Hint(fault.Invalid, fmt.Errorf("watch %s: %w", p, errors.Unwrap(err)), "make the folder first: an empty one will do"))
		}
	}
	if len(f.Watch) == 0 {
		errs = append(errs, usageError{errors.New("nothing to take in: name a folder with --watch")})
	}
	if f.UpkeepEvery < time.Second {
		errs = append(errs, usageError{errors.New("--upkeep: a second at least")})
	}
	return errors.Join(errs...)
}

func (a *app) runServe(ctx context.Context, f *serveFlags) error {
	data, err := a.data(f.data)
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	level := slog.LevelInfo
	switch {
	case f.verbose:
		level = slog.LevelDebug
	case a.quiet:
		level = slog.LevelWarn
	}
	log := slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))
	a.spareMemory()
	return node.Keeping(ctx, data, version(), func(ctx context.Context, k *node.Keeper) error {
		a.noteAnew(k)
		s, err := node.NewService(ctx, k, f.ServiceConfig, log)
		if err != nil {
			return err
		}
		at, err := filepath.Abs(data)
		if err != nil {
			return fmt.Errorf("serve %s: %w", data, err)
		}
		log.InfoContext(ctx, "serving", slog.String("data", at), slog.Int("values", s.Values()))
		err = s.Run(ctx)
		log.InfoContext(ctx, "stopped")
		return err
	})
}
