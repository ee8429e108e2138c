package analyse

import "crypto/sha256"

// Sealed ends bytes with their checksum, as a file of an extract is.
func Sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(append([]byte(nil), body...), sum[:]...)
}
