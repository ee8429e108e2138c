package api

import (
	"net/http"

	"stormglass/internal/web/auth"
)

// Prefix is what the paths of the API begin with.
const Prefix = "/api/v1"

// route is one line of the table: what may be asked, by whom, and what it may take.
type route struct {
	method, path string
	need         auth.Role // that who asks must have; empty: nobody is asked who they are
	local        bool      // on this machine nobody is asked, either
	heavy        bool      // counts against Limits.Heavy
	late         bool      // its handler takes a place of Limits.Heavy when the body is there: until then it counts apart
	upload       bool      // takes as long as its body takes to come; counts against Limits.Uploads
	many         string    // parameter of the query that may come several times
	body         func(*Limits) int64
	id, summary  string // empty: not in the OpenAPI document
	add          func(*server, *route)
}

// table is all that is answered. Nothing is reachable that has no line here: server.HandleFunc sees to it.
func table() []route {
	return []route{
		{method: http.MethodGet, path: "/healthz", add: (*server).addHealth},
		{method: http.MethodGet, path: "/readyz", need: auth.Read, local: true, add: (*server).addReady},
		{method: http.MethodGet, path: "/metrics", need: auth.Read, local: true, add: (*server).addMetrics},
		{method: http.MethodGet, path: Prefix + "/openapi.json", need: auth.Read, add: (*server).addDocument},
		{
			method: http.MethodGet, path: Prefix + "/status", need: auth.Read, add: (*server).addStatus,
			id: "status", summary: "Tell how the service is: listeners, exporters, disk, memory, what waits and what is lost.",
		},
		{
			method: http.MethodGet, path: Prefix + "/findings", need: auth.Read, heavy: true, many: "status", add: (*server).addFindings,
			id: "findings", summary: "List findings, what matters most first, a page at a time.",
		},
		{
			method: http.MethodGet, path: Prefix + "/findings/{id}", need: auth.Read, heavy: true, add: (*server).addFinding,
			id: "finding", summary: "Tell everything of one finding, with what was decided about it.",
		},
		{
			method: http.MethodGet, path: Prefix + "/incidents", need: auth.Read, heavy: true, add: (*server).addIncidents,
			id: "incidents", summary: "List incidents, findings that belong together, what matters most first, a page at a time.",
		},
		{
			method: http.MethodGet, path: Prefix + "/incidents/{id}", need: auth.Read, heavy: true, add: (*server).addIncident,
			id: "incident", summary: "Tell of one incident: since when, what joins it, its timeline.",
		},
		{
			method: http.MethodGet, path: Prefix + "/seen", need: auth.Read, heavy: true, many: "value", add: (*server).addSeen,
			id: "seen", summary: "Say whether values were ever seen, when, how often and with which of the operator's systems.",
		},
		{
			method: http.MethodPost, path: Prefix + "/seen", need: auth.Read, late: true, body: seenBytes, add: (*server).addSeenMany,
			id: "seen-many", summary: "Say of many values whether they were ever seen.",
		},
		{
			method: http.MethodGet, path: Prefix + "/intel", need: auth.Read, heavy: true, add: (*server).addIntel,
			id: "intel", summary: "List the files of intelligence in force, the last added first.",
		},
		{
			method: http.MethodPost, path: Prefix + "/intel", need: auth.Intel, upload: true, body: intelBytes, add: (*server).addIntelAdd,
			id: "intel-add", summary: "Put a file of intelligence in force, and look it up in all that is held.",
		},
		{
			method: http.MethodDelete, path: Prefix + "/intel/{id}", need: auth.Intel, heavy: true, add: (*server).addIntelRemove,
			id: "intel-remove", summary: "Take a file of intelligence out of force.",
		},
		{
			method: http.MethodPost, path: Prefix + "/ingest", need: auth.Ingest, upload: true, body: linesBytes, add: (*server).addIngest,
			id: "ingest", summary: "Take in lines of JSON. Answered with 200 only when all of it is durable.",
		},
		{
			method: http.MethodGet, path: Prefix + "/coverage", need: auth.Read, heavy: true, add: (*server).addCoverage,
			id: "coverage", summary: "Tell in which hours anything arrived, by source.",
		},
	}
}

func seenBytes(*Limits) int64    { return MaxSeenBody }
func intelBytes(l *Limits) int64 { return l.Intel }
func linesBytes(l *Limits) int64 { return l.Lines }

// find gives the route of a pattern of http.ServeMux.
func (s *server) find(pattern string) *route {
	for i := range s.routes {
		if r := &s.routes[i]; r.method+" "+r.path == pattern {
			return r
		}
	}
	return nil
}

// Route is a line of the table of routes, as documents and tests read it.
type Route struct {
	Method, Path string
	Need         auth.Role // empty: nobody is asked who they are
	Local        bool      // on this machine nobody is asked, either
	Summary      string
}

// Routes gives the table of routes.
func Routes() []Route {
	var out []Route
	for _, r := range table() {
		out = append(out, Route{r.method, r.path, r.need, r.local, r.summary})
	}
	return out
}
