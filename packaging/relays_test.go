//go:build linux

// Package packaging_test runs what packaging holds for other programs: the snippets for relays of syslog, in
// the relays themselves.
package packaging_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
	"stormglass/internal/porttest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/text"
)

// device is where messages come from: on Linux all of 127.0.0.0/8 is this machine.
const device = "127.0.0.7"

// nobody is the user without rights.
const nobody = 65534

// relay is a program that passes syslog on, with our snippet.
type relay struct {
	program string
	snippet string
	// conf gives the rest of a configuration: a source of UDP at a port, and folders below dir.
	conf func(dir, snippet string, udp int) string
	args func(dir string) []string
	next func(*bufio.Reader) (string, error) // next message of the stream it sends
}

var relays = map[string]relay{
	"rsyslog": {
		program: "rsyslogd", snippet: "rsyslog/60-stormglass.conf", next: counted,
		conf: func(dir, snippet string, udp int) string {
			return fmt.Sprintf("global(workDirectory=%q maxMessageSize=\"64k\" net.enableDNS=\"off\")\n"+
				"module(load=\"imudp\")\ninput(type=\"imudp\" address=\"127.0.0.1\" port=\"%d\")\n%s", dir, udp, snippet)
		},
		args: func(dir string) []string {
			return []string{"-n", "-f", filepath.Join(dir, "conf"), "-i", filepath.Join(dir, "pid")}
		},
	},
	"syslog-ng": {
		program: "syslog-ng", snippet: "syslog-ng/stormglass.conf", next: line,
		conf: func(dir, snippet string, udp int) string {
			snippet = strings.Replace(snippet, "disk-buffer(", fmt.Sprintf("disk-buffer(dir(%q) ", dir), 1)
			return fmt.Sprintf("@version: 3.22\noptions { use-dns(no); log-msg-size(65536); };\n"+
				"source s_devices { network(ip(\"127.0.0.1\") transport(\"udp\") port(%d) flags(store-raw-message)); };\n%s", udp, snippet)
		},
		args: func(dir string) []string {
			at := func(name string) string { return filepath.Join(dir, name) }
			return []string{"-F", "--no-caps", "-f", at("conf"), "-R", at("persist"), "-p", at("pid"), "-c", at("control")}
		},
	},
}

// TestRelays: what comes through a relay says the same of its device, and of when, as what comes from the
// device itself. packaging/test-relays runs it.
func TestRelays(t *testing.T) {
	for name, r := range relays {
		t.Run(name, func(t *testing.T) {
			program, err := exec.LookPath(r.program)
			if err != nil {
				if os.Getenv("STORMGLASS_REQUIRE_RELAYS") != "" {
					t.Fatal(err)
				}
				t.Skipf("%s is not installed: apt-get install %s", r.program, name)
			}
			messages := sent(t)
			got := r.run(t, program, messages)
			for i, m := range messages {
				compare(t, m, got[i])
			}
			t.Logf("%d messages passed through %s", len(messages), name)
		})
	}
}

// sent gives the messages of the test: headers of many vendors, and those of the public collection.
func sent(t *testing.T) []string {
	t.Helper()
	messages := []string{
		"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
		"<189>1179: NetAuto_CSRv-03: May 31 15:25:53.743 MEST: %LINK-5-CHANGED: Interface GigabitEthernet2, changed state to administratively down",
		"<189>45: *Mar  1 00:00:45.123: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.31.0.24)",
		"<189>edge1 4711: Nov 29 07:00:00.123 UTC: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: admin] [Source: 203.0.113.9]",
		"<190>40: xrv RP/0/RP0/CPU0:Oct  4 22:52:47.441 : cfgmgr_trial_confirm[67310]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user 'vagrant'.",
		"<29>2018-7-23 01:00:33.270.1 my-awesome-huawei-switch %%01IFNET/4/IF_STATE(l)[4997]:Interface Ethernet0/0/8 has turned into UP state.",
		"<172>2020-03-31T08:41:59+00:00 some-router rpd[13037]: bgp_recv: read from peer fd00:1065::1 failed",
		"<165>1 2026-11-29T07:00:00.123Z mx1.example.net mgd 3046 UI_DBASE_LOGIN_EVENT [junos@2636.1.1.1.2.18 username=\"regress\" x=\"a\\]b\"] User 'regress' entering configuration mode",
		"<165>1 2026-11-29T07:00:00+02:00 mx2 sshd 1 - - Accepted password for admin from 203.0.113.9",
		"<13>up",
		"<165>1 2026-11-29T07:00:00.123Z - mgd - - - a message of a device without a name",
		"<165>1 2026-11-29T07:00:00.123Z mx3 mgd - - [origin ip=\"198.51.100.7\"] what a device itself states as its origin",
		"<189>Nov 29 07:00:00 edge2 app: percent %20 and \"quotes\" and \\ and $1 ${HOST} stay as they are",
	}
	files, err := filepath.Glob(filepath.Join(datatest.Path(t, "telemetry", "syslog-napalm"), "*", "*", "*", "syslog.msg"))
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if m := strings.TrimSpace(string(content)); strings.HasPrefix(m, "<") && !strings.ContainsAny(m, "\r\n\t") {
			messages = append(messages, m)
		}
	}
	headers, err := os.ReadFile(datatest.Path(t, "telemetry", "syslog-elastic", "cisco-ios-syslog-header.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cisco []struct{ Original string }
	if err := json.Unmarshal(headers, &cisco); err != nil || len(cisco) == 0 {
		t.Fatal(len(cisco), err)
	}
	for _, c := range cisco {
		if c.Original != "" {
			messages = append(messages, c.Original)
		}
	}
	return messages
}

// run starts the relay, sends it the messages one by one from the device's address, and gives what comes out.
func (r relay) run(t *testing.T, program string, messages []string) []string {
	t.Helper()
	collector, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	udp := r.start(t, program, collector.Addr().(*net.TCPAddr).Port)
	from, err := net.DialUDP("udp", &net.UDPAddr{IP: net.ParseIP(device)}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: udp})
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	out := make(chan string, 1024)
	go r.accept(collector, out)
	awaken(t, from, out)
	var got []string
	for _, m := range messages {
		from.Write([]byte(m))
		got = append(got, receive(t, out, m))
	}
	return got
}

