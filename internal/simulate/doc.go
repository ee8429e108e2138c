// Package simulate writes the logs of a made-up telecom operator in which an intruder is at work,
// the intelligence that names a part of what the intruder did, and the truth: every planted value
// with its subject, its exact number of records and its times, and the look-alikes that must not
// be found. It is the test bed of hunts and the data of demonstrations.
//
// Everything is invented. Addresses are those set aside for documentation, benchmarks and private
// use (RFC 5737, 2544, 1918, 6598, 3849), names end in .example or .test (RFC 2606), numbers of
// autonomous systems are those of RFC 5398. Since the hands that wrote it also write the
// detections, it proves little alone (house plan, section 11).
//
// # How it works
//
// The routers export flows besides, as packets of NetFlow v9, IPFIX and sFlow, which this package writes by the
// specifications and without the product's code. What their meters see is drawn from the conversation alone, so that
// a new part changes the flows of no other; Send gives the packets to a collector.
//
// A run plays short slots of time, one after the other. In each slot every part of the table in
// part.go adds the conversations and messages that begin in it. A queue puts what is to be written
// into the order of writing, and the sensors (Zeek, Suricata, a flow exporter, a syslog
// collector) write each in their own format if they stand where they would have seen it. The
// sensors count the marks that a planted conversation carries, so the truth holds what was
// written. Memory holds one slot and the conversations still open; it does not grow with the days.
//
// Each part has a random source of its own, seeded by Config.Seed and the part's name: the same
// configuration gives the same bytes, and a new part does not disturb the others.
//
// # A month of operation
//
// Config.Cases plays a month instead of the story that the intelligence tells: engineers who come to their devices from jump hosts at
// their hours, with nights on call, somebody new and somebody on leave; programs that copy configurations and change them;
// upgrades in windows, with a start anew; small routers by the dozen. There is accounting besides (tac_plus and Cisco ISE), and
// what servers' programs and audit daemons write. Its registers state what may be. From the fifteenth day on the intruder is at
// work, with a Case for each entry of the catalogue of detections (AAA, SYS, FLW, DNS, PRV, and HST as far as logs show it): it has an
// account of an engineer's, comes from a jump host in that engineer's hours, and does one thing at a time. Look-alikes
// with a Like resemble the cases of that entry and must raise nothing above a low level; so must all of Config.Benign, which is
// the same month without the cases. What nothing marks as a look-alike is one as well: the nightly copies that ask what AAA-03 is
// about, the upgrades that reset a device's count of messages, the engineer at home.
//
// A Case names its Subject as a finding should: the device or server of messages, our address of flows, an account. Names are further
// names that a finding may have, Also what else the same records, or those around them, may raise rightly: it is permitted,
// not demanded. First and Last are the times of its records; of SYS-13, which is an Absence, those of the silence.
//
// Config.Sampling makes the routers' exports the only flows, one packet in so many looked at.
//
// # Adding a part
//
// Write a small type with the method play, which adds what begins in a slot, and a line in the
// table of part.go, which says of what it is. Benign parts draw their times from an arrivals; parts of the story stand on a
// schedule. What the truth shall hold is declared while the part is made, by cast.plant (a value
// of indicators.go), cast.trace (no value, but something a rule should see) or cast.alike (must not
// fire), or cast.deed (a case of the catalogue), and put on conversations and messages as marks. A mark names the places where the value
// stands, and each sensor counts it in the records where it writes such a place. A value on no
// list yet gets a line in indicators.go, which says in which documents it is published.
//
// # Adding a format
//
// A sensor of conversations or messages is a type with the methods of interface sensor, in a file
// of its own, and a line in openSensors (write.go).
package simulate
