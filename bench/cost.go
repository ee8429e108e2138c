package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// cost is what something took: wall time, and user and system time of the process with its children.
type cost struct{ wall, user, system time.Duration }

// add counts what do takes.
func (c *cost) add(do func() error) error {
	started, user, system := time.Now(), time.Duration(0), time.Duration(0)
	user, system = times()
	err := do()
	c.wall += time.Since(started)
	u, s := times()
	c.user, c.system = c.user+u-user, c.system+s-system
	return err
}

func times() (user, system time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			user += time.Duration(u.Utime.Nano())
			system += time.Duration(u.Stime.Nano())
		}
	}
	return user, system
}

// median does something n times, and gives the run in the middle and the shortest by wall time.
func median(n int, do func() error) (middle, least cost, err error) {
	all := make([]cost, n)
	for i := range all {
		if err := all[i].add(do); err != nil {
			return cost{}, cost{}, err
		}
	}
	middle, least = middleOf(all)
	return middle, least, nil
}

func middleOf(all []cost) (middle, least cost) {
	slices.SortFunc(all, func(a, b cost) int { return cmp.Compare(a.wall, b.wall) })
	return all[len(all)/2], all[0]
}

// short gives "14 ms (user 20 ms, best 12 ms)".
func short(middle, least cost) string {
	return fmt.Sprintf("%s (user %s, best %s)", round(middle.wall), round(middle.user), round(least.wall))
}

func round(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// peak gives the largest resident size of this process so far, in MB.
func peak() string {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var kib int
		if n, _ := fmt.Sscanf(s.Text(), "VmHWM: %d kB", &kib); n == 1 {
			return fmt.Sprintf("%d MB", kib/1000)
		}
	}
	return "unknown"
}

// process runs a program, gives what it wrote and how large it became.
func process(stdin string, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Stdin = strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	if e, ok := err.(*exec.ExitError); ok && e.ExitCode() == 3 { // something was seen
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, tail(out))
	}
	return string(out), nil
}

func tail(out []byte) []byte { return out[max(0, len(out)-500):] }
