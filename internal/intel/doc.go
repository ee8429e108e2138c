// Package intel holds what is known: indicators with the sources that published them, actors with
// their names, exploited vulnerabilities, warning lists. The packages below it read one format
// each into a Loader and say what was lost; Index is what telemetry is matched against.
//
// Every reader accounts for its file in full: the items loaded, listed (understood, not hunted, by
// reason) and reported (not understood, by reason) add up to the items in the file.
package intel
