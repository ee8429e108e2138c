// Package beacon scores how regularly a machine of the operator calls an address or a name outside. The score is that of RITA 5 (Active
// Countermeasures), by its published formulas: the mean of four sub-scores, each from 0 to 1, of the times between connections, the
// bytes sent, the even spread over the hours, and how long it lasts. A pair is looked at over the 24 hours up to the last record of a
// day, as far as the day and the one before hold them, so that a capture that crosses midnight is told of whole.
//
// It is an analyser (package analyse); docs/analysers.md says what its records hold.
package beacon
