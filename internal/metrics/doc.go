// Package metrics tells the figures of a running service in the form that Prometheus reads. It keeps none itself: each time
// it is asked it reads the service's status, the same that GET /api/v1/status answers, so that the two never differ. What
// each figure means is in docs/metrics.md; a test holds the page to the figures.
package metrics
