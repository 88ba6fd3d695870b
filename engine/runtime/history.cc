#include "engine/runtime/history.h"

#include <algorithm>

namespace tenure {
namespace {

bool same_identity(const Event& a, const Event& b) { return a.source == b.source && a.id == b.id; }

// The last of these wins among events of one identity.
bool loses_to(const LoggedEvent* a, const LoggedEvent* b) {
  const auto key = [](const LoggedEvent* e) {
    return std::make_tuple(e->event.revision, e->event.known_at.value_or(Instant::always()),
                           e->content);
  };
  return key(a) < key(b);
}

bool is_among(const Event& event, AccountId account) {
  return std::find(event.accounts.begin(), event.accounts.end(), account) != event.accounts.end();
}

}  // namespace

Result<AccountHistory> AccountHistory::load(const EventLog& log, ShardId shard, AccountId account,
                                            std::span<const Sequence> postings, const Filter& known,
                                            const Filter& count) {
  AccountHistory history;
  for (const Sequence sequence : postings) {
    if (history.blocks_.empty() || sequence > history.blocks_.back()->last() ||
        sequence < history.blocks_.back()->first()) {
      TENURE_TRY_ASSIGN(BlockPtr block, log.block(shard, sequence));
      history.blocks_.push_back(std::move(block));
    }
    const LogBlock& block = *history.blocks_.back();
    const LoggedEvent& event = block.events()[sequence - block.first()];
    if (is_alert(event.event.type) || !event.concerns(account)) continue;
    // What replaced it may stand in another account's shard only.
    if (event.has(kMarkSuperseded)) continue;
    if (known && !known(event)) continue;
    history.events_.push_back(&event);
  }
  auto& events = history.events_;
  std::sort(events.begin(), events.end(), [](const LoggedEvent* a, const LoggedEvent* b) {
    if (!same_identity(a->event, b->event))
      return std::tie(a->event.source, a->event.id) < std::tie(b->event.source, b->event.id);
    return loses_to(a, b);
  });
  std::size_t kept = 0;
  for (std::size_t k = 0; k < events.size(); ++k) {
    const bool last_of_identity =
        k + 1 == events.size() || !same_identity(events[k]->event, events[k + 1]->event);
    if (!last_of_identity || events[k]->event.retracted || !is_among(events[k]->event, account))
      continue;
    if (count && !count(*events[k])) continue;
    events[kept++] = events[k];
  }
  events.resize(kept);
  std::sort(events.begin(), events.end(),
            [](const LoggedEvent* a, const LoggedEvent* b) { return before(a->event, b->event); });
  return history;
}

void AccountHistory::newest_first(const std::function<bool(const Event&)>& visit) const {
  for (auto it = events_.rbegin(); it != events_.rend(); ++it)
    if (!visit((*it)->event)) return;
}

}  // namespace tenure
