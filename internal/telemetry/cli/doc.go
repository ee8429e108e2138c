// Package cli makes commands of network devices comparable: what a device accepts as one command may be typed in many ways, and logs
// hold what was typed. It is a helper of decoders of text and no format itself.
//
// A command becomes the values of process.command_line. The first is the whole of what was typed, with single blanks, without the <cr>
// that stands for the return key, without a pager (| no-more), without the word that only says where a command is run (do, top, and run
// of Junos), and with its first words written out where they were shortened. Where that changed words, stormglass.command.typed holds
// what was typed. Further values follow where a line holds several commands (NX-OS: configure terminal ; A ; B), each by itself, and
// where a word stands before a command that may mean something by itself (run and admin of IOS XR), the command without it.
//
// Words are written out by tables of those few commands that rules ask for (tables.go): a word counts as a short form only from the
// length on from which the device takes it for no other, and only when all words of a command of the table are there.
package cli
