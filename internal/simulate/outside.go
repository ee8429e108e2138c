package simulate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// place is a harmless party on the Internet. They live in 198.18.0.0/15 and 2001:db8:e000::/36,
// the intruder in 203.0.113.0/24, 198.51.100.0/24 and 2001:db8:bad::/48: they never meet.
type place struct {
	name   string
	v4, v6 netip.Addr // v6 is invalid for two thirds of them
	cert   string     // SHA-256 of its certificate
}

// places is how many there are.
const places = 4000

var (
	cdnPrefix4 = netip.MustParsePrefix("198.18.200.0/24")
	cdnPrefix6 = netip.MustParsePrefix("2001:db8:ecd0::/48")
)

// cdnDomain is the parent of the names at the made-up content network.
const cdnDomain = "harborcdn.example"

// placeOf gives the party of a rank of popularity, from 0. Nothing is kept: a rank always gives the
// same party, whatever the seed. Every ninth is a customer of the content network.
func placeOf(rank int) place {
	n := hash("place " + strconv.Itoa(rank))
	p := place{name: word(n) + ".example", cert: digest(n, 32)}
	if rank%9 == 4 {
		p.name = word(n) + "." + cdnDomain
		p.v4 = in4("198.18.200.0", uint32(20+rank%200))
		p.v6 = in6("2001:db8:ecd0::", uint64(20+rank%200))
		return p
	}
	if rank%3 == 0 {
		p.name = "www." + p.name
	}
	p.v4 = in4("198.18.8.0", uint32(rank))
	if n%3 == 0 {
		p.v6 = in6("2001:db8:e100::", uint64(rank))
	}
	return p
}

// peer gives the n-th party of a kind that has no name: scanners, mail senders, visitors.
func peer(third byte, n int) netip.Addr {
	return in4("198.19."+strconv.Itoa(int(third))+".0", uint32(n))
}

func in4(base string, offset uint32) netip.Addr {
	a := netip.MustParseAddr(base).As4()
	binary.BigEndian.PutUint32(a[:], binary.BigEndian.Uint32(a[:])+offset)
	return netip.AddrFrom4(a)
}

func in6(base string, offset uint64) netip.Addr {
	a := netip.MustParseAddr(base).As16()
	binary.BigEndian.PutUint64(a[8:], binary.BigEndian.Uint64(a[8:])+offset)
	return netip.AddrFrom16(a)
}

// word makes a pronounceable word that means nothing.
func word(n uint64) string {
	const consonants, vowels = "bdfghklmnprstvz", "aeiou"
	var b strings.Builder
	for range 4 {
		b.WriteByte(consonants[n%uint64(len(consonants))])
		n /= uint64(len(consonants))
		b.WriteByte(vowels[n%uint64(len(vowels))])
		n /= uint64(len(vowels))
	}
	b.WriteString(strconv.FormatUint(n%90+10, 10))
	return b.String()
}

// digest makes hex digits that stand for a hash of so many bytes, at most 32.
func digest(n uint64, size int) string {
	h := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
	return hex.EncodeToString(h[:size])
}

// client is a kind of software that opens TLS connections.
type client struct {
	name     string
	agent    string // User-Agent where it speaks HTTP
	version  string // "TLSv13", as Zeek writes it
	cipher   string
	curve    string
	ja3, ja4 string
	ja3s     string
}

var clients = []client{
	{"browser-a", "Mozilla/5.0 (X11; Linux x86_64) MadeUp/131.0", "TLSv13", "TLS_AES_128_GCM_SHA256", "x25519", digest(101, 16), "t13d1516h2_" + digest(102, 6) + "_" + digest(103, 6), digest(104, 16)},
	{"browser-b", "Mozilla/5.0 (Android 15; Mobile) MadeUp/128.0", "TLSv13", "TLS_AES_256_GCM_SHA384", "x25519", digest(111, 16), "t13d1715h2_" + digest(112, 6) + "_" + digest(113, 6), digest(114, 16)},
	{"phone", "MadeUpPhone/18.1", "TLSv13", "TLS_AES_128_GCM_SHA256", "x25519", digest(121, 16), "t13d2014h2_" + digest(122, 6) + "_" + digest(123, 6), digest(124, 16)},
	{"app", "okhttp-like/4.12", "TLSv12", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "secp256r1", digest(131, 16), "t12d1209h2_" + digest(132, 6) + "_" + digest(133, 6), digest(134, 16)},
	{"device", "set-top/2.3", "TLSv12", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "secp256r1", digest(141, 16), "t12d3009h1_" + digest(142, 6) + "_" + digest(143, 6), digest(144, 16)},
}

// machine is the client software of the operator's own servers.
var machine = client{"machine", "curl/8.9.1", "TLSv13", "TLS_AES_256_GCM_SHA384", "x25519", digest(151, 16), "t13d3113h1_" + digest(152, 6) + "_" + digest(153, 6), digest(154, 16)}
