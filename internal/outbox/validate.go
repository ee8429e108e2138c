package outbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// Bounds of what may be configured.
const (
	maxSinks   = 64
	maxRoutes  = 256
	maxTimeout = 5 * time.Minute
	maxGroup   = 24 * time.Hour
	maxWaiting = 10_000
	maxName    = 64
)

// complaints gathers what is wrong, each with the key it is about.
type complaints struct{ all []error }

func (c *complaints) add(key, format string, args ...any) {
	c.all = append(c.all, fmt.Errorf("%s: %w", key, fmt.Errorf(format, args...)))
}

// Validate joins every complaint about the configuration. Each begins with the key that it is about. It
// looks at no file.
func (c *Config) Validate() error {
	w := &complaints{}
	if len(c.Sinks) > maxSinks {
		w.add("sinks", "%d of them, at most %d can be told", len(c.Sinks), maxSinks)
	}
	if len(c.Routes) > maxRoutes {
		w.add("routes", "%d of them, at most %d can be followed", len(c.Routes), maxRoutes)
	}
	if c.GiveUpAfter < time.Minute || c.GiveUpAfter > 366*24*time.Hour {
		w.add("give_up_after", "%v is not between a minute and a year", c.GiveUpAfter)
	}
	if c.Keep < 2*24*time.Hour || c.Keep > 10*366*24*time.Hour { // a rate counts what was sent in a day
		w.add("keep", "%v is not between two days and ten years", c.Keep)
	}
	if c.Link != "" {
		if u, err := url.Parse(c.Link); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			w.add("link", "not an address that begins with https:// or http://")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Sinks)) {
		key := "sinks." + name
		if !validName(name) {
			w.add(key, "a name has 1 to %d letters, digits, - and _", maxName)
		}
		s := c.Sinks[name]
		s.validate(w, key)
	}
	names := map[string]int{}
	for i := range c.Routes {
		r, key := &c.Routes[i], "routes["+strconv.Itoa(i)+"]"
		if before, twice := names[r.Name]; twice {
			w.add(key+".name", "routes[%d] has the same name", before)
		}
		names[r.Name] = i
		r.validate(w, key, c.Sinks)
	}
	return fault.Wrap(fault.Invalid, errors.Join(w.all...))
}

