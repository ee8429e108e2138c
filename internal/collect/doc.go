// Package collect brings bytes to the decoders: it walks the paths a user names, opens archives,
// undoes compression within limits, recognises formats by content, cuts sources into blocks of
// whole lines and has them decoded by all cores, and counts what was read and what was not.
//
// Nothing here knows what a record means; whoever wants the batches hands in a function.
package collect
