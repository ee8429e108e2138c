// Package named takes subscribers out of lines that servers of addresses and accounts write: hardware addresses, client identifiers,
// addresses, login names and the names that devices give themselves, in lines of ISC dhcpd, Kea, dnsmasq, FreeRADIUS, pppd and accel-ppp. In
// the place of each stands {who-N}; who it is, in clear, is the N-th pair of a name that telemetry.Scrub blanks (stormglass.named.secret).
// Whoever keeps records puts tokens in the place of both (package depot).
//
// A line is one of these by the program in its header, or by the form of the program's own log file, never by a text within: nobody can have
// another program's line changed by a name. Forms are written down from memory of the programs' logs. Of a line in a form that is not
// known the hardware addresses, addresses, numbers, quoted texts and names with a realm are taken out, and the account counts it.
package named
