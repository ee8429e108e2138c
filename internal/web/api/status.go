package api

import "time"

// Status tells how the service is. Counters count from the start of the service and only grow. Times that are not
// known are absent; so is the rate of sampling an exporter did not state.
type Status struct {
	Version  string    `json:"version" doc:"Of the program."`
	Data     string    `json:"data" doc:"The data folder."`
	Started  time.Time `json:"started"`
	Now      time.Time `json:"now" doc:"When this was told."`
	Ready    bool      `json:"ready" doc:"It takes in, and answers."`
	NotReady []string  `json:"not_ready" doc:"Why it is not ready, in words."`
	Warnings []string  `json:"warnings" doc:"What somebody should look at, in words."`

	Listeners []Listener `json:"listeners"`
	Exporters []Exporter `json:"exporters" doc:"Senders of flows, by address."`
	Watched   Watched    `json:"watched"`
	Intel     IntelState `json:"intel"`
	Rules     RuleState  `json:"rules"`
	Heard     *Heard     `json:"heard,omitempty" doc:"Who was heard in the last day, and what rules could see of it. Absent until it was counted, half a minute after the start."`
	Pipeline  Pipeline   `json:"pipeline"`
	Disk      Disk       `json:"disk"`
	Memory    []Holder   `json:"memory"`
	Outbox    []Sink     `json:"outbox"`
	Canary    *Canary    `json:"canary,omitempty" doc:"Absent when no canary is set up."`
}

// Listener is one socket or way of handing in, with what came of what it received.
type Listener struct {
	Name          string     `json:"name" doc:"Kind of listener: netflow, sflow, syslog, api."`
	Address       string     `json:"address"`
	Datagrams     uint64     `json:"datagrams" doc:"Datagrams, or messages of a stream, that arrived."`
	Bytes         uint64     `json:"bytes"`
	Records       uint64     `json:"records" doc:"Records made of them."`
	LostKernel    uint64     `json:"lost_kernel" doc:"Datagrams that the kernel dropped because nobody fetched them in time."`
	LostQueue     uint64     `json:"lost_queue" doc:"Datagrams dropped because the queue behind the socket was full."`
	Refused       uint64     `json:"refused" doc:"Datagrams or connections turned away: a sender not allowed, too long, over a limit."`
	Cut           uint64     `json:"cut" doc:"Messages of a stream kept in part: they were too long, or their connection ended in the middle."`
	Unread        uint64     `json:"unread" doc:"Datagrams, or parts of them, that gave no record."`
	Connections   uint64     `json:"connections" doc:"Connections of a stream that are open now."`
	Repeated      uint64     `json:"repeated" doc:"Copies sent to other collectors."`
	RepeatFailed  uint64     `json:"repeat_failed" doc:"Copies that could not be sent."`
	WaitingBytes  uint64     `json:"waiting_bytes" doc:"In the queue now."`
	BufferGranted uint64     `json:"buffer_granted_bytes" doc:"Size of the receive buffer that the kernel granted; 0 when not known."`
	BufferWanted  uint64     `json:"buffer_wanted_bytes" doc:"Size that was asked for; 0 when none was."`
	Last          *time.Time `json:"last,omitempty" doc:"When something arrived last."`
}

// Exporter is a sender of flows.
type Exporter struct {
	Address      string     `json:"address" doc:"Address and, where there are several, observation domain: '192.0.2.7/256'."`
	Listener     string     `json:"listener" doc:"Name of the listener it sends to."`
	Packets      uint64     `json:"packets"`
	Records      uint64     `json:"records"`
	LostSequence uint64     `json:"lost_sequence" doc:"Records or packets missing by its sequence numbers, in the unit the protocol counts."`
	SamplingMin  uint64     `json:"sampling_min,omitzero" doc:"Least rate of sampling in force, 1 in N; absent when it states none."`
	SamplingMax  uint64     `json:"sampling_max,omitzero" doc:"Greatest rate of sampling in force, 1 in N."`
	Templates    uint64     `json:"templates" doc:"Templates in force."`
	Waiting      uint64     `json:"waiting_for_template" doc:"Sets of data that wait for their template now."`
	Last         *time.Time `json:"last,omitempty" doc:"When it sent last."`
}

// Watched is what became of watched files.
type Watched struct {
	Paths      int              `json:"paths" doc:"Files and folders that are watched."`
	TakenIn    uint64           `json:"taken_in" doc:"Files of which records are kept."`
	NotTakenIn uint64           `json:"not_taken_in" doc:"Files that were looked at and not taken in."`
	Unread     uint64           `json:"unread" doc:"Records of watched files that could not be read."`
	Problems   []WatchedProblem `json:"problems" doc:"Files that are not taken in now, or not to their end; the last 20."`
}

