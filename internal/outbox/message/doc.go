// Package message is what leaves the service: a message and the findings in it, made safe. What is marked
// too strictly is a pointer, what identifies a subscriber is masked, secrets are blanked, and no text holds a
// control character. Sinks take messages as they are and know nothing of findings.
//
// docs/outbox.md is the reference of the JSON forms; fields are only added.
package message
