package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/config"
	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/outbox"
	"stormglass/internal/report"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// configured gives a configuration of a service on loopback, at ports that the system picks.
func configured(t *testing.T) *config.Config {
	t.Helper()
	c := config.Default()
	c.Data = filepath.Join(t.TempDir(), "data")
	c.Memory = 512 << 20
	c.StopWithin = 20 * time.Second
	c.HTTP.Address = "127.0.0.1:0"
	c.Canary.Off = true
	u := config.DefaultUDP()
	u.Address, u.Buffer = "127.0.0.1:0", 1<<20
	c.Collect.NetFlow, c.Collect.Syslog = []config.UDP{u}, []config.UDP{u}
	s := config.DefaultStream()
	s.Address = "127.0.0.1:0"
	c.Collect.SyslogTCP = []config.Stream{s}
	return c
}

// tokenFile makes a file with one token of all roles.
func tokenFile(t *testing.T, c *config.Config) (token string) {
	t.Helper()
	return tokenFiles(t, c, "tester")[0]
}

// tokenFiles makes a file with a token of all roles for each name.
func tokenFiles(t *testing.T, c *config.Config, names ...string) (tokens []string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("tokens:\n")
	for _, name := range names {
		secret, entry, err := auth.NewToken(name, []auth.Role{auth.Admin}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		lines, err := entry.YAML()
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(lines)
		tokens = append(tokens, string(secret))
	}
	c.HTTP.Tokens = filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(c.HTTP.Tokens, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return tokens
}

// run runs a service until stop, which waits for its end.
func run(t *testing.T, c *config.Config) (s *Service, stop func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	s, err := Open(t.Context(), c, Options{
		Version: "test", Room: roomy, Socket: filepath.Join(t.TempDir(), "s.sock"), Getenv: func(string) string { return "" }, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, begun(t, s)
}

// until waits for something; it looks often, for as long as a slow machine may take.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not %s", what)
}

// client asks the API of a service.
type client struct {
	t     *testing.T
	base  string
	token string
}

func (c client) do(method, path, body string, into any) int {
	c.t.Helper()
	code, _ := c.ask(method, path, body, into)
	return code
}

// page asks for a page and gives the path of the next, empty when there is none.
func (c client) page(path string, into any) (next string) {
	c.t.Helper()
	_, header := c.ask("GET", path, "", into)
	next, _, _ = strings.Cut(strings.TrimPrefix(header.Get("Link"), "<"), ">")
	return next
}

func (c client) ask(method, path, body string, into any) (int, http.Header) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if into != nil && resp.StatusCode/100 == 2 {
		if err := json.Unmarshal(raw, into); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return resp.StatusCode, resp.Header
}

func send(t *testing.T, network string, to netip.AddrPort, data ...string) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), network, to.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, d := range data {
		if _, err := conn.Write([]byte(d)); err != nil {
			t.Fatal(err)
		}
	}
}

// roomy is a disk with room, whatever the machine has left that a test runs on.
func roomy(string) (free, total uint64) { return 1 << 40, 1 << 41 }

// foundPage is what a test reads of an answer with findings.
type foundPage struct {
	Findings []struct {
		ID    string `json:"id"`
		Value string `json:"value"`
	} `json:"findings"`
}

// What arrives at each socket is matched, kept, and answered for; intelligence that comes later finds it.
func TestServe(t *testing.T) {
	c := configured(t)
	token := tokenFile(t, c)
	s, stop := run(t, c)
	at := client{t, "http://" + s.http.said(), token}
	if code := at.do("POST", "/api/v1/intel?name=iocs.txt", "203.0.113.5\n203.0.113.6\n203.0.113.7\n2001:db8::5\n", nil); code/100 != 2 {
		t.Fatalf("add intelligence: %d", code)
	}
	now := time.Now().UTC().Format(time.RFC3339)
	from, to := netip.MustParseAddr("2001:db8::5"), netip.MustParseAddr("fd00::1")
	send(t, "udp", s.bound()[0].Addr(), string(canaryPacket(from, to, 0, time.Now())))
	send(t, "udp", s.bound()[1].Addr(), "<13>1 "+now+" edge1 app - - - login from 203.0.113.6")
	message := "<13>1 " + now + " edge2 app - - - login from 203.0.113.7"
	send(t, "tcp", s.bound()[2].Addr(), fmt.Sprintf("%d %s", len(message), message), message+"\n")
	var in api.Ingested
	line := `{"@timestamp":"` + now + `","source":{"ip":"10.0.0.9"},"destination":{"ip":"203.0.113.5"},"event":{"dataset":"made.up"}}` + "\n"
	if code := at.do("POST", "/api/v1/ingest?name=proxy", line, &in); code/100 != 2 || in.Records != 1 || in.Known {
		t.Fatalf("ingest: %d, %+v", code, in)
	}
	if code := at.do("POST", "/api/v1/ingest?name=proxy", line, &in); code/100 != 2 || !in.Known {
		t.Errorf("the same again: %d, %+v", code, in)
	}
	var found foundPage
	until(t, "found by all four ways", func() bool {
		found = foundPage{}
		at.do("GET", "/api/v1/findings", "", &found)
		values := map[string]bool{}
		for _, f := range found.Findings {
			values[f.Value] = true
		}
		return len(values) == 4
	})
	var st api.Status
	at.do("GET", "/api/v1/status", "", &st)
	records := map[string]uint64{}
	for _, l := range st.Listeners {
		records[l.Name+" "+first(l.Address)] = l.Records
	}
	if records["netflow udp"] != 1 || records["syslog udp"] != 1 || records["syslog tcp"] != 2 || st.Pipeline.Records != 5 || st.Intel.Values != 4 {
		t.Errorf("status: %v, %+v, %+v", records, st.Pipeline, st.Intel)
	}
	pages(t, at, len(found.Findings))
	served := incidents(t, at, &found)
	if code := at.do("GET", "/api/v1/findings?after=nonsense", "", nil); code != http.StatusBadRequest {
		t.Errorf("a page that is none: %d", code)
	}
	if code := (client{t, at.base, "wrong"}).do("GET", "/api/v1/status", "", nil); code != http.StatusUnauthorized {
		t.Errorf("a wrong token: %d", code)
	}
	before := len(found.Findings)
	for range 2 { // the same name again takes the place of what it was
		if code := at.do("POST", "/api/v1/intel?name=more.txt", fmt.Sprintf("203.0.113.%d\n", 70+before), nil); code/100 != 2 {
			t.Errorf("add intelligence: %d", code)
		}
		before++
	}
	if at.do("GET", "/api/v1/status", "", &st); st.Intel.Values != 5 || st.Intel.Files != 2 {
		t.Errorf("after a file was handed in twice: %+v", st.Intel)
	}
	stop()
	kept, err := node.Findings(t.Context(), c.Data, node.FindingQuery{})
	if err != nil || len(kept.Findings) != len(found.Findings) {
		t.Errorf("kept %d, %v", len(kept.Findings), err)
	}
	list, err := node.Incidents(t.Context(), c.Data)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, i := range list.Incidents {
		told = append(told, i.ID.String())
	}
	if !slices.Equal(told, served) {
		t.Errorf("incidents of the folder %q, of the service %q", told, served)
	}
}

// incidents checks that the service joins what was found, each finding in one incident that can be asked for by itself, and gives their ids.
func incidents(t *testing.T, at client, found *foundPage) (ids []string) {
	t.Helper()
	var list struct {
		Incidents []report.IncidentJSON
		Alone     int `json:"findings_in_none"`
	}
	at.do("GET", "/api/v1/incidents", "", &list)
	var joined []string
	for i := range list.Incidents {
		one := &list.Incidents[i]
		ids, joined = append(ids, one.ID), append(joined, one.Findings...)
		var shown struct{ Incident report.IncidentJSON }
		if code := at.do("GET", "/api/v1/incidents/"+one.ID[:12], "", &shown); code != http.StatusOK || shown.Incident.ID != one.ID || !slices.Equal(shown.Incident.Findings, one.Findings) {
			t.Errorf("incident %s alone: %d, %+v", one.ID, code, shown)
		}
	}
	slices.Sort(joined)
	if n := len(slices.Compact(slices.Clone(joined))); n != len(joined) || n == 0 || n+list.Alone != len(found.Findings) {
		t.Errorf("incidents join %q, %d are alone, of %d", joined, list.Alone, len(found.Findings))
	}
	for _, f := range found.Findings {
		joined = slices.DeleteFunc(joined, func(id string) bool { return id == f.ID })
	}
	if len(joined) > 0 {
		t.Errorf("incidents join %q, which nobody found", joined)
	}
	return ids
}

// pages goes through all findings one by one.
func pages(t *testing.T, at client, want int) {
	t.Helper()
	seen := map[string]bool{}
	for path := "/api/v1/findings?limit=1"; path != ""; {
		var page foundPage
		path = at.page(path, &page)
		for _, f := range page.Findings {
			if seen[f.ID] {
				t.Errorf("%s is on two pages", f.ID)
			}
			seen[f.ID] = true
		}
	}
	if len(seen) != want {
		t.Errorf("%d findings on pages, %d in all", len(seen), want)
	}
}

func first(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// Before the folder is open the service lives and is not ready, and answers that it is busy.
func TestNotReady(t *testing.T) {
	c := configured(t)
	s, err := Open(t.Context(), c, Options{Getenv: func(string) string { return "" }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.unbind()
	st, err := s.Status(t.Context())
	if err != nil || st.Ready || len(st.NotReady) != 1 {
		t.Errorf("%+v, %v", st, err)
	}
	if _, err := s.Findings(t.Context(), api.FindingQuery{Limit: 1}); fault.KindOf(err) != fault.Busy {
		t.Errorf("findings: %v", err)
	}
}

// Where a disk has little room left, what is handed in is refused, so that what is received meanwhile has it.
func TestHandedInOnAFullDisk(t *testing.T) {
	c := configured(t)
	token := tokenFile(t, c)
	s, err := Open(t.Context(), c, Options{
		Room: func(string) (free, total uint64) { return 1 << 30, 1 << 40 }, Socket: filepath.Join(t.TempDir(), "s.sock"),
		Getenv: func(string) string { return "" }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	begun(t, s)
	at := client{t, "http://" + s.http.said(), token}
	if code := at.do("POST", "/api/v1/ingest?name=proxy", "a line\n", nil); code != http.StatusServiceUnavailable {
		t.Errorf("handed in: %d", code)
	}
}

// A folder that somebody else writes to is refused, and the sockets are let go.
func TestFolderHeld(t *testing.T) {
	c := configured(t)
	k, err := node.OpenKeeper(t.Context(), c.Data, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	s, err := Open(t.Context(), c, Options{Getenv: func(string) string { return "" }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	port := s.bound()[0].Addr()
	if err := s.Run(t.Context()); fault.KindOf(err) != fault.Busy {
		t.Errorf("run: %v", err)
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(port))
	if err != nil {
		t.Fatalf("its port is not free: %v", err)
	}
	_ = conn.Close()
}

// A port that is taken is an error that says which, and leaves no other bound.
func TestPortTaken(t *testing.T) {
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := configured(t)
	c.Collect.Syslog[0].Address = taken.LocalAddr().String()
	_, err = Open(t.Context(), c, Options{Getenv: func(string) string { return "" }, Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), taken.LocalAddr().String()) {
		t.Errorf("%v", err)
	}
}

// A listener that repeats to another one of ours is refused.
func TestRepeatInALoop(t *testing.T) {
	free, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	at := free.LocalAddr().(*net.UDPAddr).AddrPort()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	c := configured(t)
	c.Collect.Syslog[0].Address = at.String()
	c.Collect.NetFlow[0].Repeat = []netip.AddrPort{at}
	_, err = Open(t.Context(), c, Options{Getenv: func(string) string { return "" }, Log: slog.New(slog.DiscardHandler)})
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), at.String()) {
		t.Errorf("%v", err)
	}
}

// Findings leave by the outbox; a subscriber's address does not.
func TestOutboxOfAService(t *testing.T) {
	c := configured(t)
	out := filepath.Join(t.TempDir(), "out.jsonl")
	c.Outbox.Sinks = map[string]outbox.Sink{"file": {Type: outbox.TypeFile, Path: out}}
	c.Outbox.Routes = []outbox.Route{{Name: "all", To: []string{"file"}, TLP: "amber+strict"}}
	registers := filepath.Join(c.Data, "registers")
	if err := os.MkdirAll(registers, 0o700); err != nil {
		t.Fatal(err)
	}
	networks := "networks:\n  - {prefix: 198.18.0.0/15, class: subscriber}\n  - {prefix: 10.0.0.0/8, class: server}\n"
	if err := os.WriteFile(filepath.Join(registers, "networks.yaml"), []byte(networks), 0o600); err != nil {
		t.Fatal(err)
	}
	token := tokenFile(t, c)
	s, stop := run(t, c)
	at := client{t, "http://" + s.http.said(), token}
	at.do("POST", "/api/v1/intel?name=iocs.txt", "203.0.113.5\n", nil)
	now := time.Now().UTC().Format(time.RFC3339)
	for _, own := range []string{"198.18.7.7", "10.0.0.9"} {
		line := `{"@timestamp":"` + now + `","source":{"ip":"` + own + `","bytes":10},"destination":{"ip":"203.0.113.5","bytes":10,"port":443},"network":{"transport":"tcp"},"event":{"dataset":"made.up","category":"network"}}` + "\n"
		if code := at.do("POST", "/api/v1/ingest?name=proxy", line, nil); code/100 != 2 {
			t.Fatalf("ingest: %d", code)
		}
	}
	var told []byte
	until(t, "told of both", func() bool {
		told, _ = os.ReadFile(out) // it is not there at first
		return bytes.Count(told, []byte("203.0.113.5")) > 0 && bytes.Contains(told, []byte("10.0.0.9")) && bytes.Count(told, []byte("\n")) >= 2
	})
	stop()
	if told, _ = os.ReadFile(out); bytes.Contains(told, []byte("198.18.7.7")) {
		t.Errorf("a subscriber's address left:\n%s", told)
	}
}
