package coverage

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"stormglass/internal/plainyaml"
)

// Advice says what switches logs on, by platform.
type Advice struct{ platforms []platform }

// platform is one file of advice.
type platform struct {
	Platform string   `yaml:"platform"`
	Names    []string `yaml:"names"` // as registers may call it, plainly
	Switches []Switch `yaml:"switches"`
}

// Switch is what is to be typed for messages of some sorts to come.
type Switch struct {
	Sorts   []string `yaml:"sorts"` // "event/login"
	Lines   []string `yaml:"lines"` // of configuration; words in capitals are the operator's to fill in
	Source  string   `yaml:"source"`
	Certain bool     `yaml:"certain"`
	Note    string   `yaml:"note"`
}

// ReadAdvice reads the files of a folder (content.Logging).
func ReadAdvice(folder fs.FS) (*Advice, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read advice on logging: %w", err)
	}
	a := &Advice{}
	for _, name := range names {
		p, err := readPlatform(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read advice on logging %s: %w", name, err)
		}
		a.platforms = append(a.platforms, *p)
	}
	return a, nil
}

func readPlatform(folder fs.FS, name string) (*platform, error) {
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	var errs []error
	root := plainyaml.Form{MaxMiB: 1, Use: "advice on logging uses it"}.Root(content, func(line int, text string) {
		errs = append(errs, fmt.Errorf("line %d: %s", line, text))
	})
	if root == nil || len(errs) > 0 {
		return nil, errors.Join(append(errs, errors.New("it holds no platform"))...)
	}
	p := &platform{}
	if err := root.Decode(p); err != nil {
		return nil, err
	}
	for i := range p.Switches {
		s := &p.Switches[i]
		for _, sort := range s.Sorts {
			if _, ok := ParseSort(sort); !ok {
				return nil, fmt.Errorf("switch %d is of %q, which is no sort of record", i+1, sort)
			}
		}
		if len(s.Sorts) == 0 || len(s.Lines) == 0 || s.Source == "" {
			return nil, fmt.Errorf("switch %d lacks sorts, lines or source", i+1)
		}
	}
	return p, nil
}

// For gives what switches a sort on, on a platform as a register calls it; not ok when nothing is known.
func (a *Advice) For(platform string, sort Sort) (s *Switch, ok bool) {
	p := a.of(platform)
	if p == nil {
		return nil, false
	}
	for i := range p.Switches {
		if slices.Contains(p.Switches[i].Sorts, sort.String()) {
			return &p.Switches[i], true
		}
	}
	if sort.Unswitched() { // they come with any message
		return a.For(platform, Sort{Kind: sort.Kind})
	}
	return nil, false
}

// Name gives what a platform is called by people; "" of one that is not known.
func (a *Advice) Name(platform string) string {
	if p := a.of(platform); p != nil {
		return p.Platform
	}
	return ""
}

// of finds a platform by the longest of its names that begins what the register says.
func (a *Advice) of(platform string) (best *platform) {
	is, longest := plainName(platform), 0
	for i := range a.platforms {
		for _, n := range a.platforms[i].Names {
			if len(n) > longest && strings.HasPrefix(is, n) {
				best, longest = &a.platforms[i], len(n)
			}
		}
	}
	return best
}
