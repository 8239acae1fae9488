package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
)

// validation lets orders pass that are JSON objects with a name and a quantity, and answers all others itself.
type validation struct{ unchanged }

func refusal(status int, problem string) []*extproc.ProcessingResponse {
	return immediate(status, `{"error":"`+problem+`"}`)
}

func (validation) requestHeaders(message *extproc.HttpHeaders) []*extproc.ProcessingResponse {
	switch {
	case header(message.Headers, ":method") != "POST":
		return headersAnswer(toUpstream, nil)
	case message.EndOfStream:
		return refusal(400, "a JSON body is expected")
	case !strings.HasPrefix(header(message.Headers, "content-type"), "application/json"):
		return refusal(415, "content-type must be application/json")
	default:
		return headersAnswer(toUpstream, nil)
	}
}

func (validation) requestBody(message *extproc.HttpBody) []*extproc.ProcessingResponse {
	decoder := json.NewDecoder(bytes.NewReader(message.Body))
	decoder.UseNumber()
	var order any
	if err := decoder.Decode(&order); err != nil {
		return refusal(400, "the body is not JSON")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return refusal(400, "the body is not JSON")
	}
	object, isObject := order.(map[string]any)
	if !isObject {
		return refusal(422, "a JSON object is expected")
	}
	var problems []string
	if name, isText := object["name"].(string); !isText || name == "" {
		problems = append(problems, "name must be a non-empty string")
	}
	number, isNumber := object["quantity"].(json.Number)
	if quantity, err := strconv.Atoi(number.String()); !isNumber || err != nil || quantity < 1 || quantity > 1000 {
		problems = append(problems, "quantity must be a whole number from 1 to 1000")
	}
	if len(problems) > 0 {
		return refusal(422, strings.Join(problems, "; "))
	}
	return one(bodyAnswer(toUpstream, &extproc.CommonResponse{HeaderMutation: &extproc.HeaderMutation{
		SetHeaders: []*core.HeaderValueOption{set("x-validated", "true")}}}))
}
