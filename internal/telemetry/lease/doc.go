// Package lease reads who had which address when: grants of DHCP servers (ISC dhcpd, Kea, dnsmasq) and blocks of ports that carrier-grade
// NAT gives to inside addresses. It makes records of kind aaa of lines of text (package text calls Message), and reads ISC's file
// dhcpd.leases. Package aaa makes the same records of RADIUS accounting.
//
// Such a record holds no line, and says who it is in one pair only, in clear, under a name that telemetry.Scrub blanks
// (stormglass.lease.secret): whoever keeps records puts a token in its place first, or keeps nothing (package depot). docs/format/leases.md
// says what the pairs are.
package lease
