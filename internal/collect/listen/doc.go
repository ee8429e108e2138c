// Package listen is the sockets: UDP for flow exports (NetFlow, IPFIX, sFlow) and syslog, TCP and TLS for syslog
// (RFC 6587, RFC 5425). What arrives together is handed on together, as a Block; nothing here is decoded.
//
// Loss is bounded and counted, never hidden. A datagram is read from the kernel as soon as it can be, since the
// kernel's buffer is what overflows; beyond that, at the UDP edge a full queue drops and counts, while the reader of
// a stream waits and the sender feels it. A listener holds a bounded number of blocks, whoever has them.
//
// What the counts promise, once Run has ended: what was sent is Datagrams + LostKernel (UDP, where the system
// tells the latter), and Datagrams = Refused + LostQueue + Left + HandedOver.
package listen
