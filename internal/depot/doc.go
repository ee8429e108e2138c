// Package depot is the data folder: what is kept, and how it changes without ever losing what was
// acknowledged (design.md, sections 3 and 6).
//
//	FORMAT           version of the layout
//	LOCK             held by whoever writes; names its process
//	manifest/        the log of edits (package wal) that says which files and segments exist
//	lake/            rows as Parquet (package lake)
//	ledger/          values ever seen (package ledger)
//	stormglass.db    findings, triage, sources (package store)
//	registers/       what the operator states: networks.yaml, retention.yaml (package register)
//	state/registers/ a copy of the last of them that could be read
//	vault/           join key, sealed subscriber values (package vault)
//	intel/           the intelligence that was added, as it was given
//	quarantine/      what was found damaged
//	tmp/             what is being written
//
// One edit is one commit: new files and segments are durable before the edit that names them is
// appended and synced; what an edit drops is removed after it. A crash leaves files that no edit
// names, which the next writer removes. Readers need no lock: they read the manifest and open what
// it names.
package depot
