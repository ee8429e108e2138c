package collect

import "bytes"

// guess names what a file looks like that is not read, for the message about it.
func guess(head []byte) string {
	for _, g := range []struct{ magic, is string }{
		{"\xd4\xc3\xb2\xa1", "a network capture (pcap)"},
		{"\xa1\xb2\xc3\xd4", "a network capture (pcap)"},
		{"\x4d\x3c\xb2\xa1", "a network capture (pcap)"},
		{"\x0a\x0d\x0d\x0a", "a network capture (pcapng)"},
		{"\x0c\xa5\x01\x00", "an nfdump capture file; export it with nfdump -o csv"},
		{"\x0c\xa5\x02\x00", "an nfdump capture file; export it with nfdump -o csv"},
		{"PAR1", "a Parquet file"},
		{"SQLite format 3\x00", "an SQLite database"},
		{"ElfFile\x00", "a Windows event log; export it as JSON"},
		{"%PDF-", "a PDF document"},
		{"\x7fELF", "a program"},
		{"MZ", "a program"},
		{"\x89PNG", "a picture"},
	} {
		if bytes.HasPrefix(head, []byte(g.magic)) {
			return g.is
		}
	}
	if unmarkedUTF16(head) {
		return "UTF-16 without a byte order mark; convert it to UTF-8 first"
	}
	return "binary data"
}