// start runs the program without rights, in a folder of its own, and gives the port it listens on.
func (r relay) start(t *testing.T, program string, collector int) (udp int) {
	t.Helper()
	snippet, err := os.ReadFile(r.snippet)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "relay") //nolint:usetesting // a test's own folder lies in one that nobody else may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	udp = int(porttest.Free(t).Port())
	text := strings.NewReplacer("stormglass.example.net", "127.0.0.1", `port="601"`, fmt.Sprintf(`port="%d"`, collector), "port(601)", fmt.Sprintf("port(%d)", collector)).Replace(string(snippet))
	if err := os.WriteFile(filepath.Join(dir, "conf"), []byte(r.conf(dir, text, udp)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, r.args(dir)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", program, said.String())
		}
	})
	return udp
}

// accept reads what connections carry until the collector is closed.
func (r relay) accept(collector net.Listener, out chan<- string) {
	for {
		conn, err := collector.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			for in := bufio.NewReader(conn); ; {
				m, err := r.next(in)
				if err != nil {
					return
				}
				out <- m
			}
		}()
	}
}

// awaken sends until the relay listens: both forms, since each may have a connection of its own.
func awaken(t *testing.T, from net.Conn, out <-chan string) {
	t.Helper()
	for _, probe := range []string{"<13>Nov 29 07:00:00 probe old", "<13>1 2026-11-29T07:00:00Z probe new - - - hello"} {
		deadline := time.After(60 * time.Second)
		for heard := false; !heard; {
			from.Write([]byte(probe))
			select {
			case m := <-out:
				heard = strings.Contains(m, probe[len(probe)-3:])
			case <-time.After(200 * time.Millisecond):
			case <-deadline:
				t.Fatal("nothing comes through")
			}
		}
	}
}

// receive gives the next message that is no probe.
func receive(t *testing.T, out <-chan string, sent string) string {
	t.Helper()
	for {
		select {
		case m := <-out:
			if !strings.Contains(m, " probe ") {
				return m
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%q does not come through", sent)
		}
	}
}

// counted reads a message with its length before it (RFC 6587, 3.4.1).
func counted(in *bufio.Reader) (string, error) {
	count, err := in.ReadString(' ')
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(strings.TrimSpace(count))
	if err != nil {
		return "", err
	}
	m := make([]byte, n)
	_, err = io.ReadFull(in, m)
	return string(m), err
}

func line(in *bufio.Reader) (string, error) {
	m, err := in.ReadString('\n')
	return strings.TrimSuffix(m, "\n"), err
}

// said is what a message says of itself.
type said struct {
	Host, Code, Message string
	Source, Relay       string // the addresses that it came from and through
	Device              string // the time that the device states, empty when it states none
}

// sender is who the messages come from that are read: a relay, or the device.
var sender = netip.MustParseAddrPort("192.0.2.250:514")

var now = time.Now().UTC()

// read decodes a message as the service does.
func read(t *testing.T, m string) said {
	t.Helper()
	var s telemetry.Set
	at := telemetry.InstantOf(now)
	new(text.Messages).Decode(&telemetry.Datagram{From: sender, At: at, Data: []byte(m)}, &s)
	b := s.Batch(telemetry.KindEvent)
	if len(b.Event) != 1 {
		t.Fatalf("%q is %d records", m, len(b.Event))
	}
	e := b.Event[0]
	got := said{Host: e.Host}
	for _, p := range b.PairsOf(e.Pairs) {
		switch p.Field.String() {
		case "event.code":
			got.Code = p.Text
		case "message":
			got.Message = p.Text
		case "log.source.address":
			got.Source = p.Text
		case "stormglass.log.relay.address":
			got.Relay = p.Text
		}
	}
	switch {
	case e.Stated.Known():
		got.Device = e.Stated.Time().Format(time.RFC3339Nano)
	case e.Occurred != at:
		got.Device = e.Occurred.Time().Format(time.RFC3339Nano)
	}
	return got
}

// compare holds a message that came through a relay against the same from the device: the relay adds the address that it came
// from, which names a device that states no name.
func compare(t *testing.T, direct, relayed string) {
	t.Helper()
	const origin = ` [origin ip="` + device + `"]`
	want, got := read(t, direct), read(t, relayed)
	want.Source, want.Relay = device, sender.Addr().String()
	if want.Host == "" {
		want.Host = device
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sent     %s\narrived  %s\n-direct +relayed\n%s", direct, relayed, diff)
	}
	switch _, body, _ := strings.Cut(direct, ">"); {
	case strings.HasPrefix(body, "1 "):
		if !strings.Contains(relayed, origin) {
			t.Errorf("no origin: %s", relayed)
		}
	case relayed != direct+origin:
		t.Errorf("what the device wrote is changed:\n%s\n%s", direct, relayed)
	}
}
