package auth

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
)

// digestOf gives the digest of a token as the file has it.
func digestOf(s Secret) string { return fmt.Sprintf("%x", s.digest()) }

// write writes a file of tokens.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParse(t *testing.T) {
	k, err := parse("tokens.yaml", []byte(`
# who may ask
tokens:
  - {name: siem, sha256: "`+digestOf("one")+`", roles: [read, ingest], until: 2027-01-31}
  - name: admin
    sha256: `+strings.ToUpper(digestOf("two"))+`
    roles: [admin]
    until: 2027-01-31T12:00:00+02:00
certificates:
  - {name: noc, subject: "CN=noc,O=Operator", roles: [read]}
  - {name: probe, san: probe.example, roles: [ingest]}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range k.tokens {
		got = append(got, fmt.Sprint(e.name, e.roles, e.until.UTC().Format(time.RFC3339)))
	}
	for _, e := range k.certificates {
		got = append(got, fmt.Sprint(e.name, e.roles, e.subject, e.san, e.until.IsZero()))
	}
	want := []string{
		"siem[read ingest]2027-02-01T00:00:00Z", "admin[admin]2027-01-31T10:00:00Z",
		"noc[read]CN=noc,O=Operatortrue", "probe[ingest]probe.exampletrue",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// What is wrong is told by line or entry, and never with a value of the file.
func TestParseRefuses(t *testing.T) {
	good := digestOf("one")
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":             {"", "it does not hold one document"},
		"two documents":       {"tokens: []\n---\ntokens: []\n", "it does not hold one document"},
		"no YAML":             {"tokens:\n- name: 'SECRET\n", "line 3: it is not plain YAML"},
		"anchors":             {"tokens: &SECRET []\ncertificates: *SECRET\n", "it is not plain YAML"},
		"unknown key":         {"tokens:\n  - {name: a, token: SECRET}\n", `line 2: there is no key "token"`},
		"token as a key":      {"tokens:\n  - {SECRETSECRETSECRETSECRET}\n", "line 2: there is no key like this one"},
		"twice a key":         {"tokens: []\ntokens: []\n", "a key comes twice"},
		"no list":             {"tokens: SECRET\n", "line 1: something else is expected here"},
		"token as its digest": {"tokens: [{name: a, sha256: SECRET, roles: [read]}]", "token 1: sha256 is not 64 hex digits"},
		"digest of nothing":   {"tokens: [{name: a, sha256: " + digestOf("") + ", roles: [read]}]", "that of nothing at all"},
		"no role":             {"tokens: [{name: a, sha256: " + good + "}]", "token 1: it has no role"},
		"unknown role":        {"tokens: [{name: a, sha256: " + good + ", roles: [SECRET]}]", "there is a role that is not"},
		"no name":             {"tokens: [{sha256: " + good + ", roles: [read]}]", "its name is empty"},
		"control in a name":   {"tokens: [{name: \"a\\nb\", sha256: " + good + ", roles: [read]}]", "not printable"},
		"bad until":           {"tokens: [{name: a, sha256: " + good + ", roles: [read], until: SECRET}]", "until is neither a day"},
		"same name": {
			"tokens: [{name: a, sha256: " + good + ", roles: [read]}, {name: a, sha256: " + digestOf("x") + ", roles: [read]}]",
			"token 2: its name or sha256 stands",
		},
		"same digest": {
			"tokens: [{name: a, sha256: " + good + ", roles: [read]}, {name: b, sha256: " + good + ", roles: [read]}]",
			"token 2: its name or sha256 stands",
		},
		"certificate of both":  {"certificates: [{name: a, subject: x, san: y, roles: [read]}]", "give subject or san"},
		"certificate of none":  {"certificates: [{name: a, roles: [read]}]", "give subject or san"},
		"certificate twice":    {"certificates: [{name: a, san: x, roles: [read]}, {name: b, san: x, roles: [admin]}]", "certificate 2: its name"},
		"long san":             {"certificates: [{name: a, san: " + strings.Repeat("x", 300) + ", roles: [read]}]", "over 256 bytes"},
		"too long":             {"#" + strings.Repeat("x", maxFile), "it has over"},
		"too many":             {"certificates: [" + strings.Repeat("{name: a},", maxEntries+1) + "]", "the limit is 1000"},
		"nested without bound": {strings.Repeat("[", 1000), "it is not plain YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := parse("tokens.yaml", []byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("%+v, %v; want %q", k, err, tt.want)
			}
			if fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("kind %s, error %q", fault.KindOf(err), err)
			}
		})
	}
}

// No complaint shows a value of the file, whatever is wrong with it.
func FuzzParse(f *testing.F) {
	const secret = "zZ9secretZz9"
	f.Add("tokens: [{name: a, sha256: @, roles: [read]}]")
	f.Add("tokens: @\n@: 1")
	f.Add("certificates: [{name: a, subject: \"@\", roles: [@]}]\n")
	f.Add("tokens: [{name: a, sha256: " + digestOf("one") + ", roles: [read], until: @}]")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := parse("tokens.yaml", []byte(strings.ReplaceAll(text, "@", secret)))
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("a complaint shows a value: %v", err)
			}
			return
		}
		if len(k.tokens)+len(k.certificates) > maxEntries {
			t.Errorf("%d entries", len(k.tokens)+len(k.certificates))
		}
		for _, e := range k.tokens {
			if e.name == "" || len(e.roles) == 0 || e.digest == Secret("").digest() {
				t.Errorf("an entry that lets in whom it should not: %+v", e)
			}
		}
		for _, e := range k.certificates {
			if e.name == "" || len(e.roles) == 0 || e.subject == "" && e.san == "" {
				t.Errorf("an entry that lets in whom it should not: %+v", e)
			}
		}
	})
}

func TestNewToken(t *testing.T) {
	until := time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)
	secret, e, err := NewToken("siem", []Role{Read, Ingest}, until)
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	k, err := parse("tokens.yaml", []byte("tokens:\n"+text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	found := k.token(secret)
	if found == nil || found.name != "siem" || !found.until.Equal(until) || len(found.roles) != 2 {
		t.Errorf("%+v", found)
	}
	if strings.Contains(text, string(secret)) || !strings.HasPrefix(string(secret), "stormglass_") || len(secret) != len("stormglass_")+43 {
		t.Errorf("the token %q, its entry %s", string(secret), text)
	}
	again, _, err := NewToken("siem", []Role{Read}, time.Time{})
	if err != nil || again == secret {
		t.Errorf("a second token: %v", err)
	}
	for _, s := range []string{fmt.Sprint(secret), fmt.Sprintf("%v %+v %#v %s", secret, secret, secret, secret), secret.LogValue().String()} {
		if strings.Contains(s, string(secret)) {
			t.Errorf("it shows: %s", s)
		}
	}
	if _, _, err := NewToken("a\nb", []Role{Read}, time.Time{}); fault.KindOf(err) != fault.Invalid || err == nil {
		t.Errorf("a name that cannot be shown: %v", err)
	}
	if _, _, err := NewToken("a", []Role{"root"}, time.Time{}); err == nil {
		t.Error("a role that is none")
	}
}

func TestLoadChecksTheFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	path := write(t, "tokens: []\n")
	for mode, want := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o640: true, 0o644: false, 0o620: false, 0o604: false, 0o602: false, 0o601: false, 0o660: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, _, err := load(path)
		if (err == nil) != want {
			t.Errorf("mode %o: %v", mode, err)
		}
		if err != nil && (fault.KindOf(err) != fault.Invalid || !strings.HasPrefix(fault.HintOf(err), "chmod 640 ")) {
			t.Errorf("mode %o: kind %s, hint %q", mode, fault.KindOf(err), fault.HintOf(err))
		}
	}
	if _, _, err := load(t.TempDir()); err == nil {
		t.Error("a folder was read")
	}
	if _, _, err := load(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("what is not there was read")
	}
}

func TestCertificateNames(t *testing.T) {
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: "noc", Organization: []string{"Operator"}}, DNSNames: []string{"noc.example"}, EmailAddresses: []string{"noc@operator.example"},
		IPAddresses: []net.IP{net.ParseIP("192.0.2.7")}, URIs: []*url.URL{{Scheme: "spiffe", Host: "operator", Path: "/noc"}},
	}
	for name, want := range map[string]bool{
		"subject: 'CN=noc,O=Operator'": true, "subject: 'CN=noc'": false, "subject: 'O=Operator,CN=noc'": false, "subject: noc": false,
		"san: noc.example": true, "san: other.example": false, "san: noc": false, "san: noc@operator.example": true, "san: 192.0.2.7": true, "san: 'spiffe://operator/noc'": true,
	} {
		k, err := parse("x", []byte("certificates: [{name: a, roles: [read], "+name+"}]"))
		if err != nil {
			t.Fatal(err)
		}
		if got := k.certificate(c) != nil; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	k, err := parse("x", []byte("certificates: [{name: a, roles: [read], san: x}]"))
	if err != nil {
		t.Fatal(err)
	}
	if k.certificate(&x509.Certificate{}) != nil {
		t.Error("a certificate without names was found")
	}
}
