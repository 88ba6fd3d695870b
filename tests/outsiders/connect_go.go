// connect-go against a running server: connect_go ADDRESS ACCOUNT
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"

	api "example.com/client/gen/tenure/api/v1"
	"example.com/client/gen/tenure/api/v1/apiv1connect"
)

var background = context.Background()

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func check(good bool, what ...any) {
	if !good {
		log.Fatal(what...)
	}
}

func walk(name, address, account string, options ...connect.ClientOption) {
	accounts := apiv1connect.NewAccountServiceClient(http.DefaultClient, address, options...)
	acts := apiv1connect.NewActServiceClient(http.DefaultClient, address, options...)
	watches := apiv1connect.NewSubscriptionServiceClient(http.DefaultClient, address, options...)
	portfolio := apiv1connect.NewPortfolioServiceClient(http.DefaultClient, address, options...)

	needs, err := portfolio.GetNeedsYou(background, connect.NewRequest(&api.GetNeedsYouRequest{}))
	must(err)
	check(len(needs.Msg.Rows) > 0, name, "no rows")
	one, err := accounts.GetAccount(background, connect.NewRequest(&api.GetAccountRequest{Account: account}))
	must(err)
	check(one.Msg.Account == account && one.Msg.Events > 0, name, one.Msg)
	_, err = accounts.GetAccount(background, connect.NewRequest(&api.GetAccountRequest{Account: "nobody"}))
	check(connect.CodeOf(err) == connect.CodeNotFound, name, err)
	_, err = accounts.GetAccount(background, connect.NewRequest(&api.GetAccountRequest{}))
	check(connect.CodeOf(err) == connect.CodeInvalidArgument, name, err)

	note := func(text string) *connect.Request[api.RecordRequest] {
		return connect.NewRequest(&api.RecordRequest{Id: "go-" + name, Account: account, Actor: "kim",
			What: &api.RecordRequest_Note{Note: &api.AddNote{Text: text}}})
	}
	stream, err := watches.WatchAccount(background, connect.NewRequest(&api.WatchAccountRequest{Account: account}))
	must(err)
	messages, token := 0, ""
	for stream.Receive() {
		messages++
		token = stream.Msg().ResumeToken
		if messages == 1 {
			answer, err := acts.Record(background, note("seen"))
			must(err)
			check(!answer.Msg.Repeated, name, "repeated")
		} else if stream.Msg().Account.Events > one.Msg.Events {
			break
		}
	}
	check(messages >= 2, name, stream.Err())
	stream.Close()
	answer, err := acts.Record(background, note("seen"))
	must(err)
	check(answer.Msg.Repeated, name, "not repeated")
	_, err = acts.Record(background, note("another"))
	check(connect.CodeOf(err) == connect.CodeAlreadyExists, name, err)

	limited, cancel := context.WithTimeout(background, 700*time.Millisecond)
	defer cancel()
	again, err := watches.WatchAccount(limited, connect.NewRequest(&api.WatchAccountRequest{Account: account, ResumeToken: token}))
	must(err)
	check(!again.Receive(), name, "something after the token")
	check(connect.CodeOf(again.Err()) == connect.CodeDeadlineExceeded, name, again.Err())
	fmt.Println(name, "good")
}

func main() {
	address, account := os.Args[1], os.Args[2]
	walk("connect-binary", address, account)
	walk("connect-json", address, account, connect.WithProtoJSON())
	walk("connect-get", address, account, connect.WithHTTPGet())
	walk("grpcweb-binary", address, account, connect.WithGRPCWeb())
	walk("grpcweb-json", address, account, connect.WithGRPCWeb(), connect.WithProtoJSON())
}
