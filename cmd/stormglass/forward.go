package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/web/local"
)

// Annotations of commands: that they go through the service that owns their data folder, and whether their arguments
// are paths.
const (
	viaService = "stormglass-via-service"
	argPaths   = "stormglass-arguments-are-paths"
)

// viaOwner makes commands go through the service that owns their data folder, while there is one: it has what no commit
// holds yet, and nobody else may write.
func viaOwner(commands ...*cobra.Command) {
	for _, c := range commands {
		annotate(c, viaService)
		viaOwner(c.Commands()...)
	}
}

func annotate(c *cobra.Command, what string) {
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[what] = "yes"
}

// errElsewhere ends a command that was run in the service.
var errElsewhere = errors.New("run in the service")

// elsewhere runs a command in the service that owns its data folder, if there is one: then it gives errElsewhere.
func (a *app) elsewhere(c *cobra.Command, args []string) error {
	flag := c.Flags().Lookup("data")
	if c.Annotations[viaService] == "" || flag == nil {
		return nil
	}
	data := flag.Value.String()
	if data == "" {
		data = a.getenv("STORMGLASS_DATA")
	}
	if data == "" {
		return nil
	}
	if a.owner != nil {
		return a.owner.Fold(c.Context())
	}
	held, err := disk.Holder(data)
	if err != nil {
		return err
	}
	if held == nil || held.Socket == "" {
		return a.settle(c, data)
	}
	if err := c.Flags().Set("data", data); err != nil { // the service has another environment
		return err
	}
	code, err := a.send(c.Context(), local.At(held.Socket, data), c, args)
	if errors.Is(err, local.ErrNoServer) { // it ended without saying so
		return a.settle(c, data)
	}
	if err != nil {
		return err
	}
	a.code = code
	return errElsewhere
}

// settle takes in what a service that was killed left in its log, which who only reads would not see. Where that cannot be
// done the answer rests on the rest, and a note says so.
func (a *app) settle(c *cobra.Command, data string) error {
	some, err := node.LeftInLog(c.Context(), data)
	if err != nil || !some { // what is wrong with the folder the command tells
		return nil //nolint:nilerr // as above
	}
	err = node.Keeping(c.Context(), data, version(), func(_ context.Context, k *node.Keeper) error {
		a.noteAnew(k)
		return nil
	})
	if err != nil {
		a.note("note: a service that did not end well left records in the log of %s, which are not looked at: %v", data, err)
	}
	return nil
}

// send sends a command line, its paths made absolute.
func (a *app) send(ctx context.Context, at local.Server, c *cobra.Command, args []string) (int, error) {
	dir, err := os.Getwd()
	if err != nil {
		return exitError, fmt.Errorf("send a command to the service: %w", err)
	}
	words, err := commandLine(c, args, a.quiet)
	if err != nil {
		return exitError, err
	}
	r := local.Request{Args: words, Dir: dir, Env: local.Environment(os.Environ()), Columns: a.width(), Color: a.colour()}
	code, err := local.Do(ctx, at, r, a.stdin, a.stdout, a.stderr)
	if fault.KindOf(err) == fault.Denied && !errors.Is(err, local.ErrStranger) {
		err = fault.Hint(fault.Denied, err, "run the command as the user of the service")
	}
	return code, err
}

// commandLine gives a command as words that mean the same in another folder.
func commandLine(c *cobra.Command, args []string, quiet bool) (words []string, err error) {
	for at := c; at.HasParent(); at = at.Parent() {
		words = append([]string{at.Name()}, words...)
	}
	var errs []error
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "quiet" {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if isPath(f) {
				v, err = filepath.Abs(v)
				errs = append(errs, err)
			}
			words = append(words, "--"+f.Name+"="+v)
		}
	})
	if quiet {
		words = append(words, "--quiet")
	}
	words = append(words, "--")
	for _, arg := range args {
		if c.Annotations[argPaths] != "" && arg != "-" {
			arg, err = filepath.Abs(arg)
			errs = append(errs, err)
		}
		words = append(words, arg)
	}
	return words, errors.Join(errs...)
}

// isPath reports whether a flag is marked as one of a file or folder.
func isPath(f *pflag.Flag) bool {
	_, file := f.Annotations[cobra.BashCompFilenameExt]
	_, dir := f.Annotations[cobra.BashCompSubdirsInDir]
	return file || dir
}
