package hunt

import (
	"fmt"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// Level says how much a finding matters.
type Level uint8

// The levels, as in Sigma.
const (
	Informational Level = iota
	Low
	Medium
	High
	Critical
)

var levelNames = [...]string{"informational", "low", "medium", "high", "critical"}

// String gives the level in one word.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return "critical"
}

// ParseLevel is the inverse of String.
func ParseLevel(s string) (Level, error) {
	for i, n := range levelNames {
		if strings.EqualFold(n, s) {
			return Level(i), nil
		}
	}
	return 0, fmt.Errorf("unknown level %q, known are %s", s, strings.Join(levelNames[:], ", "))
}

// levelOf judges a finding by what matched and in which roles, then lowers it for what speaks
// against it; every reason to lower is named.
func levelOf(f *Finding) (level Level, because []string) {
	if f.Roles == Roles(RoleScannedBy) {
		return Informational, []string{"only inbound, and unanswered or refused"}
	}
	level = baseLevel(f)
	lower := func(why string) {
		if level > Informational {
			level--
		}
		because = append(because, why)
	}
	if f.Historical == f.Records {
		lower("every record is outside the indicator's validity")
	}
	if f.OtherPort == f.Records {
		lower("the port differs from the one stated")
	}
	if f.Roles == Roles(RoleCalledNoAnswer) {
		lower("no answer came, or a refusal")
	}
	if len(f.Warnings) > 0 {
		level = min(level, Low)
		because = append(because, "on warning list "+strings.Join(f.Warnings, ", "))
	}
	return level, because
}

func baseLevel(f *Finding) Level {
	if f.Part == intel.HostOfURL {
		return Medium
	}
	switch f.Value.Kind() { //nolint:exhaustive // the rest is strong evidence
	case observable.Addr, observable.Prefix:
		a := f.Value.Prefix().Addr()
		switch {
		case private.Contains(a):
			return Low // the same private address stands for a different machine in every network
		case f.Value.Kind() == observable.Prefix, f.Roles == Roles(RoleMentioned):
			return Medium
		}
	case observable.JA3, observable.JA4:
		return Medium // a fingerprint names a program, not a server
	case observable.FileName:
		return Low
	}
	return High
}
