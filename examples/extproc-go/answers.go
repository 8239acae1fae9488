package main

import (
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

type direction bool

const (
	toUpstream direction = true
	toClient   direction = false
)

// set replaces a header, add adds a line: Envoy reads raw_value and append, and nothing else.
func set(name, value string) *core.HeaderValueOption { return option(name, value, false) }
func add(name, value string) *core.HeaderValueOption { return option(name, value, true) }

func option(name, value string, more bool) *core.HeaderValueOption {
	return &core.HeaderValueOption{
		Header: &core.HeaderValue{Key: name, RawValue: []byte(value)},
		Append: wrapperspb.Bool(more),
	}
}

func headersAnswer(to direction, common *extproc.CommonResponse) []*extproc.ProcessingResponse {
	reply := &extproc.HeadersResponse{Response: common}
	if to == toUpstream {
		return one(&extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestHeaders{RequestHeaders: reply}})
	}
	return one(&extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ResponseHeaders{ResponseHeaders: reply}})
}

func bodyAnswer(to direction, common *extproc.CommonResponse) *extproc.ProcessingResponse {
	reply := &extproc.BodyResponse{Response: common}
	if to == toUpstream {
		return &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestBody{RequestBody: reply}}
	}
	return &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ResponseBody{ResponseBody: reply}}
}

func trailersAnswer(to direction) *extproc.ProcessingResponse {
	reply := &extproc.TrailersResponse{}
	if to == toUpstream {
		return &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestTrailers{RequestTrailers: reply}}
	}
	return &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ResponseTrailers{ResponseTrailers: reply}}
}

// piece is a part of a body in mode FULL_DUPLEX_STREAMED.
func piece(to direction, body []byte, end bool) *extproc.ProcessingResponse {
	return bodyAnswer(to, &extproc.CommonResponse{BodyMutation: &extproc.BodyMutation{
		Mutation: &extproc.BodyMutation_StreamedResponse{
			StreamedResponse: &extproc.StreamedBodyResponse{Body: body, EndOfStream: end}}}})
}

// replaced answers a body message in the other modes.
func replaced(to direction, body []byte) *extproc.ProcessingResponse {
	mutation := &extproc.BodyMutation{Mutation: &extproc.BodyMutation_Body{Body: body}}
	if len(body) == 0 {
		mutation = &extproc.BodyMutation{Mutation: &extproc.BodyMutation_ClearBody{ClearBody: true}}
	}
	return bodyAnswer(to, &extproc.CommonResponse{BodyMutation: mutation})
}

func immediate(status int, json string) []*extproc.ProcessingResponse {
	return one(&extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ImmediateResponse{
		ImmediateResponse: &extproc.ImmediateResponse{
			Status:  &typev3.HttpStatus{Code: typev3.StatusCode(status)},
			Headers: &extproc.HeaderMutation{SetHeaders: []*core.HeaderValueOption{set("content-type", "application/json")}},
			Body:    []byte(json),
			Details: "order_refused",
		}}})
}

func one(message *extproc.ProcessingResponse) []*extproc.ProcessingResponse {
	return []*extproc.ProcessingResponse{message}
}

// unchanged lets everything pass; sessions embed it and say what they do differently. Where a session shows interest in full
// duplex, it must answer bodies itself.
type unchanged struct{}

func (unchanged) requestHeaders(*extproc.HttpHeaders) []*extproc.ProcessingResponse {
	return headersAnswer(toUpstream, nil)
}

func (unchanged) requestBody(*extproc.HttpBody) []*extproc.ProcessingResponse {
	return one(bodyAnswer(toUpstream, nil))
}

func (unchanged) requestTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error) {
	return one(trailersAnswer(toUpstream)), nil
}

func (unchanged) responseHeaders(*extproc.HttpHeaders) []*extproc.ProcessingResponse {
	return headersAnswer(toClient, nil)
}

func (unchanged) responseBody(*extproc.HttpBody) []*extproc.ProcessingResponse {
	return one(bodyAnswer(toClient, nil))
}

func (unchanged) responseTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error) {
	return one(trailersAnswer(toClient)), nil
}
