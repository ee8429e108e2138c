// Package scan finds observables in running text: addresses, prefixes, domains, URLs, hashes,
// e-mail addresses, JA4 fingerprints. It runs over every log line, so it is written by hand, walks
// the text once, and allocates nothing for plain text.
//
// It finds shapes, it does not judge: a token of class Domain ends in something that could be a
// top-level domain, no more. The caller compares tokens with what it knows, after bringing names
// that are not plain lower-case ASCII to canonical form with package observable.
//
// What is no token, on purpose (the list of traps is in the facts file stix-taxii.md, section 5):
//
//   - dotted numbers of other than four parts, as in versions, dates and object identifiers. Five
//     parts are an address with a port, as tcpdump writes them, when the port has two digits or more
//   - clock times, MAC addresses and "::" alone, which are not IPv6 addresses
//   - hex digits inside a longer run of letters and digits
//   - names ending in a file extension that is no top-level domain, such as setup.exe
//   - any word of more than 4 KiB that is not a URL
//
// A number after "/" that can be a prefix length makes a Prefix, whose address keeps its host bits:
// 192.0.2.1/22 may as well be an address and a port, and the caller can look at both.
//
// Defanged text is recognised when it is written in one piece: hxxp://evil[.]example/x, but not
// "evil [.] example" or "evil DOT example". For prose, call observable.Refang first.
package scan
