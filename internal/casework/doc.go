// Package casework joins findings that belong together into incidents: those about one device, one account or one peer outside, not too far
// apart in time (design.md, sections 2 and 9; docs/incidents.md). An incident is computed from findings, again and again, with the same
// answer; only its id is kept, so that it can be talked about. What it is not: a verdict. That two findings are about one machine does not
// say that one actor made them.
//
// Where addresses and names come from is the caller's, by World; no register, store or output is known here.
package casework
