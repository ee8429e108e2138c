package metrics

import "stormglass/internal/web/api"

// eachListener makes a figure's values of those of the listeners.
func eachListener(f func(l *api.Listener, put put)) func(*api.Status, put) {
	return func(st *api.Status, p put) {
		for i := range st.Listeners {
			l := &st.Listeners[i]
			f(l, func(v float64, more ...string) { p(v, append([]string{l.Name, l.Address}, more...)...) })
		}
	}
}

func listenerFigures() []figure {
	labels := []string{"listener", "address"}
	return []figure{
		{"stormglass_listener_datagrams_total", "Datagrams, or messages of a stream, that arrived.", counter, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Datagrams)) })},
		{"stormglass_listener_bytes_total", "Bytes that arrived.", counter, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Bytes)) })},
		{"stormglass_listener_records_total", "Records made of what arrived.", counter, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Records)) })},
		{"stormglass_listener_lost_total", "Datagrams that were dropped: by the kernel, because nobody fetched them in time, or because the queue was full.", counter, []string{"listener", "address", "by"}, eachListener(func(l *api.Listener, put put) {
			put(number(l.LostKernel), "kernel")
			put(number(l.LostQueue), "queue")
		})},
		{"stormglass_listener_refused_total", "Datagrams or connections that were turned away.", counter, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Refused)) })},
		{"stormglass_listener_cut_total", "Messages of a stream that were kept in part.", counter, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Cut)) })},
		{"stormglass_listener_unread_total", "Datagrams, or parts of them, that gave no record.", counter, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Unread)) })},
		{"stormglass_listener_connections", "Connections of a stream that are open.", gauge, labels, eachListener(func(l *api.Listener, put put) { put(number(l.Connections)) })},
		{"stormglass_listener_repeated_total", "Copies for other collectors, by what became of them.", counter, []string{"listener", "address", "outcome"}, eachListener(func(l *api.Listener, put put) {
			put(number(l.Repeated), "sent")
			put(number(l.RepeatFailed), "failed")
		})},
		{"stormglass_listener_waiting_bytes", "Bytes in the queue behind the socket.", gauge, labels, eachListener(func(l *api.Listener, put put) { put(number(l.WaitingBytes)) })},
		{"stormglass_listener_buffer_bytes", "Size of the receive buffer: what was asked for and what the kernel granted.", gauge, []string{"listener", "address", "size"}, eachListener(func(l *api.Listener, put put) {
			put(number(l.BufferGranted), "granted")
			put(number(l.BufferWanted), "wanted")
		})},
		{"stormglass_listener_last_timestamp_seconds", "When something arrived last.", gauge, labels, eachListener(func(l *api.Listener, put put) { moment(put, l.Last) })},
	}
}

// eachExporter makes a figure's values of those of the exporters, which the collector has bounded.
func eachExporter(f func(e *api.Exporter, put put)) func(*api.Status, put) {
	return func(st *api.Status, p put) {
		for i := range st.Exporters {
			e := &st.Exporters[i]
			f(e, func(v float64, more ...string) { p(v, append([]string{e.Address, e.Listener}, more...)...) })
		}
	}
}

func exporterFigures() []figure {
	labels := []string{"exporter", "listener"}
	return []figure{
		{"stormglass_exporter_packets_total", "Packets of an exporter; beyond 1,000 exporters the rest is \"other\".", counter, labels, eachExporter(func(e *api.Exporter, put put) { put(number(e.Packets)) })},
		{"stormglass_exporter_records_total", "Records of an exporter.", counter, labels, eachExporter(func(e *api.Exporter, put put) { put(number(e.Records)) })},
		{"stormglass_exporter_lost_total", "Records or packets missing by the exporter's sequence numbers, in the unit its protocol counts.", counter, labels, eachExporter(func(e *api.Exporter, put put) { put(number(e.LostSequence)) })},
		{"stormglass_exporter_sampling_interval", "Rate of sampling in force, 1 in N: the least and the greatest of the exporter.", gauge, []string{"exporter", "listener", "bound"}, eachExporter(func(e *api.Exporter, put put) {
			if e.SamplingMax > 0 {
				put(number(e.SamplingMin), "min")
				put(number(e.SamplingMax), "max")
			}
		})},
		{"stormglass_exporter_templates", "Templates in force.", gauge, labels, eachExporter(func(e *api.Exporter, put put) { put(number(e.Templates)) })},
		{"stormglass_exporter_waiting_for_template", "Sets of data that wait for their template.", gauge, labels, eachExporter(func(e *api.Exporter, put put) { put(number(e.Waiting)) })},
		{"stormglass_exporter_last_timestamp_seconds", "When the exporter sent last.", gauge, labels, eachExporter(func(e *api.Exporter, put put) { moment(put, e.Last) })},
	}
}

