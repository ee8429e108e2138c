// Package service is `stormglass serve`: it opens a data folder and what collects, asks and tells for it, and runs
// them until it is told to stop.
//
// Order of a start: sockets are bound first, so that what arrives meanwhile waits in the kernel; then the folder is locked, the
// log of an earlier run taken in, intelligence loaded; then it is ready. Order of a stop: the sockets and watchers, what
// they still held, a last commit, the outbox, the API, the folder.
//
// It knows no formats and keeps nothing itself: node does, with what is handed to it.
package service
