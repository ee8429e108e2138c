package main

import (
	"context"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stormglass/internal/config"
	"stormglass/internal/node"
	"stormglass/internal/service"
	"stormglass/internal/web/local"
)

func (a *app) serve() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "Receive flows and logs, match them as they come, keep them, and tell",
		Long: `Serve keeps a data folder up to date and looks for intelligence in what comes in:

- it receives NetFlow 5 and 9, IPFIX and sFlow, and syslog over UDP, TCP and TLS;
- it takes in files that appear, grow and rotate in the folders of --watch, as ingest does. Files whose names begin with a dot
  or nfcapd.current, or end in .tmp, are taken for unfinished and wait;
- what lies in the folders of --intel is in force as long as it lies there: a new file is matched against what comes in
  within two seconds or so, and looked up in all that is held;
- Sigma rules in rules/ of the data folder, and those of --rules, are asked of what comes in, and new ones of all that is held;
  they are read again when they change, and a broken file keeps the rules that it had before;
- registers are read again when they change; broken ones keep those before, and the log says so.

Findings are in the data folder a few seconds later, and leave by the sinks of the configuration (outbox). While serve runs, the
other commands on the folder go through it: hunt, seen, ingest, intel, finding, purge, hold and privacy see what it received.
Status tells how it is; /metrics, /healthz and /readyz tell the same to monitoring, on --listen.

What arrives by UDP is in a log within 200 ms; that much is lost when the power fails, and what the kernel and the queues hold
when the program is killed. The configuration file (docs/config.md) knows more than the flags; flags stand above it.
It ends at the first SIGTERM or interrupt, after it has committed what it took in.`,
		Example: `  stormglass serve --data /srv/stormglass --netflow :2055 --syslog :514 --watch /var/log/zeek --intel /srv/feeds
  stormglass serve --config /etc/stormglass/stormglass.yaml`,
		Args: cobra.NoArgs,
	}
	f := serveFlags{app: a}
	f.add(c.Flags())
	_ = c.MarkFlagFilename("config", "yaml", "yml")
	_ = c.MarkFlagDirname("data") // they have just been added
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := f.read(c.Flags())
		if err != nil {
			return err
		}
		return a.runServe(c.Context(), cfg)
	}
	return c
}

// serveFlags are the flags of serve. Each stands for a key of the configuration.
type serveFlags struct {
	app  *app
	file string
}

// serveKeys are the flags that set one key, and those that add to a list.
var serveKeys = []struct {
	flag, short, key, usage string
	list, path              bool
}{
	{path: true, flag: "data", short: "d", key: "data", usage: "data folder (default: $STORMGLASS_DATA)"},
	{flag: "netflow", key: "collect.netflow", usage: "receive NetFlow and IPFIX at this address, as :2055 (repeatable)", list: true},
	{flag: "sflow", key: "collect.sflow", usage: "receive sFlow at this address, as :6343 (repeatable)", list: true},
	{flag: "syslog", key: "collect.syslog", usage: "receive syslog over UDP at this address, as :514 (repeatable)", list: true},
	{flag: "syslog-tcp", key: "collect.syslog_tcp", usage: "receive syslog over TCP at this address, as :601 (repeatable)", list: true},
	{path: true, flag: "watch", key: "collect.watch", usage: "file or folder of telemetry to take in as it appears and grows (repeatable)", list: true},
	{path: true, flag: "intel", key: "intel.watch", usage: "file or folder of intelligence that is in force while it lies there (repeatable)", list: true},
	{path: true, flag: "rules", short: "r", key: "rules", usage: "file or folder of Sigma rules, beside rules/ in the data folder (repeatable)", list: true},
	{path: true, flag: "pipelines", key: "pipelines", usage: "folder of pipelines for rules, beside pipelines/ in the data folder (repeatable)", list: true},
	{flag: "listen", key: "http.address", usage: "address of the API, /metrics, /healthz and /readyz (default 127.0.0.1:8417; none: no HTTP)"},
	{path: true, flag: "tokens", key: "http.tokens", usage: "file of bearer tokens; needed to listen on other than loopback (config token makes one)"},
	{flag: "memory", key: "memory", usage: "memory to work with, as 4GiB (default: half of what the machine has)"},
	{flag: "stop-within", key: "stop_within", usage: "how long ending may take (default 30s)"},
	{flag: "upkeep", key: "upkeep_every", usage: "how often what is over its time is removed, and files are merged (default 10m)"},
}

func (f *serveFlags) add(fs *pflag.FlagSet) {
	fs.StringVarP(&f.file, "config", "c", "", "configuration file (docs/config.md)")
	for _, k := range serveKeys {
		if k.list {
			fs.StringArrayP(k.flag, k.short, nil, k.usage)
		} else {
			fs.StringP(k.flag, k.short, "", k.usage)
		}
	}
	fs.BoolP("verbose", "v", false, "log more")
}

// read gives the configuration of the defaults, the file, the environment and the flags.
func (f *serveFlags) read(fs *pflag.FlagSet) (*config.Config, error) {
	cfg, err := config.Read(f.file, f.app.getenv)
	if err != nil {
		return nil, err
	}
	for _, k := range serveKeys {
		flag := fs.Lookup(k.flag)
		if !flag.Changed {
			continue
		}
		from := config.Origin{Name: "--" + k.flag}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			for _, v := range list.GetSlice() {
				if err := cfg.Add(k.key, whole(v, k.path), from); err != nil {
					return nil, usageError{err}
				}
			}
			continue
		}
		if k.flag == "listen" && flag.Value.String() == "none" {
			cfg.HTTP.Address = ""
			continue
		}
		if err := cfg.Set(k.key, whole(flag.Value.String(), k.path), from); err != nil {
			return nil, usageError{err}
		}
	}
	switch verbose, _ := fs.GetBool("verbose"); {
	case verbose:
		cfg.Log.Level = "debug"
	case f.app.quiet:
		cfg.Log.Level = "warn"
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return cfg, nil
}

// whole makes a path of the command line one that means the same everywhere.
func whole(value string, path bool) string {
	if at, err := filepath.Abs(value); path && value != "" && err == nil {
		return at
	}
	return value
}

func (a *app) runServe(ctx context.Context, cfg *config.Config) error {
	log := a.logger(cfg.Log)
	for _, w := range cfg.Warnings() {
		log.WarnContext(ctx, "configuration", slog.String("warning", w))
	}
	s, err := service.Open(ctx, cfg, service.Options{
		Version: version(), Getenv: a.getenv, Log: log, Opened: a.noteAnew,
		Commander: func(n *node.Service) local.Commander { return commander{owner: n} },
	})
	if err != nil {
		return err
	}
	err = s.Run(ctx)
	log.InfoContext(ctx, "stopped")
	return err
}

// logger writes the log of a service to standard error.
func (a *app) logger(c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // it was validated
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, o))
	}
	return slog.New(slog.NewTextHandler(a.stderr, o))
}
