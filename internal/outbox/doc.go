// Package outbox tells somebody: findings and alarms leave the service through it, to a SIEM, a chat, a
// mailbox or a file.
//
// What is to be told is durable. The findings of the store carry a number that grows with each change;
// the outbox reads on from where it was, and what it makes of a change is written in the same transaction
// as how far it has read. So nothing is skipped and nothing told twice over a crash. A message has an id
// that stays; it is told at least once to each of its sinks, and a receiver that remembers ids never acts
// twice (docs/outbox.md tells where each sink carries it).
//
// The way of a finding: take (what changed becomes items, for each route that wants it) - seal (items of
// one value whose time is over become a message, as the route's rate allows) - deliver (a worker for each
// sink, so that a slow one holds up no other).
//
// Nothing leaves in clear that must not: what is marked stricter than a route may carry leaves as a
// pointer without a value, and what identifies a subscriber is masked. Messages are made safe once, in
// message; a sink only knows how to deliver.
package outbox
