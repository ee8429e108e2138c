package auth

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
)

// from makes a request of a sender with headers as "Name: value".
func from(t *testing.T, addr string, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.RemoteAddr = addr
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func open(t *testing.T, file string, log *slog.Logger) *Authenticator {
	t.Helper()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	a, err := Open(Config{File: file, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const elsewhere = "203.0.113.5:4711"

func TestWho(t *testing.T) {
	a := open(t, write(t, "tokens:\n- {name: siem, sha256: "+digestOf("good")+", roles: [read]}\n- {name: old, sha256: "+digestOf("over")+", roles: [admin], until: 2020-01-01}\n"+
		"certificates:\n- {name: noc, san: noc.example, roles: [intel]}\n- {name: gone, san: gone.example, roles: [admin], until: 2020-01-01}\n"), nil)
	certificate := func(name string, verified bool, end time.Time) *tls.ConnectionState {
		c := &x509.Certificate{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: end}
		s := &tls.ConnectionState{PeerCertificates: []*x509.Certificate{c}}
		if verified {
			s.VerifiedChains = [][]*x509.Certificate{{c}}
		}
		return s
	}
	later := time.Now().Add(time.Hour)
	for name, tt := range map[string]struct {
		headers []string
		tls     *tls.ConnectionState
		want    Who
		ok      bool
	}{
		"token":                      {headers: []string{"Authorization: Bearer good"}, want: Who{"siem", []Role{Read}, ViaToken}, ok: true},
		"scheme in any case":         {headers: []string{"Authorization: bEARER  good "}, want: Who{"siem", []Role{Read}, ViaToken}, ok: true},
		"wrong token":                {headers: []string{"Authorization: Bearer bad"}},
		"its digest":                 {headers: []string{"Authorization: Bearer " + digestOf("good")}},
		"nothing":                    {},
		"empty":                      {headers: []string{"Authorization: Bearer "}},
		"no scheme":                  {headers: []string{"Authorization: good"}},
		"other scheme":               {headers: []string{"Authorization: Basic good"}},
		"twice":                      {headers: []string{"Authorization: Bearer good", "Authorization: Bearer good"}},
		"over":                       {headers: []string{"Authorization: Bearer over"}},
		"too long":                   {headers: []string{"Authorization: Bearer " + strings.Repeat("x", 600)}},
		"certificate":                {tls: certificate("noc.example", true, later), want: Who{"noc", []Role{Intel}, ViaCertificate}, ok: true},
		"certificate not verified":   {tls: certificate("noc.example", false, later)},
		"certificate not named":      {tls: certificate("other.example", true, later)},
		"certificate that has ended": {tls: certificate("noc.example", true, time.Now().Add(-time.Second))},
		"entry that is over":         {tls: certificate("gone.example", true, later)},
		"wrong token, good certificate": {
			headers: []string{"Authorization: Bearer bad"}, tls: certificate("noc.example", true, later),
		},
		"without anything through a proxy": {headers: []string{"X-Forwarded-For: 127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := from(t, elsewhere, tt.headers...)
			r.RemoteAddr = "203.0.113.5:1"
			r.TLS = tt.tls
			a.limiter = newLimiter()
			got, err := a.Who(r)
			if (err == nil) != tt.ok {
				t.Fatalf("%v, %v", got, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("who (-want +got):\n%s", diff)
			}
			if err != nil && (!errors.Is(err, ErrUnknown) || fault.KindOf(err) != fault.Denied) {
				t.Errorf("error %v of kind %s", err, fault.KindOf(err))
			}
			// With a file of tokens, this machine has to show one, too.
			if !tt.ok {
				r.RemoteAddr = "127.0.0.1:1"
				if _, err := a.Who(r); err == nil {
					t.Error("on loopback it is let in")
				}
			}
		})
	}
}

// Any user of the machine may connect on loopback: without tokens that gives nothing.
func TestWhoWithoutFileIsNobody(t *testing.T) {
	a := open(t, "", nil)
	for _, addr := range []string{"127.0.0.1:5", "[::1]:5", "192.0.2.1:5"} {
		w, err := a.Who(from(t, addr))
		if !errors.Is(err, ErrUnknown) || fault.KindOf(err) != fault.Denied || !strings.Contains(fault.HintOf(err), "local socket") {
			t.Errorf("%s: %v, %v", addr, w, err)
		}
	}
}

func TestRolesOfLoopback(t *testing.T) {
	a, err := Open(Config{Loopback: []Role{Read, Ingest}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{
		"127.0.0.1:5": true, "127.8.9.1:5": true, "[::1]:5": true, "[::ffff:127.0.0.1]:5": true,
		"192.0.2.1:5": false, "[fe80::1%lo]:5": false, "0.0.0.0:5": false, "@": false, "": false,
	} {
		w, err := a.Who(from(t, addr))
		if (err == nil) != want {
			t.Errorf("%s: %v, %v", addr, w, err)
		}
		if want && (w.May(Intel) || w.May(Admin) || !w.May(Read) || w.Via != ViaLoopback) {
			t.Errorf("%s may %v", addr, w.Roles)
		}
	}
	for _, h := range []string{"X-Forwarded-For: 198.51.100.1", "Forwarded: for=198.51.100.1", "X-Real-IP: 198.51.100.1", "Via: 1.1 proxy", "X-Forwarded-Host: a", "X-Forwarded-For: ", "Forwarded: "} {
		for _, headers := range [][]string{{h}, {strings.SplitAfter(h, ": ")[0], h}} { // a client may send one before the proxy does
			if _, err := a.Who(from(t, "127.0.0.1:5", headers...)); err == nil {
				t.Errorf("%q: what a proxy passes on is taken for this machine", headers)
			}
		}
	}
	if _, err := a.Who(from(t, "127.0.0.1:5", "Authorization: Bearer x")); err == nil {
		t.Error("a token that nobody knows is let in")
	}
}

func TestTooManyTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := open(t, write(t, "tokens: [{name: siem, sha256: "+digestOf("good")+", roles: [read]}]"), slog.New(slog.NewTextHandler(&log, nil)))
		good, bad := from(t, elsewhere, "Authorization: Bearer good"), from(t, elsewhere, "Authorization: Bearer SECRET")
		for range maxTries {
			if _, err := a.Who(bad); !errors.Is(err, ErrUnknown) {
				t.Fatal(err)
			}
		}
		_, err := a.Who(bad)
		e, ok := errors.AsType[*TooManyError](err)
		if !ok || e.Wait <= 0 || fault.KindOf(err) != fault.Busy {
			t.Fatalf("after too many wrong tries: %v", err)
		}
		if w, err := a.Who(good); err != nil || w.Name != "siem" {
			t.Errorf("a right token after the wrong tries of somebody with the same address: %v, %v", w, err)
		}
		if _, err := a.Who(from(t, "203.0.113.6:1", "Authorization: Bearer SECRET")); !errors.Is(err, ErrUnknown) {
			t.Errorf("somebody else: %v", err)
		}
		time.Sleep(e.Wait)
		if _, err := a.Who(bad); !errors.Is(err, ErrUnknown) {
			t.Errorf("after waiting: %v", err)
		}
		if strings.Contains(log.String(), "SECRET") || !strings.Contains(log.String(), "from=203.0.113.5") {
			t.Errorf("the log:\n%s", log.String())
		}
	})
}

// However often one tries, the log has a line a minute of it, which says how often.
func TestWrongTriesDoNotFloodTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := open(t, write(t, "tokens: []"), slog.New(slog.NewTextHandler(&log, nil)))
		bad := from(t, elsewhere, "Authorization: Bearer bad")
		for range 1200 { // of two minutes
			if _, err := a.Who(bad); err == nil {
				t.Fatal("a wrong token is let in")
			}
			time.Sleep(100 * time.Millisecond)
		}
		_, _ = a.Who(bad)
		var tries []string
		for line := range strings.Lines(log.String()) {
			if _, n, ok := strings.Cut(strings.TrimSpace(line), "tries="); ok {
				tries = append(tries, n)
			}
		}
		if diff := cmp.Diff([]string{"1", "600", "600"}, tries); diff != "" {
			t.Errorf("tries by line (-want +got):\n%s", diff)
		}
	})
}

func TestTheFileIsReadAgain(t *testing.T) {
	var log bytes.Buffer
	path := write(t, "tokens: [{name: siem, sha256: "+digestOf("one")+", roles: [read]}]")
	change := func(text string, mode os.FileMode) { // as careful programs do: a new file in the place of the old one
		if err := os.WriteFile(path+".new", []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		a := open(t, path, slog.New(slog.NewTextHandler(&log, nil)))
		check := func(when string, one, two bool, complaint string) {
			t.Helper()
			time.Sleep(lookEvery)
			for token, want := range map[string]bool{"one": one, "two": two} {
				a.limiter = newLimiter()
				if _, err := a.Who(from(t, elsewhere, "Authorization: Bearer "+token)); (err == nil) != want {
					t.Errorf("%s: token %s: %v", when, token, err)
				}
			}
			if got := a.Complaint(); complaint == "" && got != "" || !strings.Contains(got, complaint) {
				t.Errorf("%s: complaint %q, want %q", when, got, complaint)
			}
		}
		check("at first", true, false, "")
		change("tokens: [{name: siem, sha256: "+digestOf("one")+", roles: [read]}, {name: b, sha256: "+digestOf("two")+", roles: [read]}]", 0o600)
		check("with a second", true, true, "")
		change("tokens: [{name: siem, SECRET", 0o600)
		check("broken", true, true, "not plain YAML")
		check("still broken", true, true, "not plain YAML")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		check("gone", true, true, "no such file")
		change("tokens: []", 0o644)
		check("open to others", true, true, "mode 0644")
		change("tokens: [{name: b, sha256: "+digestOf("two")+", roles: [read]}]", 0o600)
		check("one revoked", false, true, "")
		change("tokens: []", 0o600)
		check("all revoked", false, false, "")
		for what, want := range map[string]int{"not plain YAML": 1, "no such file": 1, "mode 0644": 1, "was read again": 3, "SECRET": 0} {
			if got := strings.Count(log.String(), what); got != want {
				t.Errorf("%q stands %d times in the log, want %d:\n%s", what, got, want, log.String())
			}
		}
	})
}

func TestOpenWantsTheFileWhole(t *testing.T) {
	for _, path := range []string{write(t, "tokens: x"), t.TempDir() + "/none"} {
		if _, err := Open(Config{File: path, Log: slog.New(slog.DiscardHandler)}); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("%v of kind %s", err, fault.KindOf(err))
		}
	}
}

func TestMay(t *testing.T) {
	for _, r := range []Role{Read, Ingest, Intel, Admin} {
		if (Who{}).May(r) {
			t.Errorf("nobody may %s", r)
		}
		if !(Who{Roles: []Role{Admin}}).May(r) {
			t.Errorf("admin may not %s", r)
		}
		if got := (Who{Roles: []Role{Read}}).May(r); got != (r == Read) {
			t.Errorf("read: %s %v", r, got)
		}
	}
	if s := (Who{}).String() + (Who{Name: "a", Via: ViaToken}).String(); s != "nobodya (token)" {
		t.Error(s)
	}
}
