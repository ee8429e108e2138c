package hunt

import "stormglass/internal/telemetry"

// SampleOfRule makes a sample of a record that a rule matched. It copies every text: the batch does not last.
func SampleOfRule(b *telemetry.Batch, h *RuleHit) Sample { return ruleSample(b, h) }

// SampleOfRecord makes a sample of a record. It copies every text.
func SampleOfRecord(b *telemetry.Batch, i int) Sample { return recordSample(b, i) }
