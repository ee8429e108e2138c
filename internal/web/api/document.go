package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// schema gives the schema of a value's type, nil for nil.
func (s *server) schema(v any) *huma.Schema {
	if v == nil {
		return nil
	}
	t := reflect.TypeOf(v)
	return s.huma.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
}

// finish writes the document. Its keys are sorted, so that the same types make the same text.
func (s *server) finish() error {
	text, err := json.Marshal(s.huma.OpenAPI())
	if err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	b.WriteByte('\n')
	s.doc = b.Bytes()
	return nil
}

func (s *server) addDocument(rt *route) {
	s.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.doc)
	})
}
