// Package seen answers "have we ever seen X" from a data folder: from the ledger, whatever was kept
// of the records themselves, and from the lake's rows where they are wanted and still there.
//
// An answer is never "never": a value that was not met was not met on the days that are held, and a
// value that is not kept by policy, or not one by one, says so.
package seen
