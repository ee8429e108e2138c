package hunt

import (
	"slices"

	"stormglass/internal/telemetry"
)

// FieldWithdrawn is the field of samples of a day that a later computation did not find again, since records of days before came in
// meanwhile. It says which. Such a day stays: who can send lines with old times must not be able to take back what was found.
const FieldWithdrawn = "stormglass.withdrawn"

// Withdrawn says why a later computation of the day did not find this again; empty where it did.
func (d *Day) Withdrawn() string {
	for i := range d.Samples {
		for _, f := range d.Samples[i].Fields {
			if f.Name == FieldWithdrawn {
				return f.Value
			}
		}
	}
	return ""
}

// Withdraw notes why a later computation of the day did not find this again. The samples that d shared with others stay as they were.
func (d *Day) Withdraw(why string) {
	d.Samples = slices.Clone(d.Samples)
	if len(d.Samples) == 0 {
		d.Samples = []Sample{{Kind: telemetry.KindDerived, Occurred: d.First}}
	}
	for i := range d.Samples {
		s := &d.Samples[i]
		s.Fields = append(slices.Clip(s.Fields), SampleField{FieldWithdrawn, why})
	}
}

// Withdrawn gives the days of the finding that a later computation did not find again.
func (f *Finding) Withdrawn() (out []Day) {
	for i := range f.Days {
		if f.Days[i].Withdrawn() != "" {
			out = append(out, f.Days[i])
		}
	}
	return out
}
