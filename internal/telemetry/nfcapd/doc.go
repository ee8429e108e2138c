// Package nfcapd reads the files that nfcapd and nfdump write: layout 1 (nfdump 1.6) and layout 2 (nfdump
// 1.7), not compressed or by LZO, LZ4, bzip2 or zstd, finished or still being written (nfcapd.current). It
// follows the layout as the headers of nfdump describe it; there is no other specification.
//
// Every flow record becomes a flow. What has no field of its own is a pair of Head.Extra, named
// stormglass.ipfix.NAME where IANA has an information element for it and stormglass.nfdump.NAME where not;
// zero, which nfdump writes for what an exporter did not state, is left out.
//
// Counts are as they stand in the file: nfcapd has multiplied them by the sampling rate where it knew one,
// and marks such records. Export.Sampling gives that rate for marked records, from the sampler records of the
// file, and is 0 (not known) for others. The exporter's address and domain come from the record, else from
// the file's exporter records.
//
// Not kept: payload, the statistics and the name at the end of a file, tables of names (applications,
// interfaces, VRFs), counters of exporters, histograms. Each is passed over and counted. Extensions that are not
// known here, among them those of later versions, are counted by their number and the rest of the record is
// kept; in layout 1, where nothing says how long such an extension is, what follows it is lost and counted.
// Not read: files written on big-endian machines, encrypted files, layout 3, blocks of nfdump 1.5.
package nfcapd
