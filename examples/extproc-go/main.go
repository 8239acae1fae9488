// Four example processors: ./run [NAME=PORT ...].
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	mode "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
)

const fullDuplex = mode.ProcessingMode_FULL_DUPLEX_STREAMED

// A session looks at one exchange. Each method gets a message and returns what is said about it.
type session interface {
	requestHeaders(*extproc.HttpHeaders) []*extproc.ProcessingResponse
	requestBody(*extproc.HttpBody) []*extproc.ProcessingResponse
	requestTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error)
	responseHeaders(*extproc.HttpHeaders) []*extproc.ProcessingResponse
	responseBody(*extproc.HttpBody) []*extproc.ProcessingResponse
	responseTrailers(*extproc.HttpTrailers) ([]*extproc.ProcessingResponse, error)
}

var sessions = map[string]func(modes) session{
	"edit":     func(modes) session { return edit{} },
	"redact":   func(m modes) session { return &redaction{modes: m} },
	"validate": func(modes) session { return validation{} },
	"llm":      func(m modes) session { return &guard{modes: m} },
}

// modes is how bodies are sent, as the proxy says with its first message.
type modes struct {
	request, response mode.ProcessingMode_BodySendMode
}

type server struct {
	extproc.UnimplementedExternalProcessorServer
	open func(modes) session
}

// Process serves one exchange.
func (s server) Process(stream extproc.ExternalProcessor_ProcessServer) error {
	var exchange session
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if exchange == nil {
			config := message.GetProtocolConfig()
			exchange = s.open(modes{config.GetRequestBodyMode(), config.GetResponseBodyMode()})
		}
		answers, err := answer(exchange, message)
		if err != nil {
			return err
		}
		for _, each := range answers {
			if err := stream.Send(each); err != nil {
				return err
			}
			if each.GetImmediateResponse() != nil {
				return nil
			}
		}
	}
}

func answer(exchange session, message *extproc.ProcessingRequest) ([]*extproc.ProcessingResponse, error) {
	switch m := message.Request.(type) {
	case *extproc.ProcessingRequest_RequestHeaders:
		return exchange.requestHeaders(m.RequestHeaders), nil
	case *extproc.ProcessingRequest_RequestBody:
		return exchange.requestBody(m.RequestBody), nil
	case *extproc.ProcessingRequest_RequestTrailers:
		return exchange.requestTrailers(m.RequestTrailers)
	case *extproc.ProcessingRequest_ResponseHeaders:
		return exchange.responseHeaders(m.ResponseHeaders), nil
	case *extproc.ProcessingRequest_ResponseBody:
		return exchange.responseBody(m.ResponseBody), nil
	case *extproc.ProcessingRequest_ResponseTrailers:
		return exchange.responseTrailers(m.ResponseTrailers)
	default: // of a newer protocol
		return nil, nil
	}
}

// header is the first value of a name. Proxies fill raw_value; some fill value.
func header(headers *core.HeaderMap, name string) string {
	for _, each := range headers.GetHeaders() {
		if each.Key == name {
			if len(each.RawValue) > 0 {
				return string(each.RawValue)
			}
			return each.Value
		}
	}
	return ""
}

func main() {
	arguments := os.Args[1:]
	if len(arguments) == 0 {
		arguments = []string{"edit=9101", "redact=9102", "validate=9103", "llm=9104"}
	}
	ready := "ready:"
	failed := make(chan error)
	for _, argument := range arguments {
		name, port, _ := strings.Cut(argument, "=")
		open, known := sessions[name]
		if !known {
			log.Fatalf("the processor is '%s', expected edit, redact, validate or llm, as NAME=PORT", name)
		}
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			log.Fatal(err)
		}
		served := grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20))
		extproc.RegisterExternalProcessorServer(served, server{open: open})
		go func() { failed <- served.Serve(listener) }()
		ready += " " + name + "=" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	fmt.Println(ready)
	log.Fatal(<-failed)
}
