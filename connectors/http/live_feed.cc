#include "connectors/http/live_feed.h"

#include "connectors/http/internal/field_lists.h"
#include "connectors/http/internal/query_parameters.h"
#include "engine/base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

namespace tenure {
namespace {

// What took long is followed by a rest of so many times what it took of a processor: looking never
// takes more than a fifth of one, nor does telling.
constexpr std::int64_t kRestTimes = 4;
// What the event loop takes to tell one subscriber.
constexpr Duration kTellCost{20};

std::string new_epoch() {
  std::random_device chance;
  return fmt::format("{:08x}{:08x}", chance(), chance());
}

// The moves that an event's id speaks of, when it is one of this process.
std::optional<std::uint64_t> moves_of(std::string_view id, std::string_view epoch) {
  if (id.size() <= epoch.size() + 1 || id.substr(0, epoch.size()) != epoch ||
      id[epoch.size()] != '-')
    return std::nullopt;
  return internal::whole_number(id.substr(epoch.size() + 1));
}

}  // namespace

LiveFeed::LiveFeed(const Engine& engine, LiveFeedOptions options,
                   std::shared_ptr<HttpCounters> counters)
    : engine_(engine), options_(options), counters_(std::move(counters)), epoch_(new_epoch()) {
  standing_ = read_standing();
  newest_ = piece_of("changed", standing_);
}

LiveFeed::Standing LiveFeed::read_standing() const {
  const std::vector<Position> folded = engine_.folded();
  Standing standing{to_string(folded), 0};
  for (const Position& position : folded) standing.moves += position.sequence;
  standing.moves += engine_.log().head(kReferenceShard);
  return standing;
}

// The id holds the sum of all sequences, which rises with each of them: with many shards the
// position itself would be too long for a header.
LongAnswer::Piece LiveFeed::piece_of(std::string_view event, const Standing& standing) const {
  return std::make_shared<const std::string>(
      fmt::format("event: {}\nid: {}-{}\ndata: {{\"position\":\"{}\"}}\n\n", event, epoch_,
                  standing.moves, standing.position));
}

void LiveFeed::run() {
  told_.moves = standing_.moves;
  told_.seen = engine_.moves();
  while (step()) {
  }
}

bool LiveFeed::step() {
  const Engine::Moves moves = engine_.moves();
  const std::int64_t now_us = steady_now_us();
  bool look_now = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    look_now = look_now_ && now_us >= told_.alerts_after_us;
    if (look_now) look_now_ = false;
  }
  const bool due = now_us - told_.looked_us >= options_.look_every.count();
  const bool ticks = now_us >= told_.tick_after_us;
  if (look_now || (ticks && (due || moves.any != told_.seen.any))) {
    tick(moves, now_us, ticks);
  } else if (moves.alerts != told_.seen.alerts && now_us >= told_.alerts_after_us) {
    const std::int64_t begun_cpu_us = thread_cpu_us();
    told_.seen.alerts = moves.alerts;
    look_at_watches(true);
    told_.alerts_after_us =
        steady_now_us() + rest_after(begun_cpu_us, options_.alerts_min, 0).count();
  } else {
    // While it rests only alerts wake it, and while it rests from those, nothing does.
    const bool alerts_rest = now_us < told_.alerts_after_us;
    Engine::Moves seen = told_.seen;
    seen.wakes = moves.wakes;
    if (alerts_rest) seen.alerts = moves.alerts;
    std::int64_t until_us = ticks ? now_us + options_.tick_min.count() : told_.tick_after_us;
    if (alerts_rest) until_us = std::min(until_us, told_.alerts_after_us);
    engine_.wait_for_moves(seen, ticks, Duration(until_us - now_us));
  }
  return true;
}

// Everything that is watched; with `everything` the subscribers of /events too, when it is their
// turn.
void LiveFeed::tick(const Engine::Moves& moves, std::int64_t begun_us, bool everything) {
  const std::int64_t begun_cpu_us = thread_cpu_us();
  told_.seen.alerts = moves.alerts;
  std::size_t listeners = 0;
  bool moved = false;
  if (everything) {
    told_.seen.any = moves.any;
    told_.looked_us = begun_us;
    const Standing standing = read_standing();
    moved = standing.moves != told_.moves;
    if (moved) {
      tell(standing);
      const std::lock_guard lock(mutex_);
      listeners = listeners_.size();
    }
    told_.moves = standing.moves;
  }
  look_at_watches(false);
  const std::int64_t now_us = steady_now_us();
  told_.alerts_after_us = now_us + rest_after(begun_cpu_us, options_.alerts_min, 0).count();
  if (!everything) return;
  // What moves after a look that found nothing is told at once.
  const Duration least = moved ? options_.tick_min : Duration(0);
  told_.tick_after_us = now_us + rest_after(begun_cpu_us, least, listeners).count();
}

Duration LiveFeed::rest_after(std::int64_t begun_cpu_us, Duration least, std::size_t told) {
  const Duration spent(thread_cpu_us() - begun_cpu_us);
  return std::max(least, (spent + kTellCost * static_cast<std::int64_t>(told)) * kRestTimes);
}

