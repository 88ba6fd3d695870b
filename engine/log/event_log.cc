#include "engine/log/event_log.h"

#include "engine/log/internal/append_plan.h"
#include "engine/log/internal/log_impl.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {

EventLog::EventLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventLog::~EventLog() = default;

Result<std::unique_ptr<EventLog>> EventLog::open(std::unique_ptr<KvStore> store,
                                                 LogOptions options) {
  auto impl = std::make_unique<Impl>(std::move(store), std::move(options));
  TENURE_TRY(impl->open());
  return std::unique_ptr<EventLog>(new EventLog(std::move(impl)));
}

Result<AppendOutcome> EventLog::append(std::span<const Event> events,
                                       std::span<const SourceOffset> offsets, Instant recorded_at,
                                       std::uint8_t marks, std::vector<Verdict>* verdicts) {
  const Instant stamp = std::max(recorded_at, impl_->earliest_stamp());
  return impl_->append(events, offsets, {stamp, {}}, marks, verdicts);
}

Result<AppendOutcome> EventLog::append_dated(std::span<const Event> events,
                                             std::span<const Instant> recorded_at,
                                             std::span<const SourceOffset> offsets,
                                             std::vector<Verdict>* verdicts) {
  if (recorded_at.size() != events.size())
    return fail(ErrorCode::kInvalid,
                fmt::format("{} events came with {} instants", events.size(), recorded_at.size()));
  const auto falling = std::is_sorted_until(recorded_at.begin(), recorded_at.end());
  if (falling != recorded_at.end())
    return fail(ErrorCode::kInvalid,
                fmt::format("the instant of event {} is earlier than the one before it",
                            falling - recorded_at.begin() + 1));
  // A rerun of an import offers instants that the log has passed.
  const Instant earliest = impl_->earliest_stamp();
  if (recorded_at.empty() || recorded_at.front() >= earliest)
    return impl_->append(events, offsets, {earliest, recorded_at}, 0, verdicts);
  std::vector<Instant> raised(recorded_at.begin(), recorded_at.end());
  for (Instant& instant : raised) instant = std::max(instant, earliest);
  return impl_->append(events, offsets, {earliest, raised}, 0, verdicts);
}

Result<Verdict> EventLog::foresee(const Event& event) const {
  return AppendPlan(*impl_, std::span(&event, 1), {}, 0).foresee();
}

Instant EventLog::close_time(Instant until) {
  impl_->closed_until = std::max({impl_->closed_until, until, last_recorded_at()});
  return impl_->closed_until;
}

std::uint16_t EventLog::shards() const { return impl_->nature.shards; }
std::uint64_t EventLog::seed() const { return impl_->nature.seed; }
const std::string& EventLog::person_key() const { return impl_->nature.person_key; }

Sequence EventLog::head(ShardId shard) const {
  const auto slot = impl_->slot_of(shard);
  return slot ? impl_->heads[*slot].load(std::memory_order_acquire) : 0;
}

Instant EventLog::last_recorded_at() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->head.last_recorded_at;
}

std::optional<SourceOffset> EventLog::offset(std::string_view partition) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->offsets.find(std::string(partition));
  if (found == impl_->offsets.end()) return std::nullopt;
  return found->second;
}

std::map<std::string, SourceOffset> EventLog::offsets() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->offsets;
}

LogStat EventLog::stat() const {
  LogStat stat;
  stat.shards = impl_->nature.shards;
  stat.incarnation = impl_->nature.incarnation;
  stat.bytes = impl_->store->stored_bytes();
  const std::lock_guard lock(impl_->mutex);
  for (std::size_t slot = 0; slot < impl_->slots(); ++slot)
    stat.heads[impl_->shard_at(slot).value] = impl_->heads[slot].load(std::memory_order_acquire);
  stat.quarantined = stat.heads[kQuarantineShard.value];
  stat.reference = stat.heads[kReferenceShard.value];
  stat.events = impl_->head.events;
  stat.offsets = impl_->offsets;
  stat.last_recorded_at = impl_->head.last_recorded_at;
  return stat;
}

Result<BlockPtr> EventLog::block(ShardId shard, Sequence sequence) const {
  return impl_->block(shard, sequence);
}

Result<void> EventLog::scan(ShardId shard, Sequence from,
                            const std::function<bool(const BlockPtr&)>& visit) const {
  return impl_->scan(shard, from, visit);
}

Result<void> EventLog::verify() const { return impl_->verify(); }

KvOptions log_store_options(bool read_only) {
  KvOptions options;
  options.families = {{"blocks", false, true}, {"offsets", false, false}, {"meta", false, false}};
  // Each is read again once it is a file, which nothing paces: small ones keep that short.
  options.write_buffer_bytes = 16u << 20;
  options.paced = true;
  options.block_cache_bytes = 8u << 20;
  options.read_only = read_only;
  options.create_if_missing = !read_only;
  return options;
}

}  // namespace tenure
