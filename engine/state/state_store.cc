#include "engine/state/state_store.h"

#include "engine/base/bytes.h"

#include <algorithm>

namespace tenure {
namespace {

// Families, by index. Never reorder: state_store_options() names them.
constexpr FamilyId kMeta = 0;
constexpr FamilyId kAccounts = 1;
constexpr FamilyId kPostings = 2;

constexpr std::string_view kFingerprintKey = "fingerprint";

std::string shard_prefix(ShardId shard) {
  std::string key;
  put_big_endian(key, shard.value);
  return key;
}

std::string account_key(ShardId shard, std::string_view account) {
  std::string key = shard_prefix(shard);
  key.append(account);
  return key;
}

// The length stands before the account, so that one account's runs are never between those of
// another.
std::string postings_prefix(ShardId shard, std::string_view account) {
  std::string key = shard_prefix(shard);
  key.push_back(static_cast<char>(account.size()));
  key.append(account);
  return key;
}

std::string position_key(ShardId shard) { return "position/" + shard_prefix(shard); }

std::string encode_position(const ShardCheckpoint& position) {
  std::string bytes;
  put_varint(bytes, position.folded);
  put_signed(bytes, position.due_fired.us);
  put_varint(bytes, position.number);
  return bytes;
}

std::string encode_run(const std::vector<Sequence>& postings) {
  std::string run;
  Sequence last = 0;
  for (const Sequence sequence : postings) {
    put_varint(run, sequence - last);
    last = sequence;
  }
  return run;
}

bool decode_run(std::string_view run, std::vector<Sequence>& postings) {
  ByteReader reader(run);
  Sequence last = 0;
  std::uint64_t delta = 0;
  while (reader.left() > 0) {
    if (!reader.varint(delta)) return false;
    last += delta;
    postings.push_back(last);
  }
  return true;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

}  // namespace

KvOptions state_store_options() {
  KvOptions options;
  options.families = {
      {.name = "meta"}, {.name = "accounts", .point_reads = true}, {.name = "postings"}};
  options.write_ahead_log = false;
  return options;
}

StateStore::~StateStore() = default;

Result<std::unique_ptr<StateStore>> StateStore::open(std::unique_ptr<KvStore> store,
                                                     std::string fingerprint) {
  const auto found = store->get(kMeta, kFingerprintKey);
  bool stale = false;
  if (found) {
    stale = *found != fingerprint;
  } else if (found.error().code != ErrorCode::kNotFound) {
    return found.error();
  } else {
    std::vector<SortedRows> rows(1);
    rows[0].family = kMeta;
    rows[0].rows.emplace_back(std::string(kFingerprintKey), std::move(fingerprint));
    TENURE_TRY(store->ingest(std::move(rows)));
  }
  return std::unique_ptr<StateStore>(new StateStore(std::move(store), stale));
}

Result<std::optional<ShardCheckpoint>> StateStore::position(ShardId shard) const {
  const auto stored = store_->get(kMeta, position_key(shard));
  if (!stored) {
    if (stored.error().code == ErrorCode::kNotFound) return std::optional<ShardCheckpoint>();
    return stored.error();
  }
  ByteReader reader(*stored);
  ShardCheckpoint position;
  if (!reader.varint(position.folded) || !reader.signed_varint(position.due_fired.us) ||
      !reader.varint(position.number) || !reader.done())
    return fail(ErrorCode::kCorrupt,
                "the state store's position of shard " + std::to_string(shard.value) +
                    " cannot be read; delete the state directory, it is folded again");
  return std::optional<ShardCheckpoint>(position);
}

Result<void> StateStore::accounts(
    ShardId shard, const std::function<void(std::string_view, std::string_view)>& visit) const {
  const std::string prefix = shard_prefix(shard);
  const auto rows = store_->iterate(kAccounts);
  for (rows->seek(prefix); rows->valid() && starts_with(rows->key(), prefix); rows->next())
    visit(rows->key().substr(prefix.size()), rows->value());
  return rows->status();
}

Result<std::vector<Sequence>> StateStore::postings(ShardId shard, AccountId account) const {
  const std::string prefix = postings_prefix(shard, account.text);
  std::vector<Sequence> postings;
  const auto runs = store_->iterate(kPostings);
  for (runs->seek(prefix); runs->valid() && starts_with(runs->key(), prefix); runs->next()) {
    if (runs->key().size() != prefix.size() + sizeof(Sequence)) continue;
    if (!decode_run(runs->value(), postings))
      return fail(ErrorCode::kCorrupt,
                  "postings of shard " + std::to_string(shard.value) +
                      " cannot be read; delete the state directory, it is folded again");
  }
  TENURE_TRY(runs->status());
  return postings;
}

Result<void> StateStore::checkpoint(const CheckpointRows& checkpoint) {
  std::vector<SortedRows> rows(3);
  rows[0].family = kMeta;
  rows[0].rows.emplace_back(position_key(checkpoint.shard), encode_position(checkpoint.position));
  rows[1].family = kAccounts;
  rows[2].family = kPostings;
  for (const auto& account : checkpoint.accounts) {
    rows[1].rows.emplace_back(account_key(checkpoint.shard, account.account), account.row);
    if (account.postings.empty()) continue;
    std::string key = postings_prefix(checkpoint.shard, account.account);
    put_big_endian(key, account.postings.front());
    rows[2].rows.emplace_back(std::move(key), encode_run(account.postings));
  }
  // Account rows are rising already; runs are ordered by length first.
  std::sort(rows[2].rows.begin(), rows[2].rows.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::erase_if(rows, [](const SortedRows& family) { return family.rows.empty(); });
  return store_->ingest(std::move(rows));
}

}  // namespace tenure
