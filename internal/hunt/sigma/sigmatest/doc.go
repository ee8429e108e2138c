// Package sigmatest holds what the tests of the Sigma packages share, and only tests may import it:
//
//   - Naive, an evaluator written straight from the text of the Sigma specification 2.1.0 (rules, modifiers appendix, correlation
//     rules, filters). It reads raw YAML each time a record is asked about, matches character by character, tries every window of
//     time, and shares no line with the packages it judges. It is slow, and meant to be read beside the specification.
//   - Run and RunCorrelations, which hold any evaluator to the table of testdata/spec: one or more cases for each paragraph.
//   - Generators for differential tests: Draw gives rules and records, DrawStream correlations and matches.
//
// Where the text leaves a choice, the naive evaluator follows the model of package rule, and its doc comments name the choice.
package sigmatest