void LiveFeed::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  engine_.wake();
}

void LiveFeed::tell(const Standing& standing) {
  const LongAnswer::Piece piece = piece_of("changed", standing);
  const std::lock_guard lock(mutex_);
  standing_ = standing;
  newest_ = piece;
  for (const std::weak_ptr<LongAnswer>& listener : listeners_)
    if (const auto answer = listener.lock()) answer->put(piece);
  forget_who_left();
}

void LiveFeed::forget_who_left() {
  const auto gone = [](const std::weak_ptr<LongAnswer>& listener) { return listener.expired(); };
  listeners_.erase(std::remove_if(listeners_.begin(), listeners_.end(), gone), listeners_.end());
}

std::shared_ptr<LongAnswer> LiveFeed::open() const {
  return LongAnswer::open(counters_, options_.subscribers_max);
}

HttpResponse LiveFeed::events(const HttpRequest& request) {
  const auto parameters = internal::read_query(request.query);
  HttpResponse response;
  if (!parameters) {
    response.status = 400;
    response.body = parameters.error().message + "\n";
    return response;
  }
  std::string id = request.fields.last_event_id;
  if (const auto named = parameters->find("last_event_id");
      id.empty() && named != parameters->end())
    id = named->second;
  const auto answer = open();
  if (!answer) {
    response.status = 503;
    response.body = std::string(kNoPlaceLeft) + '\n';
    response.headers.emplace_back("Retry-After", kNoPlaceRetryAfterSeconds);
    return response;
  }
  static const auto heartbeat = std::make_shared<const std::string>(":\n\n");
  answer->set_heartbeat(heartbeat);
  {
    const std::lock_guard lock(mutex_);
    const auto known = moves_of(id, epoch_);
    // Whoever comes for the first time is told as well, so that it has an id to come back with.
    if (!id.empty() && (!known || *known > standing_.moves))
      answer->begin_with(piece_of("reset", standing_));
    else if (!known || *known < standing_.moves)
      answer->begin_with(newest_);
    // Those that left are forgotten with the next message; while none is sent, here.
    if (listeners_.size() >= options_.subscribers_max) forget_who_left();
    listeners_.push_back(answer);
  }
  response.content_type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");
  response.goes_on = answer;
  return response;
}

void LiveFeed::add(Watch watch, const std::shared_ptr<LongAnswer>& answer) {
  {
    const std::lock_guard lock(mutex_);
    watches_.push_back({std::move(watch), answer});
    look_now_ = true;
  }
  engine_.wake();
}

// Differences follow one another, so none takes the place of one that was not sent yet: the client
// is told more at once with a later look.
void LiveFeed::tell_watch(const Watched& now, OpenWatch& open, LongAnswer& client,
                          std::map<const void*, LongAnswer::Piece>& differences) {
  if (now.since) {
    if (client.is_waiting()) return;
    LongAnswer::Piece& piece = differences[open.watch.content.get()];
    if (!piece) piece = now.since(open.watch.content.get());
    client.put(piece);
  } else {
    client.put(now.frame);
  }
  open.watch.tag = now.tag;
  open.watch.content = now.content;
}

// Answers are asked for without the lock: they may take a while, and clients come meanwhile.
void LiveFeed::look_at_watches(bool of_alerts_only) {
  std::vector<OpenWatch> looked;
  {
    const std::lock_guard lock(mutex_);
    looked.swap(watches_);
  }
  std::map<std::string, Result<Watched>> answers;
  std::map<std::string, std::map<const void*, LongAnswer::Piece>> differences;  // by what one has
  std::vector<OpenWatch> kept;
  for (OpenWatch& open : looked) {
    if (of_alerts_only && !open.watch.of_alerts) {
      kept.push_back(std::move(open));
      continue;
    }
    const auto client = open.answer.lock();
    if (!client) continue;
    const auto end_with = [&](const Error& error) {
      client->end(std::make_shared<const std::string>(open.watch.last_words(error)));
    };
    if (open.watch.until_us && steady_now_us() >= *open.watch.until_us) {
      end_with(fail(ErrorCode::kDeadline,
                    "the time that the call allows has passed; call again "
                    "with the last resume_token"));
      continue;
    }
    auto found = answers.find(open.watch.key);
    if (found == answers.end()) found = answers.emplace(open.watch.key, open.watch.ask()).first;
    const Result<Watched>& now = found->second;
    if (!now) {
      end_with(now.error());
      continue;
    }
    if (now->tag != open.watch.tag) tell_watch(*now, open, *client, differences[open.watch.key]);
    kept.push_back(std::move(open));
  }
  const std::lock_guard lock(mutex_);
  std::move(kept.begin(), kept.end(), std::back_inserter(watches_));
}

void add_event_routes(LiveFeed& feed, HttpRoutes& routes) {
  routes.add("GET", "/events", HandlerPace::kInstant,
             [&feed](const HttpRequest& request) { return feed.events(request); });
}

}  // namespace tenure
