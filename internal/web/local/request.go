package local

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// Request is a command line to be run in the service.
type Request struct {
	Args    []string          `json:"args"`    // without the name of the program
	Dir     string            `json:"cwd"`     // absolute: relative paths of Args lie in it
	Env     map[string]string `json:"env"`     // as Environment picks it
	Columns int               `json:"columns"` // of the terminal, 0 when there is none
	Color   bool              `json:"colour"`  // standard output is a terminal that shows colours

	// Who asks, by the word of the kernel. The client does not send it.
	Who auth.Who `json:"-"`
}

// What bounds a request.
const (
	maxRequest = 4 << 20 // bytes of its JSON
	maxArgs    = 100_000
	maxEnv     = 64
	maxEnvText = 4096 // bytes of one variable
	maxDir     = 4096
	maxColumns = 10_000
)

// environment are the variables that a command's answer may depend on.
var environment = []string{"NO_COLOR", "TERM", "LANG", "LANGUAGE", "TZ", "COLUMNS"}

// passed reports whether a variable goes to the service. No path and no secret is among them.
func passed(name string) bool {
	return slices.Contains(environment, name) || strings.HasPrefix(name, "LC_")
}

// Environment picks from os.Environ what goes with a Request.
func Environment(environ []string) map[string]string {
	out := map[string]string{}
	for _, e := range environ {
		name, value, ok := strings.Cut(e, "=")
		if ok && passed(name) && len(e) <= maxEnvText && len(out) < maxEnv {
			out[name] = value
		}
	}
	return out
}

// check refuses what no client of ours sends.
func (r *Request) check() error {
	var err error
	switch {
	case len(r.Args) == 0 || len(r.Args) > maxArgs:
		err = fmt.Errorf("a command of %d words", len(r.Args))
	case slices.ContainsFunc(append(slices.Clone(r.Args), r.Dir), func(s string) bool { return strings.ContainsRune(s, 0) }):
		err = errors.New("a command with a zero byte in it")
	case len(r.Dir) > maxDir || !absolute(r.Dir):
		err = errors.New("the folder of a command is not an absolute path")
	case r.Columns < 0 || r.Columns > maxColumns:
		err = fmt.Errorf("a terminal of %d columns", r.Columns)
	case len(r.Env) > maxEnv:
		err = fmt.Errorf("%d variables", len(r.Env))
	}
	for name, value := range r.Env {
		if !passed(name) || len(name)+len(value) > maxEnvText {
			err = errors.New("a variable that does not go with commands")
		}
	}
	return fault.Wrap(fault.Invalid, err)
}

// exit is how a command ended.
type exit struct {
	Code  int    `json:"code"`
	Error string `json:"error,omitempty"` // why it could not be run
	Kind  string `json:"kind,omitempty"`  // of fault
	Hint  string `json:"hint,omitempty"`
}

// exitOf gives the end of a command as the client learns it. An error without a kind stays here.
func exitOf(code int, err error) exit {
	if err == nil {
		return exit{Code: code}
	}
	x := exit{Code: code, Error: cut(err.Error()), Kind: fault.KindOf(err).String(), Hint: cut(fault.HintOf(err))}
	if fault.KindOf(err) == fault.Internal {
		x.Error, x.Hint = "internal error", "the log of the service says more"
	}
	return x
}

// cut bounds a text so that an exit fits a frame, however it is escaped.
func cut(s string) string {
	const most = 2000
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// shown makes a hint of the service fit for a terminal, on which it comes as it is.
func shown(hint string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, hint)
}

// err makes the error again.
func (x *exit) err() error {
	if x.Error == "" {
		return nil
	}
	for k := fault.Internal; k <= fault.Busy; k++ {
		if k.String() == x.Kind {
			return fault.Hint(k, errors.New(x.Error), shown(x.Hint))
		}
	}
	return errors.New(x.Error)
}
