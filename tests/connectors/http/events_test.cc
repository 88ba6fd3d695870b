// Server-sent events, and answers that go on in general.
#include "connectors/http/long_answer.h"
#include "tests/connectors/http/support/served_engine.h"

#include <chrono>

namespace tenure {
namespace {

using std::chrono::milliseconds;
using testing::await;
using testing::EventBuilder;
using testing::RawClient;
using testing::ServedEngine;
using testing::ServedRoutes;

using Piece = LongAnswer::Piece;

Piece piece(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

std::string listen(const std::string& fields = "", const std::string& query = "") {
  return "GET /events" + query + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

void log_mail(ServedEngine& served, int number) {
  testing::pb::EmailReceived mail;
  mail.set_thread("t1");
  served.log(EventBuilder("mail", "m" + std::to_string(number))
                 .account("acc-7")
                 .at("2026-03-01T08:00Z")
                 .person("anna")
                 .payload(mail));
}

struct Message {
  std::string event;
  std::string id;
  std::string data;
};

Message next_message(RawClient& client) {
  client.read_until("event: ");
  Message message;
  message.event = client.read_until("\n");
  client.read_until("id: ");
  message.id = client.read_until("\n");
  client.read_until("data: ");
  message.data = client.read_until("\n\n");
  for (std::string* text : {&message.event, &message.id, &message.data})
    while (!text->empty() && text->back() == '\n') text->pop_back();
  return message;
}

TEST(Events, TellThatSomethingMoved) {
  ServedEngine served;
  RawClient client(served.port());
  client.send(listen());
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_EQ(head.substr(0, 13), "HTTP/1.1 200 ");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(head.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  const Message first = next_message(client);
  EXPECT_EQ(first.event, "changed");
  EXPECT_EQ(first.data, "{\"position\":\"0/0,1/0\"}");
  log_mail(served, 1);
  const Message second = next_message(client);
  EXPECT_EQ(second.event, "changed");
  EXPECT_NE(second.id, first.id);
  EXPECT_NE(second.data, first.data);
  const auto account = served.call("AccountService/GetAccount", "{\"account\":\"acc-7\"}");
  const std::string position = account.json().at("freshness").at("position").as_string().c_str();
  EXPECT_NE(second.data.find(position), std::string::npos) << second.data << " " << position;
}

TEST(Events, WhoComesBackIsToldWhatItMissed) {
  HttpOptions options;
  options.heartbeat = milliseconds(50);
  ServedEngine served(nullptr, {}, options);
  std::string id;
  {
    RawClient client(served.port());
    client.send(listen());
    id = next_message(client).id;
  }
  {
    RawClient client(served.port());
    client.send(listen("Last-Event-ID: " + id + "\r\n"));
    EXPECT_EQ(client.read_until(":\n\n").find("event:"), std::string::npos) << "nothing moved";
  }
  log_mail(served, 1);
  for (const bool by_query : {false, true}) {
    RawClient client(served.port());
    client.send(by_query ? listen("", "?last_event_id=" + id)
                         : listen("Last-Event-ID: " + id + "\r\n"));
    const Message missed = next_message(client);
    EXPECT_EQ(missed.event, "changed");
    EXPECT_NE(missed.id, id);
  }
}

TEST(Events, WhoComesFromAnotherProcessBeginsAnew) {
  ServedEngine served;
  std::string id;
  {
    RawClient client(served.port());
    client.send(listen());
    id = next_message(client).id;
  }
  for (const std::string& other : {"0123456789abcdef-7" + std::string(), std::string("x"), id + "x",
                                   id + "9", id.substr(0, id.find('-')), std::string("-1")}) {
    RawClient client(served.port());
    client.send(listen("Last-Event-ID: " + other + "\r\n"));
    const Message reset = next_message(client);
    EXPECT_EQ(reset.event, "reset") << other;
    EXPECT_EQ(reset.id, id);
  }
  RawClient broken(served.port());
  broken.send(listen("", "?last_event_id=%zz"));
  EXPECT_EQ(broken.read_response().status, 400);
}

TEST(Events, AQuietStreamHasAHeartbeat) {
  HttpOptions options;
  EXPECT_EQ(options.heartbeat, std::chrono::seconds(15));
  options.heartbeat = milliseconds(30);
  ServedEngine served(nullptr, {}, options);
  RawClient client(served.port());
  client.send(listen());
  next_message(client);
  EXPECT_NE(client.read_until("3\r\n:\n\n\r\n3\r\n:\n\n\r\n"), "");
}

TEST(Events, AStormOfEventsIsTellingFiveTimesASecond) {
  ServedEngine served;
  RawClient client(served.port());
  client.send(listen());
  const std::string first = next_message(client).id;
  const auto start = std::chrono::steady_clock::now();
  int logged = 0;
  while (std::chrono::steady_clock::now() - start < milliseconds(900)) log_mail(served, ++logged);
  const auto account = served.call("AccountService/GetAccount", "{\"account\":\"acc-7\"}");
  const std::string newest = account.json().at("freshness").at("position").as_string().c_str();
  int told = 0;
  Message message;
  do {
    message = next_message(client);
    ++told;
  } while (message.event == "changed" && message.data.find(newest + "\"") == std::string::npos &&
           message.data.find(newest + ",") == std::string::npos);
  EXPECT_EQ(message.event, "changed") << "the newest state is told";
  const auto spent = std::chrono::steady_clock::now() - start;
  EXPECT_LE(told, spent / milliseconds(200) + 2);
  EXPECT_GT(logged, told);
}

TEST(Events, SubscribersOverTheLimitAreTurnedAway) {
  EXPECT_EQ(LiveFeedOptions().subscribers_max, 256U);
  LiveFeedOptions live;
  live.subscribers_max = 2;
  ServedEngine served(nullptr, live);
  auto first = std::make_unique<RawClient>(served.port());
  RawClient second(served.port());
  for (RawClient* client : {first.get(), &second}) {
    client->send(listen());
    EXPECT_EQ(next_message(*client).event, "changed");
  }
  RawClient third(served.port());
  third.send(listen());
  const auto refused = third.read_response();
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.head.find("Retry-After: "), std::string::npos);
  const std::string metrics = served.get("/metrics").body;
  EXPECT_NE(metrics.find("\ntenure_http_subscribers 2\n"), std::string::npos);
  EXPECT_NE(metrics.find("\ntenure_http_subscribers_refused_total 1\n"), std::string::npos);
  first.reset();
  ASSERT_TRUE(await([&] { return served.counters().subscribers == 1; }))
      << "a client that is gone is noticed while nothing moves";
  third.send(listen());
  EXPECT_EQ(next_message(third).event, "changed");
}

TEST(Events, ManyThatComeAndGoLeaveNothing) {
  LiveFeedOptions live;
  live.subscribers_max = 8;
  ServedEngine served(nullptr, live);
  for (int k = 0; k < 100; ++k) {
    RawClient client(served.port());
    client.send(listen());
    client.read_until("data: ");
    ASSERT_TRUE(await([&] { return served.counters().subscribers <= 4; }));
  }
  EXPECT_TRUE(await([&] { return served.counters().connections == 0; }));
  EXPECT_EQ(served.counters().subscribers, 0U);
  EXPECT_EQ(served.counters().subscribers_dropped, 0U);
}

TEST(Events, AHeadOnlyLooks) {
  ServedEngine served;
  RawClient client(served.port());
  client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
  EXPECT_TRUE(await([&] { return served.counters().subscribers == 0; }));
}

TEST(Events, EndWhenTheServerStops) {
  HttpOptions options;
  options.stop_wait = std::chrono::seconds(20);
  ServedEngine served(nullptr, {}, options);
  RawClient client(served.port());
  client.send(listen());
  next_message(client);
  const auto start = std::chrono::steady_clock::now();
  served.server().stop();
  const std::string rest = client.read_to_end();
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(rest.substr(rest.size() - 5), "0\r\n\r\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

// A route whose answer goes on, and the test's hold on it.
class LongAnswers : public ::testing::Test {
 protected:
  LongAnswers() {
    routes_->add_for_anybody("GET", "/long", HandlerPace::kInstant, [this](const HttpRequest&) {
      HttpResponse response;
      const auto answer = LongAnswer::open(counters_, 4);
      answer->begin_with(piece("first;"));
      answer->set_farewell(piece("farewell;"));
      source_ = answer;
      opened_ = true;
      response.goes_on = answer;
      return response;
    });
    options_.counters = counters_;
  }
  std::shared_ptr<LongAnswer> source() {
    EXPECT_TRUE(await([&] { return opened_.load(); }));
    return source_.lock();
  }
  std::shared_ptr<HttpCounters> counters_ = std::make_shared<HttpCounters>();
  std::shared_ptr<HttpRoutes> routes_ = std::make_shared<HttpRoutes>();
  std::atomic<bool> opened_{false};
  std::weak_ptr<LongAnswer> source_;
  HttpOptions options_;
};

const std::string kAskLong = "GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST_F(LongAnswers, SendsPiecesUntilTheEnd) {
  ServedRoutes served(options_, routes_);
  RawClient client(served.port());
  client.send(kAskLong);
  EXPECT_NE(client.read_until("6\r\nfirst;\r\n"), "");
  source()->put(piece("second;"));
  EXPECT_EQ(client.read_until("7\r\nsecond;\r\n"), "7\r\nsecond;\r\n");
  source()->end(piece("last;"));
  EXPECT_EQ(client.read_to_end(), "5\r\nlast;\r\n0\r\n\r\n");
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(await([&] { return source_.expired(); }));
}

TEST_F(LongAnswers, SayFarewellWhenTheServerStops) {
  ServedRoutes served(options_, routes_);
  RawClient client(served.port());
  client.send(kAskLong);
  client.read_until("first;");
  served.server().stop();
  EXPECT_EQ(client.read_to_end(), "\r\n9\r\nfarewell;\r\n0\r\n\r\n");
}

TEST_F(LongAnswers, ANewerPieceTakesThePlaceOfOneThatWaits) {
  const auto answer = LongAnswer::open(counters_, 1);
  EXPECT_EQ(LongAnswer::open(counters_, 1), nullptr);
  answer->begin_with(piece("first"));
  int woken = 0;
  answer->attend([&] { ++woken; });
  for (const char* text : {"a", "b", "c"}) answer->put(piece(text));
  EXPECT_EQ(woken, 3);
  EXPECT_EQ(*answer->take().piece, "first");
  EXPECT_EQ(*answer->take().piece, "c");
  EXPECT_EQ(answer->take().piece, nullptr);
  answer->put(piece("d"));
  answer->end(piece("last"));
  answer->put(piece("too late"));
  EXPECT_EQ(*answer->take().piece, "d");
  const LongAnswer::Taken last = answer->take();
  EXPECT_EQ(*last.piece, "last");
  EXPECT_TRUE(last.over);
  answer->leave();
  answer->end(nullptr);
  EXPECT_EQ(woken, 5);
  EXPECT_EQ(answer->take().piece, nullptr);
}

TEST_F(LongAnswers, AClientThatTakesNothingIsClosedAndFreed) {
  options_.write_deadline = milliseconds(150);
  ServedRoutes served(options_, routes_);
  RawClient client(served.port(), 4096);
  client.send(kAskLong);
  const auto large = piece(std::string(8u << 20, 'x'));
  source()->put(large);
  EXPECT_TRUE(await([&] { return counters_->subscribers_dropped == 1; }));
  EXPECT_TRUE(await([&] { return counters_->connections == 0; }));
  EXPECT_EQ(counters_->subscribers, 0U);
  EXPECT_EQ(counters_->deadlines_missed, 1U);
  EXPECT_EQ(large.use_count(), 1) << "nothing of it is kept";
}

TEST_F(LongAnswers, AClientThatIsCutIsFreedAtOnce) {
  ServedRoutes served(options_, routes_);
  {
    RawClient client(served.port());
    client.send(kAskLong);
    client.read_until("first;");
  }
  EXPECT_TRUE(await([&] { return source_.expired(); }));
  EXPECT_EQ(counters_->subscribers, 0U);
  EXPECT_EQ(counters_->subscribers_dropped, 0U);
}

TEST_F(LongAnswers, ASecondRequestOnTheConnectionEndsIt) {
  ServedRoutes served(options_, routes_);
  RawClient client(served.port());
  client.send(kAskLong);
  client.read_until("first;");
  client.send("POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  client.read_to_end();
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(served.counted(), 0);
}

TEST_F(LongAnswers, HoldNobodyElseUp) {
  options_.write_deadline = std::chrono::seconds(5);
  ServedRoutes served(options_, routes_, 1);
  RawClient stalled(served.port(), 4096);
  stalled.send(kAskLong);
  source()->put(piece(std::string(8u << 20, 'x')));
  const auto start = std::chrono::steady_clock::now();
  for (int k = 0; k < 20; ++k) {
    RawClient other(served.port());
    other.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(other.read_response().body, "hello");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2000));
  EXPECT_EQ(counters_->subscribers, 1U);
}

}  // namespace
}  // namespace tenure
