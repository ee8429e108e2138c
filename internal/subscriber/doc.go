// Package subscriber answers who had an address, and of one that many share a port, at a time: from leases that a data folder keeps
// (docs/format/leases.md). Answers name subscribers by token; reveal opens those for whoever may.
package subscriber
