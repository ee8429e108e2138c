// Package ledger keeps every value ever seen, by day: when first and last, in which hours, in which
// role, in how many records, through which sensors and with which systems of the operator. It answers
// "have we ever seen X" in milliseconds however much was recorded, because its size follows distinct
// values and not records.
//
// Rows lie sorted in immutable segments (docs/format/ledger.md). A Builder gathers rows in memory and
// spills sorted runs; Merge joins segments; Look asks many values of many segments at once. Rows are
// combined by a commutative, associative Combine, so the order in which anything was read, spilled or
// merged does not matter.
//
// The package knows nothing of manifests, retention or policy: package depot decides which segments
// exist and what a merge drops.
package ledger
