package telemetry

import "encoding/hex"

// Source is where records come from: a file, or later a socket.
type Source struct {
	Name string   // as the user named it, members of an archive after "!": "logs.tar!conn.log"
	ID   SourceID // known when a finished file was read to its end
	// Sensor names what saw the records, as far as it is known: for files the family of the format.
	// Two sensors may have seen the same conversation, so their bytes are never added.
	Sensor string
}

// SourceID identifies what was read. For a finished file it is the SHA-256 of its decompressed
// content, so that the same content under another name is the same source.
type SourceID [32]byte

// String gives the id in hex.
func (id SourceID) String() string { return hex.EncodeToString(id[:]) }
