package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/observable"
)

// Exit codes, the same for every command (README, "Exit codes").
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitFound       = 3
	exitNotAssessed = 4
)

// app is what commands share: where they read and write.
type app struct {
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	quiet  bool
	code   int // exit code of a command that ended well

	// Of a command that runs in a service:
	owner   *node.Service // of the data folder
	columns int           // of the terminal at the other end
	color   bool          // it shows colours
}

// run is the whole program.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr}
	return a.run(ctx, args)
}

// run runs a command line.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root() //nolint:contextcheck // commands take the context of ExecuteContext
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	if err := root.ExecuteContext(ctx); err != nil && !errors.Is(err, errElsewhere) {
		return a.fail(ctx, err)
	}
	return a.code
}

// usageError is a command line that cannot be understood.
type usageError struct{ err error }

func (u usageError) Error() string { return u.err.Error() }
func (u usageError) Unwrap() error { return u.err }

// fail tells the user what went wrong, and the way out where we know it.
func (a *app) fail(ctx context.Context, err error) int {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.stderr, "stormglass: interrupted")
		return exitError
	}
	for line := range strings.SplitSeq(err.Error(), "\n") { // of errors that were joined
		fmt.Fprintln(a.stderr, "stormglass: "+observable.Printable(line))
	}
	if hint := fault.HintOf(err); hint != "" {
		fmt.Fprintln(a.stderr, "hint: "+hint)
	}
	if _, ok := errors.AsType[usageError](err); ok || unknownCommand(err) {
		fmt.Fprintln(a.stderr, "hint: stormglass --help, or --help after a command")
		return exitUsage
	}
	return exitError
}

// unknownCommand recognises cobra's only usage error that no hook of its own can wrap.
func unknownCommand(err error) bool { return strings.HasPrefix(err.Error(), "unknown command ") }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "stormglass",
		Short: "Find out whether a campaign is already in an operator's network, since when, and what it took",
		Long: "Stormglass matches published intelligence against an operator's own logs, and says what was found,\n" +
			"what was looked at, and what was not. It only reads: it attacks, intercepts and changes nothing.",
		SilenceErrors: true, SilenceUsage: true, Version: version(),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("stormglass {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no notes on standard error")
	root.PersistentPreRunE = a.elsewhere
	hunt, ingest, seen, intel, finding, incident, purge, hold, privacy := a.hunt(), a.ingest(), a.seen(), a.intel(), a.finding(), a.incident(), a.purge(), a.hold(), a.privacy()
	viaOwner(hunt, ingest, seen, intel, finding, incident, purge, hold, privacy)
	all := []*cobra.Command{hunt, a.inspect(), ingest, seen, intel, finding, incident, a.campaign(), a.check(), purge, hold, privacy, a.size(), a.vault(), a.reveal(), a.subscriber(), a.rules(), a.registers(), a.coverage()}
	if a.owner == nil { // a service runs no service
		all = append(all, a.serve(), a.status(), a.config(), a.simulate(), a.demo(), a.man())
	}
	for _, c := range all {
		c.Args = usageArgs(c.Args)
		root.AddCommand(c)
	}
	return root
}

// usageArgs makes a wrong number of arguments a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// spareMemory makes the collector run earlier than it would by itself, unless the environment says
// otherwise: most of what a hunt holds is the index, which does not change, so a collection finds
// little and the heap need not be twice the index.
func (a *app) spareMemory() {
	const percent = 40
	if a.owner == nil && a.getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// version gives the module's version and revision from the build.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v, rev := info.Main.Version, ""
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			rev = " " + s.Value[:12]
		}
	}
	return v + rev
}

// note writes a line for the person at the terminal.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintln(a.stderr, observable.Printable(fmt.Sprintf(format, args...)))
	}
}

// terminal gives the file descriptor of a stream that is a terminal.
func terminal(w any) (fd int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// colour reports whether standard output may carry colour (no-color.org).
func (a *app) colour() bool {
	if a.owner != nil {
		return a.color
	}
	_, ok := terminal(a.stdout)
	return ok && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// width gives the columns of the terminal, between 60 and 160; 100 when there is none.
func (a *app) width() int {
	if a.columns > 0 {
		return a.columns
	}
	if fd, ok := terminal(a.stdout); ok {
		if w, _, err := term.GetSize(fd); err == nil {
			return min(max(w, 60), 160)
		}
	}
	return 100
}
