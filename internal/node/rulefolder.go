package node

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// ruleFolders opens folders of rules and pipelines. It keeps the content of what is read, and may have an earlier content stand for that
// of a file that is broken now.
type ruleFolders struct {
	stand map[string][]byte // by path: in place of what lies there

	mu        sync.Mutex
	read      map[string][]byte // by path
	pipelines map[string][]byte // of these and of what stands, pipelines
}

// open gives a folder of rules.
func (f *ruleFolders) open(dir string) fs.FS { return &ruleFolder{os.DirFS(dir), f, dir, false} }

// openPipelines gives a folder of pipelines.
func (f *ruleFolders) openPipelines(dir string) fs.FS {
	return &ruleFolder{os.DirFS(dir), f, dir, true}
}

// note keeps the content of a file.
func (f *ruleFolders) note(path string, content []byte, stands, pipeline bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !stands {
		f.read[path] = content
	}
	if pipeline {
		f.pipelines[path] = content
	}
}

type ruleFolder struct {
	fs.FS
	all       *ruleFolders
	dir       string
	pipelines bool
}

// maxRuleFile is more than any reader of rules or pipelines takes from a file.
const maxRuleFile = 20 << 20

// Open implements fs.FS.
func (f *ruleFolder) Open(name string) (fs.File, error) {
	path := filepath.Join(f.dir, name)
	info, err := f.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return f.FS.Open(name)
	case !info.Mode().IsRegular(): // to open a pipe waits for a writer
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no plain file")}
	case info.Size() > maxRuleFile:
		return f.FS.Open(name) // who reads it meets the bound
	}
	content, stands := f.all.stand[path]
	if !stands {
		if content, err = f.readAll(name); err != nil {
			return nil, err
		}
	}
	f.all.note(path, content, stands, f.pipelines)
	return &readFile{bytes.NewReader(content), info}, nil
}

func (f *ruleFolder) readAll(name string) ([]byte, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, maxRuleFile))
}

// Stat implements fs.StatFS: nothing is opened for it. A file for which an earlier content stands is as it was when it had that.
func (f *ruleFolder) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(f.FS, name)
	if err != nil {
		return nil, err
	}
	if content, stands := f.all.stand[filepath.Join(f.dir, name)]; stands {
		return standingInfo{info, int64(len(content))}, nil
	}
	return info, nil
}

// standingInfo describes a file of which an earlier content is used.
type standingInfo struct {
	fs.FileInfo
	size int64
}

// Mode implements fs.FileInfo.
func (s standingInfo) Mode() fs.FileMode { return s.FileInfo.Mode().Perm() }

// IsDir implements fs.FileInfo.
func (s standingInfo) IsDir() bool { return false }

// Size implements fs.FileInfo.
func (s standingInfo) Size() int64 { return s.size }

// ReadDir implements fs.ReadDirFS.
func (f *ruleFolder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

// readFile is a file that was read.
type readFile struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat implements fs.File.
func (f *readFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *readFile) Close() error { return nil }
