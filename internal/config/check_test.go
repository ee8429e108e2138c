package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// issue writes a certificate that it signs itself, and its key.
func issue(t *testing.T, dir, cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// checked gives what Check says of a configuration, without the path of its folder.
func checked(t *testing.T, dir, text string) (complaints, warnings []string) {
	t.Helper()
	file := filepath.Join(dir, "stormglass.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "{DIR}", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	list, warnings := Check(file, noVariables)
	plain := func(s string) string {
		return strings.TrimPrefix(strings.ReplaceAll(s, dir, "{DIR}"), "{DIR}/stormglass.yaml:")
	}
	for _, err := range list {
		complaints = append(complaints, plain(err.Error()))
	}
	for i, s := range warnings {
		warnings[i] = plain(s)
	}
	return complaints, warnings
}

const begin = "data: {DIR}/data\nmemory: 256MiB\ncollect: {watch: [\"{DIR}/zeek\"]}\n"

// TestCheckOpensCertificates: a key of another certificate, and files that hold none, are found before the start.
func TestCheckOpensCertificates(t *testing.T) {
	dir := world(t)
	issue(t, dir, "cert.pem", "key.pem")
	issue(t, dir, "other.pem", "other.key")
	for _, tt := range []struct {
		name, http string
		want       []string
	}{
		{"they fit", `cert: "{DIR}/cert.pem", key: "{DIR}/key.pem", client_ca: "{DIR}/other.pem"`, nil},
		{
			"another key", `cert: "{DIR}/cert.pem", key: "{DIR}/other.key"`,
			[]string{"4: http.cert: {DIR}/cert.pem with the key {DIR}/other.key: private key does not match public key"},
		},
		{
			"no certificate", `cert: "{DIR}/plain", key: "{DIR}/key.pem", client_ca: "{DIR}/plain"`,
			[]string{
				"4: http.cert: {DIR}/plain with the key {DIR}/key.pem: failed to find any PEM data in certificate input",
				"4: http.client_ca: {DIR}/plain: there is no certificate in it (PEM)",
			},
		},
		{"what is missing is said once", `cert: "{DIR}/cert.pem", key: "{DIR}/none"`, []string{"4: http.key: {DIR}/none: no such file or directory"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := checked(t, dir, begin+"http: {"+tt.http+"}\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	got, _ := checked(t, dir, "data: {DIR}/data\nmemory: 256MiB\ncollect:\n  syslog_tls: [{address: \"127.0.0.1:6514\", cert: \"{DIR}/cert.pem\", key: \"{DIR}/other.key\"}]\n")
	want := []string{"4: collect.syslog_tls[0].cert: {DIR}/cert.pem with the key {DIR}/other.key: private key does not match public key"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("of a listener: -want +got\n%s", diff)
	}
}

// TestCheckOfWhoIsTold: sinks that nothing leads to are warned of, once.
func TestCheckOfWhoIsTold(t *testing.T) {
	dir := world(t)
	sinks := "outbox:\n  sinks:\n    a: {type: file, path: \"{DIR}/a\"}\n    b: {type: file, path: \"{DIR}/b\"}\n"
	for _, tt := range []struct {
		name, outbox string
		want         []string
	}{
		{"nothing is configured", "", nil},
		{"no route", sinks, []string{"6: outbox.sinks: nobody is told anything: no route leads to a sink. Write outbox.routes, as {name: all, to: [a]}"}},
		{"a sink is left out", sinks + "  routes: [{name: r, to: [b]}]\n", []string{"6: outbox.sinks.a: no route names it: it is told nothing"}},
		{"all are told", sinks + "  routes: [{name: r, to: [b]}, {name: s, to: [a]}]\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			complaints, got := checked(t, dir, begin+tt.outbox)
			if diff := cmp.Diff(tt.want, got); diff != "" || len(complaints) > 0 {
				t.Errorf("%v\n-want +got\n%s", complaints, diff)
			}
		})
	}
}

// TestBuffersAreWarnedOfOnce, and only where the process cannot pass the limit.
func TestBuffersAreWarnedOfOnce(t *testing.T) {
	c := Default()
	for _, size := range []Size{MiB, 32 * MiB, 64 * MiB, 32 * MiB} {
		u := DefaultUDP()
		u.Buffer = size
		c.Collect.Syslog = append(c.Collect.Syslog, u)
	}
	want := []string{"collect.syslog[2].buffer: the kernel grants 4MiB at most, 64MiB is wanted (3 listeners want more than that): sysctl -w net.core.rmem_max=67108864"}
	for name, tt := range map[string]struct {
		limit, status string
		want          []string
	}{
		"no capability":       {"4194304\n", "Name:\tx\nCapEff:\t0000000000000400\n", want},
		"nothing is known":    {"4194304\n", "", want},
		"CAP_NET_ADMIN":       {"4194304\n", "CapEff:\t0000000000001400\n", nil},
		"root":                {"4194304\n", "CapEff:\t000001ffffffffff\n", nil},
		"the limit is enough": {"67108864\n", "CapEff:\t0000000000000000\n", nil},
		"not Linux":           {"", "", nil},
	} {
		w := warner{Config: c}
		w.buffers(func(name string) ([]byte, error) {
			content := map[string]string{bufferLimit: tt.limit, ownStatus: tt.status}[name]
			if content == "" {
				return nil, errors.New("none")
			}
			return []byte(content), nil
		})
		if diff := cmp.Diff(tt.want, w.list); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestFormHidesLittle: what cannot be read hides no complaint about the rest, and gives none about itself a second time.
func TestFormHidesLittle(t *testing.T) {
	dir := world(t)
	got, warnings := checked(t, dir, "dta: {DIR}/data\nmemory: 1MiB\nhttp: {addresss: \":1\", cert: \"{DIR}/none\"}\ncollect:\n"+
		"  netflow: [{addresss: \":2055\", sockets: 0}, {address: \"x\"}]\n  sflow: none\nintel: {watch: [\"{DIR}/nowhere\"]}\nstop_within: 30\n")
	want := []string{
		`1: there is no key "dta": data is meant?`,
		`3: http: there is no key "addresss": address is meant?`,
		`5: collect.netflow[0]: there is no key "addresss": address is meant?`,
		`6: collect.sflow: is not a list: begin each entry with "- ", or write [one, another]`,
		`8: stop_within: is "30": write a length of time with its unit, as 30s, 10m or 24h`,
		`2: memory: 1MiB is too little to work with: 128MiB at least`,
		`5: collect.netflow[1].address: is "x": write an address of this machine and a port, as ":2055", "192.0.2.1:2055" or "[2001:db8::1]:2055"`,
		`7: intel.watch[0]: {DIR}/nowhere: no such file or directory: make the folder first, an empty one will do`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if want := []string{" not everything could be read: further checks come after what is wrong below is mended"}; !cmp.Equal(want, warnings) {
		t.Errorf("warnings: %v", warnings)
	}
}

// TestGroupMayNotChangeTokens: what the service would refuse is found before the start.
func TestGroupMayNotChangeTokens(t *testing.T) {
	dir := world(t)
	for mode, want := range map[os.FileMode][]string{
		0o600: nil, 0o640: nil, 0o660: {"4: http.tokens: its group may change {DIR}/tokens.yaml (mode 0660): chmod 640 {DIR}/tokens.yaml"},
		0o666: {"4: http.tokens: {DIR}/tokens.yaml holds a secret and everybody may use it (mode 0666): chmod o= {DIR}/tokens.yaml"},
	} {
		if err := os.Chmod(filepath.Join(dir, "tokens.yaml"), mode); err != nil {
			t.Fatal(err)
		}
		got, _ := checked(t, dir, begin+"http: {tokens: \"{DIR}/tokens.yaml\"}\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("mode %o: -want +got\n%s", mode, diff)
		}
	}
}

// TestMissingFolderIsSaidOnce: all that was to be in it needs no complaint of its own.
func TestMissingFolderIsSaidOnce(t *testing.T) {
	dir := world(t)
	got, _ := checked(t, dir, "data: {DIR}/data\nmemory: 256MiB\nhttp: {tokens: \"{DIR}/etc/tokens\", cert: \"{DIR}/etc/cert\", key: \"{DIR}/etc/key\"}\n"+
		"collect: {watch: [\"{DIR}/nowhere\"]}\nintel: {watch: [\"{DIR}/nowhere\", \"{DIR}/data/feeds\"]}\n"+
		"outbox:\n  sinks: {a: {type: file, path: \"{DIR}/log/a\"}, b: {type: file, path: \"{DIR}/log/b\"}}\n  routes: [{name: r, to: [a, b]}]\n")
	want := []string{
		"3: http.cert: {DIR}/etc: no such file or directory",
		"4: collect.watch[0]: {DIR}/nowhere: no such file or directory: make the folder first, an empty one will do",
		"5: intel.watch[1]: {DIR}/data/feeds and the data folder {DIR}/data are in one another: the service would read what it writes",
		"7: outbox.sinks.a.path: {DIR}/log: no such file or directory",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
