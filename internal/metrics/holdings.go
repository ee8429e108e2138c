package metrics

import (
	"time"

	"stormglass/internal/web/api"
)

func storageFigures() []figure {
	holder := []string{"holder"}
	eachHolder := func(f func(h *api.Holder) float64) func(*api.Status, put) {
		return func(st *api.Status, put put) {
			for i := range st.Memory {
				put(f(&st.Memory[i]), st.Memory[i].Name)
			}
		}
	}
	return []figure{
		{"stormglass_disk_free_bytes", "Free on the disk of the data folder.", gauge, nil, func(st *api.Status, put put) { put(number(st.Disk.Free)) }},
		{"stormglass_disk_size_bytes", "Size of the disk of the data folder.", gauge, nil, func(st *api.Status, put put) { put(number(st.Disk.Total)) }},
		{"stormglass_data_bytes", "What the data folder takes, by part.", gauge, []string{"part"}, func(st *api.Status, put put) {
			for _, p := range st.Disk.Used {
				put(number(p.Bytes), p.Part)
			}
		}},
		{"stormglass_memory_bytes", "Memory of a holder of the table in docs/architecture.md.", gauge, holder, eachHolder(func(h *api.Holder) float64 { return number(h.Bytes) })},
		{"stormglass_memory_bound_bytes", "Bound of a holder; 0 when none is set.", gauge, holder, eachHolder(func(h *api.Holder) float64 { return number(h.Bound) })},
		{"stormglass_memory_evictions_total", "Entries that a holder dropped because its bound was reached.", counter, holder, eachHolder(func(h *api.Holder) float64 { return number(h.Evictions) })},
	}
}

func outboxFigures() []figure {
	sink := []string{"sink"}
	each := func(f func(s *api.Sink) uint64) func(*api.Status, put) {
		return func(st *api.Status, put put) {
			for i := range st.Outbox {
				put(number(f(&st.Outbox[i])), st.Outbox[i].Name)
			}
		}
	}
	when := func(f func(s *api.Sink) *time.Time) func(*api.Status, put) {
		return func(st *api.Status, put put) {
			for i := range st.Outbox {
				moment(put, f(&st.Outbox[i]), st.Outbox[i].Name)
			}
		}
	}
	return []figure{
		{"stormglass_outbox_waiting", "Messages to be sent.", gauge, sink, each(func(s *api.Sink) uint64 { return s.Waiting })},
		{"stormglass_outbox_delivered_total", "Messages that were delivered.", counter, sink, each(func(s *api.Sink) uint64 { return s.Delivered })},
		{"stormglass_outbox_failed_total", "Tries that failed.", counter, sink, each(func(s *api.Sink) uint64 { return s.Failed })},
		{"stormglass_outbox_given_up_total", "Messages that are not tried again.", counter, sink, each(func(s *api.Sink) uint64 { return s.GivenUp })},
		{"stormglass_outbox_last_sent_timestamp_seconds", "When a message was delivered last.", gauge, sink, when(func(s *api.Sink) *time.Time { return s.LastSent })},
		{"stormglass_outbox_oldest_timestamp_seconds", "When the oldest message that waits was made.", gauge, sink, when(func(s *api.Sink) *time.Time { return s.Oldest })},
	}
}

func canaryFigures() []figure {
	with := func(f func(c *api.Canary, put put)) func(*api.Status, put) {
		return func(st *api.Status, put put) {
			if st.Canary != nil {
				f(st.Canary, put)
			}
		}
	}
	return []figure{
		{"stormglass_canary_sent_total", "Canaries that were sent through the whole way.", counter, nil, with(func(c *api.Canary, put put) { put(number(c.Sent)) })},
		{"stormglass_canary_found_total", "Canaries that were found.", counter, nil, with(func(c *api.Canary, put put) { put(number(c.Found)) })},
		{"stormglass_canary_late", "1 when the last canary is over its time and was not found.", gauge, nil, with(func(c *api.Canary, put put) { put(truth(c.Late)) })},
		{"stormglass_canary_last_seconds", "How long the last canary that was found took.", gauge, nil, with(func(c *api.Canary, put put) { put(c.Seconds) })},
		{"stormglass_canary_sent_timestamp_seconds", "When the last canary was sent.", gauge, nil, with(func(c *api.Canary, put put) { moment(put, c.LastSent) })},
		{"stormglass_canary_found_timestamp_seconds", "When the last canary was found.", gauge, nil, with(func(c *api.Canary, put put) { moment(put, c.LastFound) })},
	}
}
