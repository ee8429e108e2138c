// Package receive takes what arrives by sockets into a data folder: it writes it to the log, decodes it, has
// it matched, and hands it to an intake that is committed (folded) now and then.
//
// What arrives is in the log before it is decoded, and the log is synced several times a second: that is the
// window of loss of a sender who gets no acknowledgement (SyncEvery). A fold names in its commit the position of
// the log up to which everything is kept; after a crash Replay takes in the rest, and only that. So nothing
// is lost that was synced, and nothing is doubled (design.md, section 3, "Commit").
//
// It knows no sockets (package collect/listen) and no formats: decoders are handed in by name.
package receive
