package main

import (
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
)

// edit edits headers, and sends /old paths to /new.
type edit struct{ unchanged }

func (edit) requestHeaders(message *extproc.HttpHeaders) []*extproc.ProcessingResponse {
	changes := &extproc.HeaderMutation{
		SetHeaders:    []*core.HeaderValueOption{set("x-edited", "request"), add("x-tag", "processor")},
		RemoveHeaders: []string{"x-internal"},
	}
	rest, old := strings.CutPrefix(header(message.Headers, ":path"), "/old/")
	if old {
		changes.SetHeaders = append(changes.SetHeaders, set(":path", "/new/"+rest))
	}
	return headersAnswer(toUpstream, &extproc.CommonResponse{HeaderMutation: changes, ClearRouteCache: old})
}

func (edit) responseHeaders(*extproc.HttpHeaders) []*extproc.ProcessingResponse {
	return headersAnswer(toClient, &extproc.CommonResponse{HeaderMutation: &extproc.HeaderMutation{
		SetHeaders:    []*core.HeaderValueOption{set("x-edited", "response")},
		RemoveHeaders: []string{"x-powered-by"},
	}})
}
