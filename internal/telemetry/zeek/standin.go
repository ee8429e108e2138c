package zeek

import "stormglass/internal/telemetry"

// Pairs that name the column from which a count was taken because Zeek did not state the count itself. Rules that ask for Zeek's own
// column (orig_bytes) find it absent in such records.
var (
	sourceBytesOf      = telemetry.FieldNamed("stormglass.source.bytes_of")
	destinationBytesOf = telemetry.FieldNamed("stormglass.destination.bytes_of")
	fileSizeOf         = telemetry.FieldNamed("stormglass.file.size_of")
)

// standIn gives a count that is not stated the value of another column, and says so in a pair.
func (r *row) standIn(to *uint64, other uint64, mark telemetry.FieldID, column string) {
	if *to != telemetry.NoCount || other == telemetry.NoCount {
		return
	}
	*to = other
	r.batch.AddPair(r.pairs, mark, column)
}
