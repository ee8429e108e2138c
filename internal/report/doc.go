// Package report renders the result of a hunt for people and for programs.
//
// Table is what an analyst reads in a terminal, HTML one self-contained file to keep, print and
// hand on; both show values defanged and every text from outside with its control characters made
// visible. JSON, JSON Lines and CSV are for programs; their fields are documented at Document,
// FindingJSON and csvHeader, and are only added, never renamed.
//
// Every format answers with one of three verdicts: found, not found in what was read, not
// assessed; and names what was not read and which values nothing that was read could have shown
// (house plan, section 5). Every format carries the strictest TLP marking of what it shows.
//
// The package reads nothing and decides nothing: levels, order and counts are the hunt's.
package report
