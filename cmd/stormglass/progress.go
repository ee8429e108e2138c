package main

import (
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"stormglass/internal/collect"
)

// progress is a bar on standard error; the zero value shows nothing.
type progress struct {
	mu  sync.Mutex
	bar *progressbar.ProgressBar
}

// progress starts a bar over what paths hold on disk, when a person is watching.
func (a *app) progress(doing string, paths []string) *progress {
	if _, ok := terminal(a.stderr); !ok || a.quiet {
		return &progress{}
	}
	size := collect.Size(paths)
	if size == 0 {
		size = -1
	}
	return &progress{bar: progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(a.stderr), progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription(doing))}
}

func (p *progress) at(done int64) {
	if p.bar == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.bar.Set64(done) // a bar that cannot be drawn stops nothing
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish() // as above
	}
}
