package lake

// What a reader believes of a file, whatever the file says. The writer stays far below.
const (
	maxFooter     = 16 << 20
	maxColumns    = 1024
	maxGroupRows  = 1 << 24
	maxListTexts  = 1 << 20 // texts of one row in a list
	maxPageRows   = 1 << 20
	maxPageSlots  = 1 << 21
	maxPageBytes  = 256 << 20 // decompressed
	maxChunkBytes = 1 << 30
	maxTextBytes  = 32 << 20 // of one text
	maxBloomBytes = 64 << 20
)
