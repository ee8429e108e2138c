package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// nfcapd is Debian's collector of the nfdump tools. It decodes and stores; it matches nothing.
type nfcapd struct {
	*options
	*process
}

func (n *nfcapd) proc() *process { return n.process }

func (n *nfcapd) folder() string { return filepath.Join(n.dir, "nfcapd") }

func (n *nfcapd) start(ctx context.Context, port int) error {
	if err := os.MkdirAll(n.folder(), 0o700); err != nil {
		return err
	}
	args := []string{"-w", n.folder(), "-b", "127.0.0.1", "-p", strconv.Itoa(port), "-B", strconv.Itoa(n.buffer), "-t", "3600"}
	if n.compress != "" {
		args = append(args, n.compress)
	}
	var err error
	if n.process, err = startProcess(ctx, n.verbose, n.nfcapd, args...); err != nil {
		return err
	}
	time.Sleep(2 * time.Second) // it does not say when it listens
	return nil
}

// received is not told by nfcapd while it runs.
func (*nfcapd) received(context.Context) (got, lost uint64, known bool) { return 0, 0, false }

func (*nfcapd) told(context.Context) []string { return nil }

var flowsLine = regexp.MustCompile(`(?m)^Flows: (\d+)`)

func (n *nfcapd) stored(ctx context.Context) (uint64, error) {
	out, err := exec.CommandContext(ctx, "nfdump", "-I", "-R", n.folder()).Output()
	if err != nil {
		return 0, fmt.Errorf("nfdump -I: %w", err)
	}
	m := flowsLine.FindSubmatch(out)
	if m == nil {
		return 0, errors.New("nfdump -I tells no flows")
	}
	return strconv.ParseUint(string(m[1]), 10, 64)
}