func validName(s string) bool {
	return s != "" && len(s) <= maxName && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// keysOf are the keys of each type of sink: true those that it needs.
var keysOf = map[string]map[string]bool{
	TypeSyslog:  {"address": true, "format": false, "ca_file": false},
	TypeFile:    {"path": true},
	TypeWebhook: {"url": true, "secret_file": true, "ca_file": false},
	TypeSMTP:    {"host": true, "from": true, "to": true, "user": false, "password_file": false, "tls": false, "ca_file": false},
	TypeSplunk:  {"url": true, "token_file": true, "index": false, "ca_file": false},
	TypeElastic: {"url": true, "index": true, "api_key_file": false, "ca_file": false},
}

func (s *Sink) validate(w *complaints, key string) {
	keys, ok := keysOf[s.Type]
	if !ok {
		w.add(key+".type", "unknown type %q, known are %s", s.Type, strings.Join(slices.Sorted(maps.Keys(keysOf)), ", "))
		return
	}
	stated := map[string]string{
		"address": s.Address, "format": s.Format, "path": s.Path, "url": s.URL, "index": s.Index, "host": s.Host, "from": s.From,
		"to": strings.Join(s.To, ","), "user": s.User, "tls": s.TLS, "secret_file": s.SecretFile, "token_file": s.TokenFile,
		"api_key_file": s.APIKeyFile, "password_file": s.PasswordFile, "ca_file": s.CAFile,
	}
	for _, name := range slices.Sorted(maps.Keys(stated)) {
		needed, known := keys[name]
		switch {
		case stated[name] == "" && needed:
			w.add(key+"."+name, "a sink of type %s needs it", s.Type)
		case stated[name] != "" && !known:
			w.add(key+"."+name, "a sink of type %s has no such key", s.Type)
		case stated[name] != "" && strings.HasSuffix(name, "_file") && !filepath.IsAbs(stated[name]):
			w.add(key+"."+name, "not an absolute path")
		}
	}
	if s.Timeout < 0 || s.Timeout > maxTimeout {
		w.add(key+".timeout", "%v is not between 0 and %v", s.Timeout, maxTimeout)
	}
	s.validateValues(w, key)
}

func (s *Sink) validateValues(w *complaints, key string) {
	if s.URL != "" {
		if err := checkURL(s.URL); err != nil {
			w.add(key+".url", "%w", err)
		}
	}
	if s.Path != "" && !filepath.IsAbs(s.Path) {
		w.add(key+".path", "not an absolute path")
	}
	switch s.Type {
	case TypeSyslog:
		s.validateSyslog(w, key)
	case TypeSMTP:
		s.validateSMTP(w, key)
	case TypeElastic, TypeSplunk:
		if strings.ContainsAny(s.Index, "/\\*?\"<>| ,#:") || strings.ToLower(s.Index) != s.Index || strings.HasPrefix(s.Index, "_") || strings.HasPrefix(s.Index, "-") {
			w.add(key+".index", "not the name of an index: lower-case letters, digits, - . and _ inside")
		}
	}
}

func (s *Sink) validateSyslog(w *complaints, key string) {
	if f := cmp.Or(s.Format, "cef"); f != "cef" && f != "json" {
		w.add(key+".format", "unknown format %q, known are cef, json", s.Format)
	}
	if s.Address == "" {
		return
	}
	u, err := url.Parse(s.Address)
	if err != nil || u.Scheme != "udp" && u.Scheme != "tcp" && u.Scheme != "tls" || u.Path != "" || !hostPort(u.Host) {
		w.add(key+".address", "not udp://, tcp:// or tls:// and a host and port")
	} else if s.CAFile != "" && u.Scheme != "tls" {
		w.add(key+".ca_file", "only tls:// shows a certificate")
	}
}

func (s *Sink) validateSMTP(w *complaints, key string) {
	if s.Host != "" && !hostPort(s.Host) {
		w.add(key+".host", "not a host and port")
	}
	if t := cmp.Or(s.TLS, "starttls"); t != "starttls" && t != "implicit" && t != "none" {
		w.add(key+".tls", "unknown way %q, known are starttls, implicit, none", s.TLS)
	}
	if (s.User == "") != (s.PasswordFile == "") {
		w.add(key+".user", "user and password_file go together")
	}
	if s.TLS == "none" && s.User != "" {
		w.add(key+".tls", "none would send the password in clear")
	}
	for i, a := range append([]string{s.From}, s.To...) {
		if a == "" && i == 0 {
			continue // said already
		}
		if got, err := mail.ParseAddress(a); err != nil || strings.ContainsAny(got.Address, "\r\n") {
			w.add(key, "%q is not a mail address", a)
		}
	}
}

func hostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	n, errPort := strconv.Atoi(port)
	return err == nil && errPort == nil && host != "" && n > 0 && n < 1<<16
}

// checkURL refuses what would send findings and secrets over the network in clear.
func checkURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Fragment != "":
		return errors.New("not an address of the web")
	case u.User != nil:
		return errors.New("a password does not belong into it: name a file that holds the secret")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return errors.New("not https; http is for this machine only (localhost)")
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

func (r *Route) validate(w *complaints, key string, sinks map[string]Sink) {
	if !validName(r.Name) {
		w.add(key+".name", "a name has 1 to %d letters, digits, - and _", maxName)
	}
	if len(r.To) == 0 {
		w.add(key+".to", "it names no sink")
	}
	for i, to := range r.To {
		if _, ok := sinks[to]; !ok {
			w.add(key+".to", "there is no sink %q", to)
		}
		if slices.Contains(r.To[:i], to) {
			w.add(key+".to", "sink %q twice", to)
		}
	}
	if _, err := hunt.ParseLevel(cmp.Or(r.Level, "low")); err != nil {
		w.add(key+".level", "%w", err)
	}
	if t, ok := intel.ParseTLP(cmp.Or(r.TLP, "amber")); !ok || t == intel.Red {
		w.add(key+".tlp", "not clear, green, amber or amber+strict; red leaves nowhere")
	}
	for _, list := range [][]string{r.Devices, r.Rules} {
		for _, p := range list {
			if _, err := path.Match(p, ""); err != nil || p == "" {
				w.add(key, "%q is not a pattern", p)
			}
		}
	}
	if r.Group < 0 || r.Group > maxGroup {
		w.add(key+".group", "%v is not between 0 and %v", r.Group, maxGroup)
	}
	if r.Waiting < 0 || r.Waiting > maxWaiting {
		w.add(key+".waiting", "%d is not between 0 and %d", r.Waiting, maxWaiting)
	}
}
