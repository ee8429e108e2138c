// Package disktest holds file layers for tests of the stores, and the test that every disk.FS must
// pass (Run).
//
// Memory keeps files in memory and knows what a loss of power leaves of them (Crash). FailAt makes the
// n-th call go wrong; a test counts n up until nothing fails any more. Limit is a disk that fills up.
// Flip changes a bit of a file. FailAt and Limit lie over any disk.FS, also over each other.
package disktest
