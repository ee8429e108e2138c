// Package hunt answers whether the operator is a victim: it matches telemetry against what is
// known and gathers what it finds.
//
// Engine takes batches, from any number of goroutines, and hands hits to a Sink. Tally is the sink
// of a one-shot hunt: it gathers hits into findings, a finding being one indicator and one subject
// of the operator, with a day's figures and samples for each day. All it keeps is commutative, so
// the order in which batches come does not matter.
//
// Observer hands over every value in a batch that an engine could match, for whoever keeps values: what
// an index of observed values finds is what the engine hits, by the rules of Meets. Tally.FromLedger makes
// findings of what was kept.
//
// The package reads no files and knows no storage. The rules are those of the house plan,
// section 3 (findings, networks) and section 5 (verdicts).
package hunt
