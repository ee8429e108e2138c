package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stormglass/internal/web/api"
)

// output is what several goroutines write to.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// command runs a command line and gives its exit code and what it wrote.
func command(t *testing.T, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs output
	code = run(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// serving runs serve on a data folder until stop, which gives what it logged.
func serving(t *testing.T, data string, args ...string) (stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	env := map[string]string{"XDG_RUNTIME_DIR": t.TempDir()}
	if err := os.Chmod(env["XDG_RUNTIME_DIR"], 0o700); err != nil {
		t.Fatal(err)
	}
	var log output
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--data", data, "--listen", "none", "--memory", "512MiB"}, args...), func(name string) string { return env[name] }, nil, &log, &log)
	}()
	stopped := false
	stop = func() string {
		t.Helper()
		if !stopped {
			stopped = true
			cancel()
			if code := <-ended; code != exitDone {
				t.Errorf("serve ended with %d:\n%s", code, log.String())
			}
		}
		return log.String()
	}
	t.Cleanup(func() { stop() })
	for range 3000 {
		if code, _, _ := command(t, nil, "", "status", "--data", data); code == exitDone {
			return stop
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not ready:\n%s", log.String())
	return nil
}

// syslogTo sends a message to the syslog listener of a service.
func syslogTo(t *testing.T, data, message string) {
	t.Helper()
	_, out, _ := command(t, nil, "", "status", "--data", data, "-o", "json")
	var st api.Status
	if err := json.Unmarshal([]byte(out), &st); err != nil {
		t.Fatal(err)
	}
	for _, l := range st.Listeners {
		if network, address, _ := strings.Cut(l.Address, " "); l.Name == "syslog" && network == "udp" {
			conn, err := new(net.Dialer).DialContext(t.Context(), "udp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte(message)); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no listener for syslog in %s", out)
}

// Commands on a folder that a service owns go through it, and see what it received: from another folder, with
// relative paths, from standard input, with their exit codes.
func TestCommandsThroughTheService(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	stop := serving(t, "data", "--syslog", "127.0.0.1:0")
	if err := os.WriteFile("iocs.txt", []byte("203.0.113.9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect := func(want int, contains, stdin string, args ...string) {
		t.Helper()
		code, out, errs := command(t, map[string]string{"STORMGLASS_DATA": "data"}, stdin, args...)
		if code != want || !strings.Contains(out+errs, contains) {
			t.Errorf("%v: exit code %d, want %d and %q:\n%s%s", args, code, want, contains, out, errs)
		}
	}
	expect(exitDone, "Added 1 file", "", "intel", "add", "iocs.txt")
	syslogTo(t, "data", "<13>1 "+time.Now().UTC().Format(time.RFC3339)+" edge1 app - - - login from 203.0.113.9")
	for range 1000 { // it is on its way
		if code, _, _ := command(t, nil, "", "seen", "--data", "data", "203.0.113.9"); code == exitFound {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	expect(exitFound, "unregistered:edge1", "", "seen", "203.0.113.9")
	expect(exitFound, "203[.]0[.]113[.]9", "203.0.113.9\n", "seen", "-")
	expect(exitDone, "1 finding", "", "finding", "list")
	expect(exitFound, "answer.txt", "", "hunt", "--data", "data", "--to", "answer.txt", "-o", "json")
	if _, err := os.Stat(filepath.Join(dir, "answer.txt")); err != nil {
		t.Errorf("the answer is not where the client is: %v", err)
	}
	expect(exitDone, "1 record", "<13>Nov 20 12:00:00 edge2 app: from standard input\n", "ingest", "--sensor", "hand", "-")
	expect(exitDone, "iocs.txt", "", "intel", "list")
	expect(exitError, "no such file", "", "ingest", "not-there.log")
	expect(exitUsage, "--reason", "", "purge", "203.0.113.9")
	expect(exitDone, "removed", "", "intel", "remove", "iocs.txt")
	expect(exitDone, "Listeners", "", "status")
	expect(exitError, "writes to it", "", "check", "--repair")
	expect(exitError, "", "", "serve", "--syslog", "127.0.0.1:0", "--listen", "none", "--memory", "512MiB")
	log := stop()
	if strings.Contains(log, "level=ERROR") {
		t.Errorf("log:\n%s", log)
	}
	expect(exitError, "no service works on data", "", "status")
	expect(exitFound, "unregistered:edge1", "", "seen", "203.0.113.9")
}

// A service that was killed leaves its name in the lock file: commands find nobody there and work by themselves.
func TestServiceGone(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, nil, "x\n", "ingest", "--data", data, "-"); code != exitDone {
		t.Fatal(errs)
	}
	left := "pid 1\nsocket " + filepath.Join(data, "gone.sock") + "\n"
	if err := os.WriteFile(filepath.Join(data, "LOCK"), []byte(left), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := command(t, nil, "y\n", "ingest", "--data", data, "-"); code != exitDone || !strings.Contains(out, "1 record") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
}

func TestServeUsage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"serve", "--data", data, "--listen", "none"}, exitError, "nothing to take in"},
		{[]string{"serve", "--netflow", ":2055"}, exitError, "data"},
		{[]string{"serve", "--data", data, "--netflow", "nonsense"}, exitError, "--netflow"},
		{[]string{"serve", "--data", data, "--watch", filepath.Join(data, "none")}, exitError, "none"},
		{[]string{"serve", "--data", data, "--netflow", "127.0.0.1:0", "--memory", "much"}, exitUsage, "--memory"},
		{[]string{"serve", "--data", data, "--netflow", "127.0.0.1:0", "--listen", "0.0.0.0:0"}, exitError, "token"},
	} {
		code, _, errs := command(t, nil, "", tt.args...)
		if code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("%v: exit code %d, want %d and %q:\n%s", tt.args, code, tt.code, tt.says, errs)
		}
	}
}

func TestConfigCommands(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stormglass.yaml")
	if err := os.WriteFile(file, []byte("data: /srv/stormglass\ncollect:\n  netflow: [{address: \":2055\"}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := command(t, nil, "", "config", "check", file); code != exitDone || !strings.Contains(out, "in order") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	if code, out, errs := command(t, map[string]string{"STORMGLASS_DATA": "/other"}, "", "config", "show", file); code != exitDone || !strings.Contains(out, "/other") || !strings.Contains(out, "$STORMGLASS_DATA") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	if err := os.WriteFile(file, []byte("dat: /srv/stormglass\nfold_every: soon\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := command(t, nil, "", "config", "check", file)
	if code != exitError || !strings.Contains(out, file+":1") || !strings.Contains(out, file+":2") || !strings.Contains(errs, "2 things") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	code, out, errs = command(t, nil, "", "config", "token", "siem", "--role", "read,ingest", "--days", "30")
	if code != exitDone || !strings.Contains(out, "stormglass_") || !strings.Contains(out, "sha256: ") || !strings.Contains(out, "until: ") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	if code, _, errs := command(t, nil, "", "config", "token", "siem", "--role", "root"); code != exitUsage || !strings.Contains(errs, "root") {
		t.Errorf("%d: %s", code, errs)
	}
}
