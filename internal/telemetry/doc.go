// Package telemetry holds what an operator's systems recorded, as records of a closed list of
// kinds: flow, dns, http, tls, cert, file, mail, event and those of later work. A Batch holds a
// few thousand records of one kind; Schema gives each kind its fields by ECS name, so that rules,
// output and stores speak of the same things.
//
// Decoders (the packages below this one) turn Blocks of bytes into Sets of batches. They know
// neither files nor sockets: package collect feeds them. Records hold addresses and integers, and
// their texts share memory with the block they came from; on the hot path nothing is boxed and
// nothing is allocated per record.
//
// The contracts are those of the house plan, section 3 (kinds, identity of a record, time).
package telemetry
