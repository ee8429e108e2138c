package api

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"stormglass/internal/report"
	"stormglass/internal/web/auth"
)

// intelBody is what intel answers with: intel list -o json.
type intelBody struct {
	Files []intelFileBody `json:"files"`
}

// intelFileBody is a file of intelligence in force.
type intelFileBody struct {
	File   string    `json:"file" doc:"The name it was given."`
	ID     string    `json:"id" doc:"SHA-256 of its content, in hex."`
	Values uint64    `json:"values"`
	Bytes  uint64    `json:"bytes"`
	Added  time.Time `json:"added"`
}

// addedBody is what intel-add answers with: intel add -o json.
type addedBody struct {
	Text     string                 `json:"text" doc:"What was done, in words."`
	Files    []addedFileBody        `json:"files"`
	NotRead  []report.IntelFileJSON `json:"not_read"`
	Looked   int                    `json:"looked_up" doc:"Values that were not known before and were looked up."`
	Held     heldBody               `json:"held"`
	TookMS   int64                  `json:"took_ms" doc:"Milliseconds of looking up."`
	New      int                    `json:"new" doc:"Findings."`
	Changed  int                    `json:"changed"`
	Findings []report.FindingJSON   `json:"findings"`
}

// addedFileBody is a file that was put in force.
type addedFileBody struct {
	File    string                `json:"file"`
	Known   bool                  `json:"known" doc:"It was in force before."`
	Values  int                   `json:"values"`
	Account *report.IntelFileJSON `json:"account"`
}

// heldBody is the days of which something is held.
type heldBody struct {
	First string `json:"first_day" doc:"Empty when no day is held."`
	Last  string `json:"last_day"`
}

func (s *server) addIntel(rt *route) {
	register(s, s.operation(rt, intelBody{}, nil), func(ctx context.Context, _ *struct{}) (*answer, error) {
		files, err := s.service.Intel(ctx)
		if err != nil {
			return nil, err
		}
		return intelAnswer(files), nil
	})
}

func intelAnswer(files []report.IntelFile) *answer {
	return &answer{write: func(w io.Writer) error { return report.WriteIntelFiles(w, report.JSON, files, report.Options{}) }}
}

// nameInput is the query of what hands something in.
type nameInput struct {
	Name string `query:"name" required:"true" minLength:"1" maxLength:"256" doc:"What it is called in answers."`
}

// check refuses names that cannot be shown.
func (in *nameInput) check() error {
	if len(in.Name) > MaxName || !utf8.ValidString(in.Name) || strings.ContainsFunc(in.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return wrong("query.name", "too long, or with characters that cannot be shown")
	}
	return nil
}

// upload describes a body that is handed in as it is.
func upload(mediaType, description string) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Description: description, Content: map[string]*huma.MediaType{mediaType: {}}}
}

func (s *server) addIntelAdd(rt *route) {
	body := upload("application/octet-stream", "A file of intelligence in any form that the program reads, compressed or not. At most 256 MiB unless the service says otherwise.")
	register(s, s.operation(rt, addedBody{}, body), func(ctx context.Context, in *nameInput) (*answer, error) {
		if err := in.check(); err != nil {
			return nil, err
		}
		who := auth.From(ctx)
		added, err := s.service.AddIntel(ctx, who, in.Name, bodyOf(ctx))
		if err != nil {
			return nil, err
		}
		s.log.InfoContext(ctx, "intelligence was handed in", slog.String("who", who.String()), slog.String("name", in.Name), slog.Int("files", len(added.Files)))
		return &answer{write: func(w io.Writer) error { return report.WriteAddedIntel(w, report.JSON, added, report.Options{}) }}, nil
	})
}

// intelInput is the path of one file of intelligence.
type intelInput struct {
	ID string `path:"id" minLength:"4" maxLength:"64" pattern:"^[0-9a-fA-F]+$" doc:"4 or more hex digits that its id begins with."`
}

func (s *server) addIntelRemove(rt *route) {
	register(s, s.operation(rt, intelBody{}, nil), func(ctx context.Context, in *intelInput) (*answer, error) {
		who := auth.From(ctx)
		f, err := s.service.RemoveIntel(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		s.log.InfoContext(ctx, "intelligence was taken out of force", slog.String("who", who.String()), slog.String("name", f.Name), slog.String("id", f.ID))
		return intelAnswer([]report.IntelFile{*f}), nil
	})
}
