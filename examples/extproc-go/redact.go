package main

import (
	"regexp"

	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var (
	key       = regexp.MustCompile(`sk-[A-Za-z0-9]{16}`)
	beginning = regexp.MustCompile(`(s|sk|sk-[A-Za-z0-9]{0,15})$`)
)

// redaction replaces keys in bodies, also where one is split over pieces: what may be the beginning of a key is held back until
// the next piece tells.
type redaction struct {
	unchanged
	modes
	heldRequest, heldResponse []byte
}

func next(held *[]byte, data []byte, end bool) []byte {
	text := key.ReplaceAll(append(*held, data...), []byte("[redacted]"))
	keep := len(text)
	if at := beginning.FindIndex(text); at != nil && !end {
		keep = at[0]
	}
	*held = append([]byte{}, text[keep:]...)
	return text[:keep]
}

func (r *redaction) requestBody(message *extproc.HttpBody) []*extproc.ProcessingResponse {
	body := next(&r.heldRequest, message.Body, message.EndOfStream)
	return r.say(toUpstream, r.request == fullDuplex, body, message.EndOfStream)
}

func (r *redaction) responseBody(message *extproc.HttpBody) []*extproc.ProcessingResponse {
	body := next(&r.heldResponse, message.Body, message.EndOfStream)
	return r.say(toClient, r.response == fullDuplex, body, message.EndOfStream)
}

func (r *redaction) say(to direction, duplex bool, body []byte, end bool) []*extproc.ProcessingResponse {
	if !duplex {
		return one(replaced(to, body))
	}
	if len(body) == 0 && !end {
		return nil
	}
	return one(piece(to, body, end))
}

func (r *redaction) requestTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error) {
	return r.trailers(toUpstream, r.request == fullDuplex, r.heldRequest)
}

func (r *redaction) responseTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error) {
	return r.trailers(toClient, r.response == fullDuplex, r.heldResponse)
}

func (r *redaction) trailers(to direction, duplex bool, held []byte) ([]*extproc.ProcessingResponse, error) {
	if len(held) == 0 {
		return one(trailersAnswer(to)), nil
	}
	if !duplex {
		return nil, status.Error(codes.Internal, "data before trailers is possible in mode FULL_DUPLEX_STREAMED only")
	}
	return []*extproc.ProcessingResponse{piece(to, held, false), trailersAnswer(to)}, nil
}
