// Package rule reads Sigma rules, correlations and filters (Sigma specification 2.1.0) into a model that says what is meant and no
// longer how it was written: modifiers are applied, identifiers of conditions resolved, references between rules found. It knows no
// telemetry: fields have the names that the rule's author wrote.
//
// Files come from strangers. Aliases, anchors and tags of YAML are refused; sizes, depths and numbers are bounded; every complaint
// names file, line and column and says what to do. A rule with a complaint is left out, the others of its file and folder are read.
package rule
