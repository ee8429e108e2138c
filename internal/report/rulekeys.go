package report

import (
	"slices"
	"strings"
)

// ruleKeys shortens what rules are called by in one answer, so that each name still names one of them.
type ruleKeys []string // sorted

func ruleKeysOf[T any](rules []T, key func(*T) string) ruleKeys {
	var keys ruleKeys
	for i := range rules {
		keys = append(keys, key(&rules[i]))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// short gives as much of an id as names one rule, eight digits or more; what is no id is cut.
func (k ruleKeys) short(key string) string {
	if !isRuleID(key) {
		return shortKey(key)
	}
	n := idDigits
	at, _ := slices.BinarySearch(k, key)
	for _, i := range []int{at - 1, at + 1} {
		if i >= 0 && i < len(k) && k[i] != key {
			n = max(n, common(k[i], key)+1)
		}
	}
	return key[:min(n, len(key))]
}

// common counts the bytes with which two texts begin alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// shortKey gives as much of an id as names most rules.
func shortKey(key string) string {
	if isRuleID(key) {
		return key[:idDigits]
	}
	return cutText(name(key), maxName/2)
}

func isRuleID(key string) bool {
	return len(key) == len("00000000-0000-0000-0000-000000000000") && strings.Count(key, "-") == 4
}
