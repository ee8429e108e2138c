// Package hello reads what the two ends of a TLS connection say in the clear before they encrypt: client hello,
// server hello and, up to TLS 1.2, certificates (RFC 8446, 5246, 6066, 7301). From the hellos it makes the
// fingerprints JA3 and JA3S (github.com/salesforce/ja3) and JA4 (FoxIO, technical details of JA4). It follows no
// connection, decrypts nothing and verifies nothing.
package hello