func intakeFigures() []figure {
	return []figure{
		{"stormglass_watched_paths", "Files and folders that are watched.", gauge, nil, func(st *api.Status, put put) { put(number(st.Watched.Paths)) }},
		{"stormglass_watched_files_total", "Watched files, by what became of them.", counter, []string{"outcome"}, func(st *api.Status, put put) {
			put(number(st.Watched.TakenIn), "taken_in")
			put(number(st.Watched.NotTakenIn), "not_taken_in")
		}},
		{"stormglass_watched_unread_records_total", "Records of watched files that could not be read.", counter, nil, func(st *api.Status, put put) { put(number(st.Watched.Unread)) }},
		{"stormglass_intel_files", "Files of intelligence in force.", gauge, nil, func(st *api.Status, put put) { put(number(st.Intel.Files)) }},
		{"stormglass_intel_values", "Distinct values that are matched.", gauge, nil, func(st *api.Status, put put) { put(number(st.Intel.Values)) }},
		{"stormglass_intel_loaded_timestamp_seconds", "When the values in force were put in force.", gauge, nil, func(st *api.Status, put put) { moment(put, st.Intel.Loaded) }},
		{"stormglass_rules", "Rules in force, by whether records are held against them.", gauge, []string{"assessed"}, func(st *api.Status, put put) {
			put(number(st.Rules.Asked), "yes")
			put(number(max(st.Rules.Rules-st.Rules.Asked, 0)), "no")
		}},
		{"stormglass_rule_complaints", "Complaints about rules and pipelines that were left out, or not used in part, at most 20; the status tells them.", gauge, nil, func(st *api.Status, put put) { put(number(len(st.Rules.Complaints))) }},
		{"stormglass_rules_cut", "Rules that were not asked of every record, because they had used up their budget, at most 20; the status names them.", gauge, nil, func(st *api.Status, put put) { put(number(len(st.Rules.Cut))) }},
		{"stormglass_rule_matches_total", "Records that a rule matched, once for each rule.", counter, nil, func(st *api.Status, put put) { put(number(st.Rules.Matched)) }},
		{"stormglass_rules_loaded_timestamp_seconds", "When the rules in force were put in force.", gauge, nil, func(st *api.Status, put put) { moment(put, st.Rules.Loaded) }},
		{"stormglass_records_total", "Records taken in from all listeners and files.", counter, nil, func(st *api.Status, put put) { put(number(st.Pipeline.Records)) }},
		{"stormglass_records_per_second", "Records taken in, over the last minute.", gauge, nil, func(st *api.Status, put put) { put(st.Pipeline.Rate) }},
		{"stormglass_lag_seconds", "Age of the oldest thing that arrived and is not matched yet.", gauge, nil, func(st *api.Status, put put) { put(st.Pipeline.LagSeconds) }},
		{"stormglass_matches_total", "Values of intelligence met in what arrived.", counter, nil, func(st *api.Status, put put) { put(number(st.Pipeline.Matches)) }},
		{"stormglass_findings_total", "Findings since the start, new ones and those that changed.", counter, []string{"change"}, func(st *api.Status, put put) {
			put(number(st.Pipeline.New), "new")
			put(number(st.Pipeline.Changed), "changed")
		}},
		{"stormglass_folds_total", "Commits of what was received.", counter, nil, func(st *api.Status, put put) { put(number(st.Pipeline.Folds)) }},
		{"stormglass_folds_failed_total", "Commits that failed.", counter, nil, func(st *api.Status, put put) { put(number(st.Pipeline.FoldsFailed)) }},
		{"stormglass_fold_seconds_total", "Time that all commits took.", counter, nil, func(st *api.Status, put put) { put(st.Pipeline.FoldSeconds) }},
		{"stormglass_last_fold_timestamp_seconds", "When the last commit ended.", gauge, nil, func(st *api.Status, put put) { moment(put, st.Pipeline.LastFold) }},
		{"stormglass_last_fold_seconds", "How long the last commit took.", gauge, nil, func(st *api.Status, put put) { put(st.Pipeline.LastFoldTook) }},
		{"stormglass_log_bytes", "Size of the log of what arrived.", gauge, nil, func(st *api.Status, put put) { put(number(st.Pipeline.LogBytes)) }},
		{"stormglass_log_waiting_datagrams", "Datagrams in the log and in no commit yet.", gauge, nil, func(st *api.Status, put put) { put(number(st.Pipeline.Waiting)) }},
	}
}
