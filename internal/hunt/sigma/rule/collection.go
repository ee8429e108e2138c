package rule

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Read reads the rules of a folder and all below it, *.yml and *.yaml, or of one file. Folders and files whose names begin with a dot are
// left out. What cannot be read is complained of and the rest goes on; an error means that root itself could not be read. The rules'
// references are not resolved yet. Files are read side by side: which rules are refused where a folder is over its bound of memory is
// not fixed.
func Read(fsys fs.FS, root string) (*Collection, error) {
	c := &Collection{}
	names, err := c.files(fsys, root)
	if err != nil {
		return nil, fmt.Errorf("read rules in %s: %w", root, err)
	}
	type result struct {
		rules      []*Rule
		complaints []*Complaint
	}
	results, shared := make([]result, len(names)), new(weight)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			r := &results[i]
			r.rules, r.complaints = readFile(fsys, name, shared)
			return nil
		})
	}
	_ = group.Wait() // the functions give none
	c.Files = len(names)
	for i, r := range results {
		c.Complaints = append(c.Complaints, r.complaints...)
		if len(c.Rules)+len(r.rules) > maxRules {
			c.complain(names[i], "the folder has over %d rules: what follows was left out", maxRules)
			break
		}
		c.Rules = append(c.Rules, r.rules...)
	}
	return c, nil
}

func (c *Collection) complain(file, format string, args ...any) {
	c.Complaints = append(c.Complaints, &Complaint{File: file, Line: 1, Column: 1, Text: fmt.Sprintf(format, args...)})
}

var errEnough = errors.New("enough files")

// files names the files to read, in the order of their names.
func (c *Collection) files(fsys fs.FS, root string) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, root, func(name string, e fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil && name == root:
			return err
		case err != nil:
			c.complain(name, "it cannot be read: %v", err)
		case name != root && strings.HasPrefix(base, "."):
			if e.IsDir() {
				return fs.SkipDir
			}
		case e.IsDir():
		case name != root && path.Ext(base) != ".yml" && path.Ext(base) != ".yaml":
		case len(names) == maxFiles:
			c.complain(name, "the folder has over %d files: what follows was left out", maxFiles)
			return errEnough
		default:
			names = append(names, name)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return names, err
}

func readFile(fsys fs.FS, name string, w *weight) ([]*Rule, []*Complaint) {
	data, err := content(fsys, name)
	switch {
	case err != nil:
		return nil, []*Complaint{{File: name, Line: 1, Column: 1, Text: fmt.Sprintf("it cannot be read: %v", err)}}
	case len(data) > maxFile:
		return nil, []*Complaint{tooLarge(name)}
	}
	return parse(name, data, w)
}

// content reads a file as far as one byte over the bound. What is no plain file (a pipe, a device) is refused before it could block.
func content(fsys fs.FS, name string) (data []byte, err error) {
	if info, err := fs.Stat(fsys, name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is no plain file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// Clone copies what was read and is not resolved yet, as far as Resolve and who names the files write to it. Detections are shared: nobody
// writes to them.
func (c *Collection) Clone() *Collection {
	all := &Collection{Rules: slices.Clone(c.Rules), Complaints: slices.Clone(c.Complaints), Files: c.Files}
	for i, r := range all.Rules {
		r := *r
		r.Notes = slices.Clip(r.Notes)
		if r.Correlation != nil {
			own := *r.Correlation
			own.Rules, own.Aliases = slices.Clone(own.Rules), slices.Clone(own.Aliases)
			r.Correlation = &own
		}
		if r.Filter != nil {
			own := *r.Filter
			own.Rules = slices.Clone(own.Rules)
			r.Filter = &own
		}
		all.Rules[i] = &r
	}
	for i, x := range all.Complaints {
		x := *x
		all.Complaints[i] = &x
	}
	return all
}

// Join puts collections together, as of the project's rules and the operator's. Of rules with one id the first counts.
func Join(collections ...*Collection) *Collection {
	all := &Collection{}
	for _, c := range collections {
		all.Rules = append(all.Rules, c.Rules...)
		all.Complaints = append(all.Complaints, c.Complaints...)
		all.Files += c.Files
	}
	return all
}
