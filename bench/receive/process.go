package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// process is a collector that runs.
type process struct {
	cmd *exec.Cmd
}

func startProcess(ctx context.Context, show bool, name string, args ...string) (*process, error) {
	c := exec.CommandContext(ctx, name, args...)
	if show {
		c.Stdout, c.Stderr = os.Stderr, os.Stderr
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	return &process{c}, nil
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop has the process end, and waits for that.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// cpu gives the time that the running process has used so far.
func (p *process) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	const user, system, tick = 11, 12, 10 * time.Millisecond // proc(5), counted from the state
	if len(fields) <= system {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", p.cmd.Process.Pid, len(fields))
	}
	u, err1 := strconv.Atoi(string(fields[user]))
	s, err2 := strconv.Atoi(string(fields[system]))
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc/%d/stat: %w, %w", p.cmd.Process.Pid, err1, err2)
	}
	return time.Duration(u+s) * tick, nil
}

// resident gives the memory of the running process, MiB: now and at its peak.
func (p *process) resident() (now, peak int) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	return statusLine(b, "VmRSS:") >> 10, statusLine(b, "VmHWM:") >> 10
}

func statusLine(b []byte, name string) int {
	_, rest, _ := bytes.Cut(b, []byte(name))
	f := bytes.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(string(f[0]))
	return n
}

// used gives what the ended process took in all: time of CPU, and peak of memory in MiB.
func (p *process) used() (cpu time.Duration, peak int) {
	u := p.cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime(), int(u.Maxrss >> 10)
}

// folderBytes gives what the files below a folder take.
func folderBytes(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}
