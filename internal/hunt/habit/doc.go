// Package habit tells of accounts that do what they never did: come from a source that is new, or from two at once (FirstSeen), at hours
// that are not theirs (Hours), or after a long time (Dormant).
//
// The three are analysers (package analyse); docs/analysers.md says what their records hold. What they learn from are uses of accounts:
// logins, sessions, commands and changes, as the devices and the AAA servers tell of them. Each keeps of a day a row for what it looks at,
// and one with an empty key that says that accounts were used at all: without those a silent log would be a habit.
package habit
