package report

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A shortened id begins the id of its rule and of no other.
func TestShortKeysNameOneRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.StringMatching(`1{8}-1{4}-41{3}-81{3}-1{8}[0-9a-f]{4}|[12]{8}-[0-9]{4}-4111-8111-111111111111`), 1, 20, rapid.ID[string]).Draw(t, "keys")
		short := ruleKeysOf(keys, func(s *string) string { return *s })
		for _, key := range keys {
			s := short.short(key)
			if len(s) < idDigits || !strings.HasPrefix(key, s) {
				t.Fatalf("%q is %q", key, s)
			}
			for _, other := range keys {
				if other != key && strings.HasPrefix(other, s) {
					t.Fatalf("%q names %q and %q", s, key, other)
				}
			}
		}
	})
}
