package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"time"

	"stormglass/internal/collect"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Hunt is a one-shot hunt: paths in, findings out, nothing kept.
type Hunt struct {
	Intel, Telemetry []string
	Rules            RulePaths
	Registers        string         // folder with what the operator states (networks.yaml, devices.yaml, …); empty: nothing
	Own              []netip.Prefix // the operator's, empty when not stated
	AllAttributes    bool           // hunt values that their source does not mark for detection
	KeepNotes        bool           // name every value of intelligence that was not loaded
	Stdin            io.Reader
	Workers          int // goroutines that decode and match; 0 is one a core
	Version          string
	Now              func() time.Time
	// Progress, when set, is told how many bytes of telemetry were read from disk.
	Progress func(done int64)

	feeds map[telemetry.SourceID]string // intelligence read, by content
}

// Run hunts. The result is complete even when some of what was given could not be read; a result
// beside an error holds the account of the intelligence, for whoever wants to know why.
func (h *Hunt) Run(ctx context.Context) (_ *hunt.Result, err error) {
	started := h.Now()
	x, l, err := h.load(ctx)
	if l == nil {
		return nil, fmt.Errorf("read intelligence: %w", err)
	}
	r := &hunt.Result{Started: started, Version: h.Version, Intel: l.Reports(), Library: &l.Library}
	if err != nil {
		return r, err
	}
	r.Values, r.Hunted = x.Len(), map[observable.Kind]int{}
	for _, k := range observable.Kinds() {
		if n := x.Count(k); n > 0 {
			r.Hunted[k] = n
		}
	}
	rules, registers, err := h.rules()
	if err != nil {
		return r, err
	}
	warnings := intel.CompileWarnings(l.Library.WarningLists)
	r.Warnings = warnings.Skipped
	networks := h.networks(registers)
	tally := hunt.NewTally(x)
	if rules != nil {
		if err := tally.Rules(rules, networks); err != nil {
			return r, err
		}
	}
	beside := newAnalysing(rules, registers, networks)
	defer func() { err = errors.Join(err, beside.close()) }()
	covered := &coverage.Counter{}
	if r.Accounts, err = h.read(ctx, &hunt.Engine{Index: x, Networks: networks, Rules: rules}, tally, beside, covered); err != nil {
		return nil, fmt.Errorf("read telemetry: %w", err)
	}
	if r.Analysers, err = beside.tell(ctx, rules, tally); err != nil {
		return nil, fmt.Errorf("analyse what was read: %w", err)
	}
	if err := tally.Finish(); err != nil {
		return nil, fmt.Errorf("correlate what rules matched: %w", err)
	}
	r.Rules = tally.Account()
	r.Coverage = coverage.Take(&coverage.Question{
		Rows: covered.Rows(), Cut: covered.Cut(), Registers: registers, Now: started, Sorts: r.Rules.NeededSorts(),
	})
	r.Outcome = tally.Outcome(&l.Library, warnings, networks)
	err = errors.Join(addCampaigns(r), addTogether(r, worldOf(registers, networks)))
	r.Took = h.Now().Sub(started)
	return r, err
}

// load reads the intelligence and builds its index. A loader beside an error holds the account of
// what was read.
func (h *Hunt) load(ctx context.Context) (*intel.Index, *intel.Loader, error) {
	l := intel.NewLoader()
	l.AllAttributes, l.KeepNotes = h.AllAttributes, h.KeepNotes
	var err error
	if h.feeds, err = LoadIntel(ctx, &collect.Files{Stdin: h.Stdin}, h.Intel, l); err != nil {
		return nil, nil, err
	}
	if len(h.Intel) == 0 { // rules alone
		x, err := l.Index()
		return x, l, err
	}
	x, err := indexOf(l)
	return x, l, err
}

// rules reads rules and registers.
func (h *Hunt) rules() (*hunt.RuleSet, *register.Registers, error) {
	var registers *register.Registers
	var err error
	if h.Registers != "" {
		if registers, err = LoadRegisters(h.Registers); err != nil {
			return nil, nil, err
		}
	}
	if h.Rules.None() {
		return nil, registers, nil
	}
	rules, err := h.Rules.Load(registers)
	return rules, registers, err
}

// networks are what the command line and the registers state together.
func (h *Hunt) networks(r *register.Registers) hunt.Networks {
	own := h.Own
	if r != nil {
		own = append(slices.Clone(own), r.Networks.Prefixes()...)
	}
	return hunt.NewNetworks(own)
}

// read reads the telemetry, each source with an engine like the one given and a part of the tally.
func (h *Hunt) read(ctx context.Context, like *hunt.Engine, t *hunt.Tally, beside *analysing, covered *coverage.Counter) ([]*telemetry.Account, error) {
	p := pass{Paths: h.Telemetry, Stdin: h.Stdin, Workers: h.Workers, Progress: h.Progress, Like: like, Tally: t, Beside: beside, Covered: covered}
	p.SameAs = func(id telemetry.SourceID) string {
		if feed, ok := h.feeds[id]; ok {
			return feed + " (intelligence)"
		}
		return ""
	}
	return p.run(ctx)
}
