package node

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
)

// RuleBook keeps the rules of a data folder ready. A file that is broken keeps the rules that it had before, as long as the program
// runs: a slip of the pen must not have a rule asleep. All of its methods may be called from any goroutine.
type RuleBook struct {
	data      string
	more      RulePaths // beside those in the folder
	registers func() *register.Registers
	canary    netip.Addr // what its flows match is left out

	mu   sync.Mutex        // of loading
	good map[string][]byte // content of files as they last could be read, by path
	seen string            // what lay there when it was looked at last

	addresses addresses // of mu

	now atomic.Pointer[edition]
	err atomic.Pointer[error]

	log       atomic.Pointer[slog.Logger]               // nil: nobody is told
	notice    atomic.Pointer[func(hits []hunt.RuleHit)] // nil: nobody is told
	arrived   sync.Map                                  // of store.RuleIdentity: rules of whose log source it is known that records came
	uncounted atomic.Uint64                             // matches that correlations were not told of
	unkept    atomic.Uint64                             // findings of an intake that were left out
}

// RulesAmiss says what is wrong with rules, pipelines and files of addresses, and what is in force in its place; nil: nothing is.
func (k *Keeper) RulesAmiss() error { return k.rules.Err() }

// warn tells of something that is not as it should be.
func (b *RuleBook) warn(what string, why slog.Attr) {
	if log := b.log.Load(); log != nil {
		log.Warn(what, why) //nolint:sloglint // what is one of a few constant texts
	}
}

// hits tells who wants to know of hits as they are found.
func (b *RuleBook) hits(hits []hunt.RuleHit) {
	if f := b.notice.Load(); f != nil {
		(*f)(hits)
	}
}

func newRuleBook(data string, registers func() *register.Registers) *RuleBook {
	return &RuleBook{data: data, registers: registers}
}

// paths are where rules lie by now.
func (b *RuleBook) paths() RulePaths {
	p := RulesOf(b.data)
	p.Rules, p.Pipelines = append(p.Rules, b.more.Rules...), append(p.Pipelines, b.more.Pipelines...)
	return p
}

// edition gives the rules in force, which are read the first time. It is never nil.
func (b *RuleBook) edition() *edition {
	if e := b.now.Load(); e != nil {
		return e
	}
	b.look()
	return b.now.Load()
}

// Err says what is wrong with the rules: what could not be read, and what is in force in its place. It is nil when nothing is.
func (b *RuleBook) Err() error {
	if p := b.err.Load(); p != nil {
		return *p
	}
	return nil
}

// look reads the rules when they changed, or the registers did, and reports whether others are in force.
func (b *RuleBook) look() (changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	paths, registers := b.paths(), b.registers()
	seen := sightOf(paths, registers)
	before := b.now.Load()
	if before != nil && seen == b.seen {
		return false
	}
	b.seen = seen
	next, err := b.load(paths, registers)
	b.err.Store(&err)
	switch {
	case next == nil && before == nil:
		next = emptyEdition()
	case next == nil || before != nil && next.version == before.version:
		return false
	}
	b.now.Store(next)
	return true
}

// load reads the rules. The error says what could not be read; the edition is nil when that is a whole path.
func (b *RuleBook) load(paths RulePaths, registers *register.Registers) (*edition, error) {
	if paths.None() {
		b.good = nil
		return emptyEdition(), nil
	}
	f := &ruleFolders{read: map[string][]byte{}, pipelines: map[string][]byte{}}
	c, pipelines, broken, err := readAll(paths, f)
	if err != nil {
		return nil, fmt.Errorf("the rules cannot be read, those of before are in force: %w", err)
	}
	f.stand = map[string][]byte{}
	for path := range broken {
		if content, ok := b.good[path]; ok {
			f.stand[path] = content
		}
	}
	said := sayBroken(broken, f.stand)
	if len(f.stand) > 0 {
		if c, pipelines, _, err = readAll(paths, f); err != nil {
			return nil, fmt.Errorf("the rules cannot be read, those of before are in force: %w", err)
		}
	}
	good := maps.Clone(f.stand)
	for path, content := range f.read {
		if _, bad := broken[path]; !bad {
			good[path] = content
		}
	}
	b.good = good
	addresses, wrong := b.addresses.load(paths.Geo)
	c.Complaints = append(c.Complaints, b.addresses.leftOut...)
	e, err := newEdition(c, pipelines, registers, addresses, f)
	if err != nil {
		return nil, fmt.Errorf("the rules cannot be used, those of before are in force: %w", err)
	}
	return e, errors.Join(said, wrong)
}

// readAll reads rules and pipelines, and gives what is wrong by path of the file.
func readAll(paths RulePaths, f *ruleFolders) (*rule.Collection, *pipeline.Set, map[string][]*rule.Complaint, error) {
	c, err := paths.read(f.open)
	if err != nil {
		return nil, nil, nil, err
	}
	pipelines, complaints, err := paths.pipelines(f.openPipelines)
	if err != nil {
		return nil, nil, nil, err
	}
	broken := map[string][]*rule.Complaint{}
	for _, x := range c.Complaints {
		broken[x.File] = append(broken[x.File], x)
	}
	for _, x := range complaints {
		path := pipelineFile(paths, f, x.File)
		x.File = path
		broken[path] = append(broken[path], x)
	}
	return c, pipelines, broken, nil
}

// pipelineFile gives the path of a pipeline by its name: of files of one name the last counts.
func pipelineFile(paths RulePaths, f *ruleFolders, name string) string {
	for _, dir := range slices.Backward(paths.Pipelines) {
		path := filepath.Join(dir, name)
		if _, ok := f.read[path]; ok {
			return path
		}
		if _, ok := f.stand[path]; ok {
			return path
		}
		if _, err := fs.Stat(f.open(dir), name); err == nil {
			return path
		}
	}
	return name
}

// maxBroken bounds how many broken files are told of one by one.
const maxBroken = 20

// sayBroken says which files are broken.
func sayBroken(broken map[string][]*rule.Complaint, stand map[string][]byte) error {
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(broken)) {
		if len(errs) == maxBroken {
			errs = append(errs, fmt.Errorf("and %d more files with rules that cannot be read", len(broken)-maxBroken))
			break
		}
		what := "what cannot be read of it is left out"
		if _, ok := stand[path]; ok {
			what = "its rules of before are in force"
		}
		errs = append(errs, fmt.Errorf("%s (%s)", broken[path][0], what))
	}
	return errors.Join(errs...)
}
