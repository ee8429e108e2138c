// Package dnstunnel adds up, for each client and registrable domain, what names below it could carry: how many different ones were asked
// for, how long and how random they are, and what share of the questions was of types that carry most (TXT, NULL). One domain is looked
// at, not one question (MITRE, "DNS Tunneling Detection with Supervised Learning"); RITA calls 100 sub-domains of a domain a tunnel.
//
// It is an analyser (package analyse); docs/analysers.md says what its records hold.
package dnstunnel
