// Package analyse is the frame of analysers: of what looks through records for what a rule cannot say (a beacon's score, a name never
// seen from a role before) and emits records of kind derived, which rules judge (product stormglass, service derived). It knows no
// analysis itself; docs/analysers.md is the reference.
//
// An analysis goes in three steps, and both ways of running it (the files of one hunt, the rows of a data folder) take the same three:
//
//	Note     of each record what matters is put down under a key, by many goroutines; notes wait in memory, then sorted on disk
//	Extract  the notes of one key and day become rows of the day's extract: sorted, bounded, and kept in a data folder where that pays
//	Judge    the extracts of a day and of the days before it, merged by key, become derived records of that day
//
// A day is one of UTC. What is told of a day depends on the records of that day and of those before it in the window, and on nothing
// else: computing it again gives the same, and replaces what was told before. An analyser keeps no state of its own, so nothing is lost
// when a process ends (ADR 0014).
package analyse
