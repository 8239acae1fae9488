package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
)

const (
	forbidden = "forbidden"
	done      = "data: [DONE]\n\n"
	stop      = "data: {\"text\":\"\",\"stop\":\"content_filter\"}\n\n" + done
)

// guard guards the event stream of a language model (data: {"text": "..."}): each event goes on as soon as it is complete, a
// stream that says what it must not is cut off, and before data: [DONE] stands how many pieces of text there were.
type guard struct {
	unchanged
	modes
	active, ended bool
	incomplete    []byte
	said          string
	pieces        int
}

func (g *guard) responseHeaders(message *extproc.HttpHeaders) []*extproc.ProcessingResponse {
	g.active = strings.HasPrefix(header(message.Headers, "content-type"), "text/event-stream")
	if !g.active {
		return headersAnswer(toClient, nil)
	}
	return headersAnswer(toClient, &extproc.CommonResponse{HeaderMutation: &extproc.HeaderMutation{
		SetHeaders: []*core.HeaderValueOption{set("x-guarded", "yes")}}})
}

// responseBody is for mode FULL_DUPLEX_STREAMED alone: what goes on does not depend on what came one to one.
func (g *guard) responseBody(message *extproc.HttpBody) []*extproc.ProcessingResponse {
	if g.ended {
		return nil
	}
	if !g.active {
		return one(piece(toClient, message.Body, message.EndOfStream))
	}
	g.incomplete = append(g.incomplete, message.Body...)
	var answers []*extproc.ProcessingResponse
	for {
		at := bytes.Index(g.incomplete, []byte("\n\n"))
		if at < 0 {
			break
		}
		event := string(g.incomplete[:at+2])
		g.incomplete = g.incomplete[at+2:]
		if g.mustStop(event) {
			g.ended = true
			return append(answers, piece(toClient, []byte(stop), true))
		}
		if event == done {
			event = fmt.Sprintf("data: {\"pieces\":%d}\n\n", g.pieces) + event
		}
		answers = append(answers, piece(toClient, []byte(event), false))
	}
	if message.EndOfStream {
		g.ended = true
		answers = append(answers, piece(toClient, g.incomplete, true))
	}
	return answers
}

// mustStop looks also at what was said before: a word may be spread over events.
func (g *guard) mustStop(event string) bool {
	data, isData := strings.CutPrefix(event, "data: {")
	var content struct{ Text *string }
	if !isData || json.Unmarshal([]byte("{"+data), &content) != nil || content.Text == nil {
		return false // not ours to judge: it goes on as it is
	}
	g.pieces++
	g.said += strings.ToLower(*content.Text)
	found := strings.Contains(g.said, forbidden)
	g.said = g.said[max(0, len(g.said)-len(forbidden)):]
	return found
}

func (g *guard) responseTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error) {
	if g.ended {
		return nil, nil
	}
	if len(g.incomplete) > 0 {
		return []*extproc.ProcessingResponse{piece(toClient, g.incomplete, false), trailersAnswer(toClient)}, nil
	}
	return one(trailersAnswer(toClient)), nil
}
