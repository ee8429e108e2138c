// Package device reads messages of network devices: what code a message has, what sort of device wrote it, and what it says. It is a
// helper of decoders of text and no format itself: the header of a line (time, host, priority) is read by who calls.
//
// Codes are those of Cisco and of all who write as Cisco does (%SYS-5-CONFIG_I:), of Huawei and H3C (%%01SHELL/5/LOGIN(l)[7]:), of Junos
// (UI_COMMIT:) and of NetScreen. Messages whose code is known become typed events: docs/logs.md names the values of event.action and the
// fields beside each. Any other message keeps its code, severity and text.
//
// Shapes of messages were taken from the makers' lists of messages and from public samples. Those for which no sample was at hand are
// marked as guesses where they are read.
//
// Whoever can write a part of a message (the name in a failed login, a command) can write anything there, so parts are found by where
// they must stand and not by what they look like: what the device writes after a name is looked for from the right, what it writes
// before from the left, and a message that does not have the whole of its form is not typed at all. Nothing is copied: texts of fields
// are parts of the message.
package device
