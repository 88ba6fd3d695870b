#include "tests/connectors/http/support/served_engine.h"

#include "engine/kv/memory_store.h"
#include "engine/state/state_store.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tenure::testing {
namespace {

constexpr std::string_view kRules =
    "profile: default\n"
    "health:\n"
    "  activity.events: {weight: 100, bands: [{ge: 1, score: 100}, {else: 0}]}\n"
    "alerts:\n"
    "  busy:\n"
    "    raise: {signal: activity.events, ge: 1}\n"
    "    cool_down: 1d\n"
    "    severity: high\n"
    "    say: \"{account} is busy: {causes:1}\"\n";

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  ADD_FAILURE() << result.error().message;
  std::abort();
}

}  // namespace

boost::json::value ApiAnswer::json() const {
  boost::system::error_code failed;
  boost::json::value value = boost::json::parse(body, failed);
  if (failed) ADD_FAILURE() << "no JSON: " << body;
  return value;
}

std::string ApiAnswer::code() const {
  const boost::json::value value = json();
  const auto* code = value.is_object() ? value.as_object().if_contains("code") : nullptr;
  return code != nullptr && code->is_string() ? code->as_string().c_str() : "";
}

std::string ApiAnswer::message() const {
  const boost::json::value value = json();
  const auto* text = value.is_object() ? value.as_object().if_contains("message") : nullptr;
  return text != nullptr && text->is_string() ? text->as_string().c_str() : "";
}

ServedEngine::ServedEngine(std::unique_ptr<Source> source, LiveFeedOptions live,
                           HttpOptions options) {
  LogOptions log_options;
  log_options.shards = 2;
  auto log = must(EventLog::open(must(open_memory_store(make_memory_disk(), log_store_options())),
                                 log_options));
  auto state = must(
      StateStore::open(must(open_memory_store(make_memory_disk(), state_store_options())), "test"));
  engine_ = must(Engine::open(std::move(log), std::move(state), set_, EngineClock::of_wall(clock_),
                              {}, Shard::Mode::kDecide));
  const bool has_source = source != nullptr;
  if (const auto started = engine_->start(std::move(source)); !started)
    ADD_FAILURE() << started.error().message;
  // The engine's own first event: tests tell what moves from here on.
  if (!has_source) {
    EXPECT_TRUE(await([&] { return engine_->log().head(kReferenceShard) > 0; }));
  }
  options.counters = std::make_shared<HttpCounters>();
  add_engine_routes(*engine_, options.counters, "1.2.3", *routes_);
  feed_ = std::make_unique<LiveFeed>(*engine_, live, options.counters);
  add_event_routes(*feed_, *routes_);
  if (const auto added = add_api_routes(*engine_, *feed_, "1.2.3", *routes_); !added)
    ADD_FAILURE() << added.error().message;
  server_ = must(HttpServer::listen(options, routes_));
  for (int k = 0; k < 3; ++k) threads_.emplace_back([this] { server_->run(); });
  threads_.emplace_back([this] { feed_->run(); });
}

ServedEngine::~ServedEngine() {
  feed_->stop();
  threads_.back().join();
  threads_.pop_back();
  server_->stop();
  for (std::thread& thread : threads_) thread.join();
  engine_->stop();
}

void ServedEngine::log(const EventBuilder& event) {
  const auto verdicts = engine_->submit("test", {event.bytes()});
  if (!verdicts) ADD_FAILURE() << verdicts.error().message;
  EXPECT_TRUE(await([&] { return engine_->status().folded_lag == 0; }));
}

void ServedEngine::raise_alert(std::string_view account) {
  boost::json::object rules{{"yaml", kRules}, {"file", "busy.yaml"}, {"actor", "test"}};
  const ApiAnswer activated = call("OperatorService/ActivateRules", boost::json::serialize(rules));
  ASSERT_EQ(activated.status, 200) << activated.body;
  pb::EmailReceived mail;
  mail.set_thread("t1");
  log(EventBuilder("mail", "m-" + std::string(account))
          .account(account)
          .at("2026-03-02T08:00Z")
          .person("anna")
          .payload(mail));
  const std::string wanted = "{\"account\":\"" + std::string(account) + "\"}";
  EXPECT_TRUE(await([&] {
    return call("AlertService/ListAlerts", wanted).json().at("alerts").as_array().size() == 1;
  }));
}

ApiAnswer ServedEngine::request(const std::string& method, const std::string& target,
                                const std::string& content_type, const std::string& body) {
  RawClient client(port());
  std::string bytes =
      method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  if (!content_type.empty()) bytes += "Content-Type: " + content_type + "\r\n";
  if (method == "POST") bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  client.send(bytes + "\r\n" + body);
  const RawResponse response = client.read_response();
  ApiAnswer answer{response.status, {}, response.body};
  if (const std::size_t at = response.head.find("Content-Type: "); at != std::string::npos)
    answer.content_type = response.head.substr(at + 14, response.head.find('\r', at) - at - 14);
  return answer;
}

}  // namespace tenure::testing
