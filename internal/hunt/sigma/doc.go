// Package sigma compiles Sigma rules (package rule) for the kinds of record that their log sources are found in (package pipeline) and
// finds the records that match. A rule compiles once for each route: its fields become typed getters of telemetry.Schema, or interned
// names of pairs, or fields that registers join. Registers come in by the interfaces Sets and Joined.
//
// # What a record is to a rule
//
// A field may hold several texts: an item holds where one of them does, with All where every value is held by one of them. Of the names
// under which a field may stand, the first that is there counts. Decoders keep no
// empty texts: an empty field of a typed record is an absent one, a pair with an empty text is there and empty.
// Numbers and addresses of typed records are compared as such where a value is a plain number or address, else by their text: decimal,
// the address's canonical form, RFC 3339. Keywords are looked for in the raw line and in all values.
//
// Letters match in either case by Unicode's simple folding: k, K and the Kelvin sign are one.
//
// # How it stays fast
//
// Of every rule a necessary condition is derived (need.go): texts, ends, parts of a field's text, or its presence. All of one kind go
// into one index (index.go), so that a record touches only rules that can match. What several rules ask is asked once a record. What a
// regular expression needs is written out in words (wording.go), which are looked for before it is matched.
//
// # What is not assessed
//
// A set of registers may say nothing of times before Set.Since. A rule that depends on it neither matches a record of such a time nor does
// not: RuleStats.Unknown counts it. What the set does not decide is answered (judge.go). Of each log source Stats tells whether a record of
// it arrived (arrival.go): of rules that were asked of nothing "not found" would be a lie.
//
// # What a rule may cost
//
// Patterns are matched without backtracking, regular expressions are RE2's. Texts are looked at up to Budget.Text. Work is counted in
// steps; a rule that takes more than Budget.Steps a record over a batch does not see the rest of that batch, which Stats tells.
package sigma
