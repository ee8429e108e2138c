package simulate

import (
	"net/netip"
	"slices"
	"time"
)

// Case is a deed of the intruder that an entry of the catalogue of detections describes.
type Case struct {
	ID      string   `json:"id"`              // of the entry: "AAA-01"
	Key     string   `json:"key"`             // tells the cases of one entry apart
	What    string   `json:"what"`            // in plain words
	Subject string   `json:"subject"`         // as a finding should name it: a device or server for messages, our address for flows, an account
	Names   []string `json:"names,omitempty"` // what else a finding may call it
	Also    []string `json:"also,omitempty"`  // entries that the same records may raise besides, rightly
	// Observed are texts: each record of the case holds all words of one of them, and in the time of the case no other does. Words
	// stand apart by " + ".
	Observed []string `json:"observed"`
	// Before is, of a case in which messages were lost, when the last one before them was written.
	Before time.Time `json:"before,omitzero"`
	// Absence says that the case is what is not there: First and Last are its interval, and there are no records.
	Absence bool `json:"absence,omitempty"`
	Occurrence
}

// deed declares a case.
func (c *cast) deed(x Case) *Occurrence { return c.declare(&x) }

func (c *cast) declare(x *Case) *Occurrence {
	if x.Key == "" {
		x.Key = x.ID
	}
	x.Also = slices.DeleteFunc(slices.Clone(x.Also), func(id string) bool { return id == x.ID })
	c.truth.Cases = append(c.truth.Cases, x)
	return &x.Occurrence
}

// hostile gives the n-th address of the intruder's that no intelligence names, n up to 48.
func hostile(n int) netip.Addr { return in4("203.0.113.150", uint32(n)) }

// insider is the account that the intruder took, with which it comes from a jump host in its owner's hours.
const insider = "op-dmitri"

// changing gives the entries that a change of a device's configuration outside any window may raise.
func (d *device) changing(also ...string) []string {
	l := []string{"SYS-01", "SYS-07"}
	switch d.platform {
	case "iosxr":
		l = []string{"SYS-01", "SYS-09"}
	case "junos":
		l = []string{"SYS-01", "SYS-10"}
	case "vrp":
		l = []string{"SYS-01", "SYS-11"}
	}
	return slices.Concat(l, also)
}

// strange gives the entries that a session from an address that is no jump host's may raise.
func strange(also ...string) []string { return slices.Concat([]string{"AAA-09", "PRV-02"}, also) }

// on gives a time of a working day of the run.
func (c *cast) on(dayOf, hour, minute int) time.Time {
	return c.workday(dayOf).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}
