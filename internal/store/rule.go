package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"stormglass/internal/hunt"
)

// ruleInfo is a hunt.RuleInfo in JSON.
type ruleInfo struct {
	Key            text   `json:"key"`
	Title          text   `json:"title,omitzero"`
	Level          uint8  `json:"level,omitzero"`
	LevelStated    bool   `json:"level_stated,omitzero"`
	Description    text   `json:"description,omitzero"`
	Author         text   `json:"author,omitzero"`
	Tags           []text `json:"tags,omitempty"`
	References     []text `json:"references,omitempty"`
	FalsePositives []text `json:"false_positives,omitempty"`
	Correlation    bool   `json:"correlation,omitzero"`
	File           text   `json:"file,omitzero"`
	Digest         string `json:"digest"`
}

func ruleInfoOf(r *hunt.RuleInfo) *ruleInfo {
	return &ruleInfo{
		Key: text(r.Key), Title: text(r.Title), Level: uint8(r.Level), LevelStated: r.LevelStated, Description: text(r.Description),
		Author: text(r.Author), Tags: texts(r.Tags), References: texts(r.References), FalsePositives: texts(r.FalsePositives),
		Correlation: r.Correlation, File: text(r.File), Digest: hex.EncodeToString(r.Digest[:]),
	}
}

func (r *ruleInfo) rule() (*hunt.RuleInfo, error) {
	out := &hunt.RuleInfo{
		Key: string(r.Key), Title: string(r.Title), Level: hunt.Level(r.Level), LevelStated: r.LevelStated, Description: string(r.Description),
		Author: string(r.Author), Tags: plain(r.Tags), References: plain(r.References), FalsePositives: plain(r.FalsePositives),
		Correlation: r.Correlation, File: string(r.File),
	}
	n, err := hex.Decode(out.Digest[:], []byte(r.Digest))
	if err != nil || n != len(out.Digest) {
		return nil, fmt.Errorf("the rule's digest is not %d bytes in hex", len(out.Digest))
	}
	return out, nil
}

func decodeRule(says string) (*hunt.RuleInfo, error) {
	var r ruleInfo
	if err := decode(says, &r); err != nil {
		return nil, err
	}
	return r.rule()
}

// rule gives the row of what a finding says of its rule, 0 for none.
func (w *findingWriter) rule(ctx context.Context, r *hunt.RuleInfo) (n int64, err error) {
	if r == nil {
		return 0, nil
	}
	says, err := encode(ruleInfoOf(r))
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256([]byte(says))
	if ok, err := w.one(ctx, []any{&n}, `SELECT n FROM rules WHERE digest = ?`, digest[:]); ok || err != nil {
		return n, err
	}
	return w.insert(ctx, `INSERT INTO rules (digest, says) VALUES (?, ?)`, digest[:], says)
}

// sensorBytes is a hunt.SensorBytes in JSON.
type sensorBytes struct {
	Sensor text   `json:"sensor,omitzero"`
	Bytes  uint64 `json:"bytes"`
}

func sensorsOf(list []hunt.SensorBytes) []sensorBytes {
	out := make([]sensorBytes, len(list))
	for i, s := range list {
		out[i] = sensorBytes{text(s.Sensor), s.Bytes}
	}
	return out
}

func plainSensors(list []sensorBytes) []hunt.SensorBytes {
	var out []hunt.SensorBytes
	for _, s := range list {
		out = append(out, hunt.SensorBytes{Sensor: string(s.Sensor), Bytes: s.Bytes})
	}
	return out
}

func encodeSensors(list []hunt.SensorBytes) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	return encode(sensorsOf(list))
}

func decodeSensors(s string) ([]hunt.SensorBytes, error) {
	if s == "[]" {
		return nil, nil
	}
	var list []sensorBytes
	err := decode(s, &list)
	return plainSensors(list), err
}
