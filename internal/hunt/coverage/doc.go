// Package coverage counts who sent what and when, and says what could have been seen at all: by device, sort of record and hour as seen,
// silent, gap or absent (docs/verdicts.md). Without it "nothing was found" says nothing.
//
// A Counter sees every batch and keeps Rows, which name devices as records do: they are resolved by the device register when they are read,
// as of the time of the records, so that a register that is put right later puts history right. A Survey is the answer. The package finds
// nothing and knows no rules.
package coverage
