package node

import (
	"bytes"
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
	content, ok := f.all.stand[path]
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() || !ok && (!info.Mode().IsRegular() || info.Size() > maxRuleFile) {
		return file, nil // who reads it meets the error
	}
	defer func() { _ = file.Close() }() // it was only read
	if !ok {
		if content, err = io.ReadAll(io.LimitReader(file, maxRuleFile)); err != nil {
			return nil, err
		}
	}
	f.all.note(path, content, ok, f.pipelines)
	return &readFile{bytes.NewReader(content), info}, nil
}

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
