package hunt

import (
	"crypto/sha256"
	"strings"

	"stormglass/internal/hunt/sigma/rule"
)

// RuleInfo is what a finding says of the rule that matched.
type RuleInfo struct {
	Key            string // its id, else its name, else file and line
	Title          string
	Level          Level
	LevelStated    bool // else it states none, and Level is medium
	Description    string
	Author         string
	Tags           []string
	References     []string
	FalsePositives []string // what else it may be, by the rule's author
	Correlation    bool
	Counting       *Counting // of a correlation; nil of one that was kept in a store
	File           string
	Digest         [sha256.Size]byte // of the rule as it was
}

// RuleInfoOf tells of a rule.
func RuleInfoOf(r *rule.Rule) *RuleInfo {
	level, stated := levelOfRule(r.Level)
	return &RuleInfo{
		Counting: countingOf(r),
		Key:      r.Key(), Title: r.Title, Level: level, LevelStated: stated, Description: r.Description, Author: r.Author, Tags: r.Tags,
		References: r.References, FalsePositives: r.FalsePositives, Correlation: r.Correlation != nil, File: r.File, Digest: r.Digest,
	}
}

func levelOfRule(l rule.Level) (level Level, stated bool) {
	if l == rule.NoLevel {
		return Medium, false
	}
	return Level(l - rule.Informational), true
}

// Technique gives the id of the ATT&CK technique that a tag of a rule names, "T1021.004" for "attack.t1021.004".
func Technique(tag string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(tag), "attack.t")
	whole, sub, parts := strings.Cut(rest, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	if !ok || len(rest) > len("1234.567") || !digits(whole) || parts && !digits(sub) {
		return "", false
	}
	return "T" + rest, true
}

// RuleFindingID is SHA-256 over "v1", "rule", the rule's key and the subject's kind and text, each ended by a zero byte, cut to 16
// bytes.
func RuleFindingID(key string, s Subject) FindingID {
	return findingID("rule", key, s.Kind.String(), s.String())
}

func findingID(parts ...string) FindingID {
	h := sha256.New()
	for _, part := range append([]string{"v1"}, parts...) {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return FindingID(h.Sum(nil)[:16])
}
