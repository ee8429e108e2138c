// Package pipeline says where a Sigma rule's log source is found among the kinds of record, and what its fields are called there
// (content/pipelines/*.yaml, and files of the operator's; docs/pipelines.md describes them). A pipeline only names; it never
// changes what a rule means.
package pipeline
