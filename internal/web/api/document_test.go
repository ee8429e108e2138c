package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/web/api"
)

var update = flag.Bool("update", false, "write golden files anew")

// The document is frozen: whoever changes what clients rely on sees it here.
func TestDocumentGolden(t *testing.T) {
	got, err := api.Document("0.0.0")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("document (-want +got; -update writes it anew):\n%s", diff)
	}
	rec := newWorld(t, func(c *api.Config) { c.Version = "0.0.0" }).do("read", "GET /api/v1/openapi.json", "")
	if rec.Body.String() != string(got) || rec.Header().Get("Content-Type") != "application/json" {
		t.Error("another document is answered")
	}
}

type object = map[string]any

// TestDocumentIsOpenAPI holds the document to the rules of OpenAPI 3.1 that generators of clients trip over.
func TestDocumentIsOpenAPI(t *testing.T) {
	text, err := api.Document("0.0.0")
	if err != nil {
		t.Fatal(err)
	}
	var doc object
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if v, _ := doc["openapi"].(string); !regexp.MustCompile(`^3\.1\.\d+$`).MatchString(v) {
		t.Errorf("openapi is %q", v)
	}
	if info, _ := doc["info"].(object); info["title"] == "" || info["version"] != "0.0.0" {
		t.Errorf("info: %v", doc["info"])
	}
	checkReferences(t, doc, doc, "#")
	paths, _ := doc["paths"].(object)
	ids := map[string]bool{}
	described := map[string]bool{}
	for path, item := range paths {
		for method, op := range item.(object) {
			where := strings.ToUpper(method) + " " + path
			described[where] = true
			checkOperation(t, where, path, op.(object), ids)
		}
	}
	for _, r := range api.Routes() {
		if where := r.Method + " " + r.Path; described[where] != (r.Summary != "") {
			t.Errorf("%s: described %v", where, described[where])
		}
	}
	if text := string(text); strings.Contains(text, "http://") || strings.Contains(text, "https://") {
		t.Error("it points elsewhere")
	}
}

func checkOperation(t *testing.T, where, path string, op object, ids map[string]bool) {
	t.Helper()
	id, _ := op["operationId"].(string)
	if id == "" || ids[id] {
		t.Errorf("%s: operationId %q is empty or another's", where, id)
	}
	ids[id] = true
	if op["summary"] == "" || op["security"] == nil {
		t.Errorf("%s: no summary or no security", where)
	}
	responses, _ := op["responses"].(object)
	if responses["200"] == nil || responses["default"] == nil {
		t.Errorf("%s: answers %v, want 200 and default", where, responses)
	}
	for code, r := range responses {
		if r.(object)["description"] == "" || r.(object)["content"] == nil {
			t.Errorf("%s: answer %s has no description or content", where, code)
		}
	}
	inPath := regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1)
	var declared, templated []string
	params, _ := op["parameters"].([]any)
	for _, p := range params {
		p := p.(object)
		if p["in"] == "path" {
			declared = append(declared, p["name"].(string))
			if p["required"] != true {
				t.Errorf("%s: path parameter %v is not required", where, p["name"])
			}
		}
		if p["schema"] == nil || p["description"] == nil {
			t.Errorf("%s: parameter %v without schema or description", where, p["name"])
		}
	}
	for _, m := range inPath {
		templated = append(templated, m[1])
	}
	if !slices.Equal(declared, templated) {
		t.Errorf("%s: parameters %v of the path, declared %v", where, templated, declared)
	}
}

var schemaTypes = []string{"string", "integer", "number", "boolean", "object", "array", "null"}

// checkReferences follows every $ref, and looks at the types of schemas.
func checkReferences(t *testing.T, doc object, v any, at string) {
	t.Helper()
	switch v := v.(type) {
	case object:
		if ref, ok := v["$ref"].(string); ok {
			name, ok := strings.CutPrefix(ref, "#/components/schemas/")
			schemas, _ := doc["components"].(object)["schemas"].(object)
			if !ok || schemas[name] == nil {
				t.Errorf("%s: $ref %s leads nowhere", at, ref)
			}
		}
		if _, isSchema := v["properties"]; isSchema {
			if v["type"] != "object" && at != "#/properties" {
				t.Errorf("%s: properties of type %v", at, v["type"])
			}
			props, _ := v["properties"].(object)
			required, _ := v["required"].([]any)
			for _, r := range required {
				if props[r.(string)] == nil {
					t.Errorf("%s: %v is required and no property", at, r)
				}
			}
		}
		if typ, ok := v["type"].(string); ok && strings.Contains(at, "schema") && !strings.HasSuffix(at, "/properties") && !strings.Contains(at, "securitySchemes") && !slices.Contains(schemaTypes, typ) {
			t.Errorf("%s: type %s", at, typ)
		}
		for k, x := range v {
			checkReferences(t, doc, x, at+"/"+k)
		}
	case []any:
		for i, x := range v {
			checkReferences(t, doc, x, fmt.Sprintf("%s/%d", at, i))
		}
	}
}
