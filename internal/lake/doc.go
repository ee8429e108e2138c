// Package lake keeps records as rows in Parquet files, one file for records of one kind, hour and
// class, so that any tool of the trade can read them and retention is an unlink.
//
// A file lies at <dir>/<kind>/<date>/<hour>/<class>-<id>.parquet. Its rows are sorted by time, in
// row groups of 131,072 rows; its columns carry the names of telemetry.Schema, and what ECS lacks
// lies under stormglass.*. docs/format/lake.md is the contract, exact to the byte where the Parquet
// specification leaves a choice.
//
// A Writer gathers records in columns and writes a file when a partition is large enough or memory
// is short. A Reader gives the records back as batches, all of them or those that can hold a wanted
// value. Rewrite joins files of one partition and drops rows.
//
// Pages are put together and taken apart here, on the packages below parquet-go (its metadata
// structs, run length and delta encoders, split block bloom filters): text columns get their
// dictionaries without a reflection per value, and what is read is bounded and checksummed before
// it is decoded. Every byte of a file is covered by a checksum; damage is a *CorruptError.
//
// The package knows no manifest and no retention: what files count, and for how long, is decided by
// its caller.
package lake