// WatchedProblem is a file that was not taken in.
type WatchedProblem struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// IntelState is the intelligence in force.
type IntelState struct {
	Files  uint64     `json:"files"`
	Values uint64     `json:"values" doc:"Distinct values that are matched."`
	Loaded *time.Time `json:"loaded,omitempty" doc:"When the values in force were put in force."`
}

// RuleState is the rules in force.
type RuleState struct {
	Files      int        `json:"files" doc:"Files that rules were read from."`
	Rules      int        `json:"rules" doc:"Rules and correlations that were read."`
	Asked      int        `json:"asked" doc:"Of them, those that records are held against; the rest is not assessed, as a hunt says."`
	Complaints []string   `json:"complaints" doc:"About rules and pipelines that were left out, or not used in part: the first 20."`
	Matched    uint64     `json:"matched" doc:"Records that a rule matched, once for each rule."`
	Cut        []string   `json:"cut" doc:"Rules that were not asked of every record, because they had used up their budget: the first 20, by key."`
	Loaded     *time.Time `json:"loaded,omitempty" doc:"When the rules in force were put in force."`
}

// Pipeline is how what arrives goes into the data folder.
type Pipeline struct {
	Records      uint64     `json:"records" doc:"Records taken in from all listeners and files."`
	Rate         float64    `json:"records_per_second" doc:"Over the last minute."`
	LagSeconds   float64    `json:"lag_seconds" doc:"Age of the oldest thing that arrived and is not matched yet."`
	Folds        uint64     `json:"folds" doc:"Commits of what was received."`
	FoldSeconds  float64    `json:"fold_seconds" doc:"All folds together took so long."`
	FoldsFailed  uint64     `json:"folds_failed"`
	LastFold     *time.Time `json:"last_fold,omitempty" doc:"When the last commit ended."`
	LastFoldTook float64    `json:"last_fold_seconds"`
	Waiting      uint64     `json:"waiting_datagrams" doc:"Datagrams in the log and in no commit yet: what a crash has read again."`
	LogBytes     uint64     `json:"log_bytes" doc:"Size of the log of what arrived, half a minute old."`
	New          uint64     `json:"findings_new" doc:"Findings that are new since the start."`
	Changed      uint64     `json:"findings_changed" doc:"Findings that changed since the start."`
	Matches      uint64     `json:"matches" doc:"Values of intelligence met in what arrived."`
}

// Disk is the room of the data folder.
type Disk struct {
	Free  uint64     `json:"free_bytes"`
	Total uint64     `json:"total_bytes"`
	Used  []DiskPart `json:"used"`
}

// DiskPart is what one part of the data folder takes.
type DiskPart struct {
	Part  string `json:"part" doc:"lake, ledger, wal, intel, vault, database and so on."`
	Bytes uint64 `json:"bytes"`
}

// Holder is one holder of memory of the table in docs/architecture.md.
type Holder struct {
	Name      string `json:"name"`
	Bytes     uint64 `json:"bytes"`
	Bound     uint64 `json:"bound_bytes" doc:"0 when none is set."`
	Evictions uint64 `json:"evictions" doc:"Entries that were dropped because the bound was reached."`
}

// Sink is one place that findings are sent to.
type Sink struct {
	Name      string     `json:"name"`
	Waiting   uint64     `json:"waiting" doc:"Messages to be sent."`
	Delivered uint64     `json:"delivered"`
	Failed    uint64     `json:"failed" doc:"Tries that failed."`
	GivenUp   uint64     `json:"given_up" doc:"Messages that are not tried again."`
	LastError string     `json:"last_error,omitempty"`
	LastSent  *time.Time `json:"last_sent,omitempty"`
	Oldest    *time.Time `json:"oldest_waiting,omitempty" doc:"When the oldest message that waits was made."`
}

// Canary is a value sent through the whole way now and then: it must be found.
type Canary struct {
	Sent      uint64     `json:"sent"`
	Found     uint64     `json:"found"`
	LastSent  *time.Time `json:"last_sent,omitempty"`
	LastFound *time.Time `json:"last_found,omitempty"`
	Late      bool       `json:"late" doc:"The last one is over its time and was not found."`
	Seconds   float64    `json:"last_seconds" doc:"How long the last one that was found took."`
}
