// Package imports turns what operators have already (an export of NetBox, a table of an IPAM, Oxidized's
// router.db, a tac_plus.conf, groups of a directory as LDIF) into proposals for registers: entries as YAML, each with the
// file and line it comes from. Nothing is merged and nothing is adopted: a person reads the proposal and copies what is right.
//
// Such files hold secrets (keys of TACACS+, hashes and passwords). Those are passed over unread, and neither they nor any line
// that was not understood is ever shown: what was left out is named by file and line alone. What cannot be an entry as it stands
// is written as a comment with the doubt named. docs/registers.md, section Imports, is the reference.
package imports
