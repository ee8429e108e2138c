// Package geo tells what files of the operator say of addresses: country, autonomous system and sort of access. It reads databases
// in the MaxMind DB format (.mmdb, version 2.0, of any vendor) and dumps of routing tables in MRT (RFC 6396, TABLE_DUMP_V2, and
// RFC 8050), from a folder that the operator fills; nothing is fetched. The fields are computed from a record when a rule asks for
// them (Databases.Field); what no file gives is no field, and rules that need it are not assessed. docs/geo.md is the reference.
//
// What such files say is the vendor's opinion of today about records of any day: it raises or lowers a suspicion and proves nothing.
package geo
