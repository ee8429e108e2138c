// Package observable holds the typed values that indicators and telemetry have in common:
// addresses, names, hashes, accounts. It brings any way of writing such a value to one canonical
// text, so that equal values compare equal, and it turns values into forms that are safe to show.
//
// Parse guesses the kind of a text, ParseAs is told it. Both first undo "defanging", the habit of
// writing evil[.]example or hxxp:// so that nobody clicks (see Refang; the forms are those that
// the public extraction tools handle, listed in the facts file stix-taxii.md, section 5).
//
// Canonical forms:
//
//   - address: as net/netip prints it, v4-mapped IPv6 as IPv4, without zone (RFC 5952)
//   - prefix: masked
//   - domain: lower-case A-labels (UTS 46 mapping, IDNA 2008), no trailing dot, underscores kept, a
//     leading "*." dropped, because matching a domain matches what is below it
//   - url: lower-case scheme and host, default port and fragment dropped, path never empty, path,
//     query and userinfo as written; one written without scheme gets "http://" ("https://" when it
//     names port 443). URLKey gives the part that is compared.
//   - hashes and TLS fingerprints: lower-case
//   - email, user name and file name: lower-case; a file name is the base name
//   - ASN: "AS" and the number in asplain (RFC 5396); CVE: upper-case
//   - telephone number: "+" and digits (ITU-T E.164); IMSI and IMEI: digits
//
// It is not a tokenizer of running text: that is package scan. Nor does it judge a value: reserved
// addresses and harmless names are values like others.
package observable
