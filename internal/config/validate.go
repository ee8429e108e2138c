package config

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stormglass/internal/outbox"
)

// Bounds of what may be configured.
const (
	minMemory  = 128 * MiB
	minBuffer  = 64 * KiB
	maxBuffer  = GiB
	minQueue   = MiB
	maxQueue   = 64 * GiB
	minMessage = 480 * Byte // RFC 5424, section 6.1: what every receiver must take
	maxMessage = 16 * MiB
	maxSockets = 64
	maxOpen    = 100_000

	minUnpacked = MiB
	maxUnpacked = TiB
)

// Validate joins every complaint about values that do not go together or cannot be meant; the error is
// fault.Invalid. It looks whether the files that are named are there, and opens none.
func (c *Config) Validate() error { return joined(c.validate()) }

func (c *Config) validate() []error { return c.judge().all() }

// judge gathers the complaints.
func (c *Config) judge() *validator {
	v := &validator{Config: c, absent: map[string]bool{}}
	v.folders()
	v.limits()
	v.http()
	v.listeners()
	v.outbox()
	return v
}

// validator gathers what is wrong with a Config.
type validator struct {
	*Config
	complaints
	absent map[string]bool // what is not there, and was complained of
}

func (v *validator) complain(path, format string, args ...any) {
	v.add(v.origins.of(path), path, format, args...)
}

func (v *validator) limits() {
	if v.Memory < minMemory {
		v.complain("memory", "%s is too little to work with: %s at least", v.Memory, minMemory)
	}
	v.between("stop_within", v.StopWithin, time.Second, 10*time.Minute)
	v.between("fold_every", v.FoldEvery, time.Second, 10*time.Minute)
	v.between("upkeep_every", v.UpkeepEvery, time.Second, 24*time.Hour)
	v.oneOf("log.level", v.Log.Level, "debug", "info", "warn", "error")
	v.oneOf("log.format", v.Log.Format, "text", "json")
	if v.Canary.Off {
		return
	}
	v.between("canary.every", v.Canary.Every, time.Minute, 31*24*time.Hour)
	v.between("canary.within", v.Canary.Within, time.Second, v.Canary.Every)
}

func (v *validator) between(path string, d, least, most time.Duration) {
	if d < least || d > most {
		v.complain(path, "%s is not between %s and %s", length(d), length(least), length(most))
	}
}

// bounded complains of a number outside its bounds.
func bounded[T int | Size](v *validator, path string, n, least, most T) {
	if n < least || n > most {
		v.complain(path, "%v is not between %v and %v", n, least, most)
	}
}

func (v *validator) oneOf(path, s string, words ...string) {
	if !slices.Contains(words, s) {
		v.complain(path, "there is no %s: use one of %s", quoted(s), strings.Join(words, ", "))
	}
}

// outbox passes on what the outbox finds wrong: each of its complaints begins with its key.
func (v *validator) outbox() {
	for _, err := range each(v.Outbox.Validate()) {
		key, text, _ := strings.Cut(err.Error(), ": ")
		v.complain("outbox."+key, "%s", text)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Outbox.Sinks)) {
		s, at := v.Outbox.Sinks[name], "outbox.sinks."+name
		v.secret(at+".secret_file", s.SecretFile)
		v.secret(at+".token_file", s.TokenFile)
		v.secret(at+".api_key_file", s.APIKeyFile)
		v.secret(at+".password_file", s.PasswordFile)
		v.file(at+".ca_file", s.CAFile)
		if s.Type == outbox.TypeFile && filepath.IsAbs(s.Path) {
			v.folder(at+".path", filepath.Dir(s.Path))
		}
	}
}

// several is what errors.Join makes.
type several interface {
	error
	Unwrap() []error
}

// each gives the errors that were joined.
func each(err error) []error {
	if e, ok := errors.AsType[several](err); ok {
		return e.Unwrap()
	}
	return nil
}

// length shows a length of time as a configuration writes it: 10m, not 10m0s.
func length(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
