// Package register reads what the operator states as right, in the folder registers of the data
// folder: networks.yaml classes the operator's own prefixes, retention.yaml says how long what is
// kept, and lists (devices, servers, accounts, tunnels, mirrors, changes, partners, stores; YAML or
// CSV) say what is approved. A missing file means the defaults, or that nothing is stated. Records are
// joined with the lists where a rule asks for a field (Registers.Field, ADR 0011); docs/registers.md
// is the reference.
//
// The files are written by people, and perhaps by a compromised tool that makes them: anchors,
// aliases, tags, unknown and repeated keys, several documents, deep nesting and files over 4 MiB are
// refused. Every complaint names file and line and says what to write instead, and all complaints
// come at once. A register with a complaint is not used at all.
//
// What comes out is immutable; a changed file is read as new Registers.
package register
