package simulate

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// historyDays are the days before a month of which the log store still has the logins to the first jump host: enough that an account that
// nobody used for sixty days is told from one that was used (PRV-03). All else begins with the month.
const historyDays = 48

// stampISO is the time of rsyslog's newer template, which states year and zone.
const stampISO = "2006-01-02T15:04:05.000000Z07:00"

const historyFamily = "archive/jump-1"

// writeHistory writes them, as rsyslog's newer template has them.
func writeHistory(dir string, cfg Config, op *site, sums sums) (err error) {
	dir = filepath.Join(dir, "telemetry", "archive")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return err
	}
	f, err := os.Create(filepath.Join(dir, "jump-1.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriter(f)
	c := newCast("history", cfg, op, nil)
	for n := -historyDays; n < 0; n++ {
		for _, text := range c.loginsOf(n) {
			sums[historyFamily]++
			if _, err := out.WriteString(text); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// loginsOf gives the lines of a day of everybody who worked on it, in order.
func (c *cast) loginsOf(n int) []string {
	var lines []string
	midnight := c.midnight(n)
	if !isWorkday(midnight) {
		return nil
	}
	for i := range staff {
		w := &staff[i]
		if !w.works(n) {
			continue
		}
		in := midnight.Add(time.Duration(w.hour)*time.Hour + c.upTo(50*time.Minute))
		port, pid := c.between(32768, 60999), c.between(2000, 60_000)
		write := func(at time.Time, text string) {
			lines = append(lines, fmt.Sprintf("%s jump-1 sshd[%d]: %s\n", at.Format(stampISO), pid, text))
		}
		write(in, fmt.Sprintf("Accepted publickey for %s from %s port %d ssh2: ED25519 SHA256:%s", w.name, bench(w.name), port, digest(hash("key "+w.name), 20)))
		write(in.Add(8*time.Hour), fmt.Sprintf("Disconnected from user %s %s port %d", w.name, bench(w.name), port))
	}
	slices.SortFunc(lines, strings.Compare) // each begins with its time
	return lines
}
