package outbox

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"stormglass/internal/fault"
)

const example = `
outbox:
  sinks:
    siem:    {type: syslog, address: "tcp://siem.example:601", format: cef}
    file:    {type: file, path: /var/log/stormglass/findings.jsonl}
    hook:    {type: webhook, url: https://hooks.example/in, secret_file: /etc/stormglass/hook.secret, timeout: 5s}
    mail:    {type: smtp, host: mail.example:587, from: s@example.net, to: [soc@example.net], user: s, password_file: /etc/stormglass/mail.secret, tls: starttls}
    splunk:  {type: splunk, url: https://splunk.example:8088/services/collector/event, token_file: /etc/stormglass/hec, index: main}
    elastic: {type: elastic, url: https://es.example:9200, index: stormglass-findings, api_key_file: /etc/stormglass/es}
  routes:
    - {name: soc, to: [siem, hook], level: high, devices: ["edge*"], tlp: amber, rules: ["indicator/*"], group: 10m, rate: 60/h}
    - {name: office, to: [mail], level: critical, group: 1h, rate: 4/h, no_alarms: true}
    - {name: archive, to: [file, splunk, elastic]}
`

func read(t *testing.T, text string) (c Config) {
	t.Helper()
	c = DefaultConfig()
	if err := yaml.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExample(t *testing.T) {
	var page struct {
		Outbox yaml.Node `yaml:"outbox"`
	}
	if err := yaml.Unmarshal([]byte(example), &page); err != nil {
		t.Fatal(err)
	}
	inner, err := yaml.Marshal(&page.Outbox)
	if err != nil {
		t.Fatal(err)
	}
	c := read(t, string(inner))
	routed := map[string]bool{}
	for _, r := range c.Routes {
		for _, to := range r.To {
			routed[to] = true
		}
	}
	if len(routed) != len(c.Sinks) {
		t.Errorf("routes lead to %v of %d sinks", routed, len(c.Sinks))
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	want := Route{
		Name: "soc", To: []string{"siem", "hook"}, Level: "high", Devices: []string{"edge*"}, TLP: "amber", Rules: []string{"indicator/*"},
		Group: 10 * time.Minute, Rate: Rate{60, time.Hour},
	}
	if diff := cmp.Diff(want, c.Routes[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if s := c.Sinks["hook"]; s.Timeout != 5*time.Second || s.SecretFile != "/etc/stormglass/hook.secret" {
		t.Errorf("hook is %+v", s)
	}
	said, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, read(t, string(said))); diff != "" {
		t.Errorf("written and read, -want +got:\n%s", diff)
	}
	none := DefaultConfig()
	if err := none.Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
}

func TestComplaints(t *testing.T) {
	tests := map[string]string{
		`sinks: {a: {type: fax}}`:                                                                                             `sinks.a.type: unknown type "fax"`,
		`sinks: {"a b": {type: file, path: /x}}`:                                                                              `sinks.a b: a name has`,
		`sinks: {a: {type: file}}`:                                                                                            `sinks.a.path: a sink of type file needs it`,
		`sinks: {a: {type: file, path: x}}`:                                                                                   `sinks.a.path: not an absolute path`,
		`sinks: {a: {type: file, path: /x, index: y}}`:                                                                        `sinks.a.index: a sink of type file has no such key`,
		`sinks: {a: {type: webhook, url: "http://example.org", secret_file: /s}}`:                                             `sinks.a.url: not https`,
		`sinks: {a: {type: webhook, url: "https://u:p@example.org", secret_file: /s}}`:                                        `sinks.a.url: a password does not belong`,
		`sinks: {a: {type: webhook, url: "https://example.org", secret_file: s}}`:                                             `sinks.a.secret_file: not an absolute path`,
		`sinks: {a: {type: syslog, address: "siem:601"}}`:                                                                     `sinks.a.address: not udp://`,
		`sinks: {a: {type: syslog, address: "tcp://siem:601", format: leef}}`:                                                 `sinks.a.format: unknown format`,
		`sinks: {a: {type: syslog, address: "tcp://siem:601", ca_file: /c}}`:                                                  `sinks.a.ca_file: only tls://`,
		`sinks: {a: {type: smtp, host: "m:25", from: a@b.example, to: ["x\ny"]}}`:                                             `is not a mail address`,
		`sinks: {a: {type: smtp, host: "m:25", from: a@b.example, to: [c@d.example], tls: none, user: u, password_file: /p}}`: `sinks.a.tls: none would send the password in clear`,
		`sinks: {a: {type: smtp, host: "m:25", from: a@b.example, to: [c@d.example], user: u}}`:                               `user and password_file go together`,
		`sinks: {a: {type: elastic, url: "https://e", index: "A/b"}}`:                                                         `sinks.a.index: not the name of an index`,
		`sinks: {a: {type: file, path: /x, timeout: 1h}}`:                                                                     `sinks.a.timeout`,
		`routes: [{name: r, to: [a]}]`:                                                                                        `routes[0].to: there is no sink "a"`,
		`routes: [{name: r}]`:                                                                                                 `routes[0].to: it names no sink`,
		`{sinks: {a: {type: file, path: /x}}, routes: [{name: r, to: [a]}, {name: r, to: [a]}]}`:                              `routes[1].name: routes[0] has the same name`,
		`{sinks: {a: {type: file, path: /x}}, routes: [{name: r, to: [a], tlp: red}]}`:                                        `routes[0].tlp: not clear`,
		`{sinks: {a: {type: file, path: /x}}, routes: [{name: r, to: [a], level: huge}]}`:                                     `routes[0].level: unknown level`,
		`{sinks: {a: {type: file, path: /x}}, routes: [{name: r, to: [a], devices: ["["]}]}`:                                  `routes[0]: "[" is not a pattern`,
		`{sinks: {a: {type: file, path: /x}}, routes: [{name: r, to: [a], group: 48h}]}`:                                      `routes[0].group`,
		`give_up_after: 1s`:    `give_up_after`,
		`keep: 1h`:             `keep`,
		`link: "javascript:x"`: `link`,
	}
	for text, want := range tests {
		c := read(t, text)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	c := read(t, `{give_up_after: 1s, keep: 1h, routes: [{name: r}]}`)
	if n := strings.Count(c.Validate().Error(), "\n") + 1; n != 3 {
		t.Errorf("%d complaints of 3", n)
	}
}

func TestRate(t *testing.T) {
	for _, s := range []string{"1/s", "60/h", "100000/d", "5/m"} {
		r, err := ParseRate(s)
		if err != nil || r.String() != s {
			t.Errorf("%s is %v, %v", s, r, err)
		}
	}
	for _, s := range []string{"", "60", "0/h", "-1/h", "60/y", "1e3/h", "100001/h", "/h"} {
		if r, err := ParseRate(s); err == nil {
			t.Errorf("%q was read as %v", s, r)
		}
	}
}

func TestBackoff(t *testing.T) {
	for n := 1; n < 80; n++ {
		most := min(time.Second<<min(n-1, 20), time.Minute)
		if got := backoff(time.Second, time.Minute, n); got < most/2 || got > most {
			t.Errorf("after %d failures %v, want %v to %v", n, got, most/2, most)
		}
	}
}
