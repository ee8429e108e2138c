// Package vault keeps subscribers' values (numbers, IMSI, IMEI, addresses, whatever a policy calls
// so) out of everything else that is stored. Elsewhere a Token stands for the value; here the clear
// value is kept once for each token, sealed so that whoever takes it in cannot read it back.
//
// Three keys, docs/format/vault.md has their files:
//
//   - the join key makes tokens. It never changes, for the same value must be the same token for as
//     long as anything is kept. At rest it is wrapped to
//   - the ingest key, which lies beside it and can be exchanged (Rotate). Wrapping is worth as much as
//     the ingest key is kept apart: a copy of join.key alone is of no use, a copy of the folder is.
//   - the recipient seals; its private identity lies outside the data folder, and only Reveal needs it.
//
// What this does not do: it does not hide from who has the join key whether a value they can guess was
// seen (a token is a keyed hash, and there are few numbers), nor a value's kind and length.
//
// Types that hold a secret print as a mask under every verb of fmt, in log/slog and in JSON, also as a
// field of another struct.
package vault
