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
constexpr std::size_t kPieceBytes = 1 << 20;

std::string shard_prefix(ShardId shard) {
  std::string key;
  put_big_endian(key, shard.value);
  return key;
}

void put_account_key(std::string& key, ShardId shard, std::string_view account) {
  put_big_endian(key, shard.value);
  key.append(account);
}

// The length stands before the account, so that one account's runs are never between those of
// another.
void put_postings_prefix(std::string& key, ShardId shard, std::string_view account) {
  put_big_endian(key, shard.value);
  key.push_back(static_cast<char>(account.size()));
  key.append(account);
}

std::string position_key(ShardId shard) { return "position/" + shard_prefix(shard); }

std::string encode_position(const ShardCheckpoint& position) {
  std::string bytes;
  put_varint(bytes, position.folded);
  put_signed(bytes, position.due_fired.us);
  put_varint(bytes, position.number);
  return bytes;
}

void put_run(std::string& run, std::span<const Sequence> postings) {
  Sequence last = 0;
  for (const Sequence sequence : postings) {
    put_varint(run, sequence - last);
    last = sequence;
  }
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
    rows[0].rows.emplace_back(kFingerprintKey, fingerprint);
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
  std::string prefix;
  put_postings_prefix(prefix, shard, account.text);
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

std::string_view CheckpointRows::keep(std::string_view bytes) {
  if (pieces_.empty() || pieces_.back().capacity() - pieces_.back().size() < bytes.size()) {
    pieces_.emplace_back();
    pieces_.back().reserve(std::max(kPieceBytes, bytes.size()));
  }
  std::string& piece = pieces_.back();
  piece.append(bytes);
  return std::string_view(piece).substr(piece.size() - bytes.size());
}

void CheckpointRows::add(AccountId account, std::string_view row,
                         std::span<const Sequence> postings) {
  thread_local std::string bytes;
  bytes.clear();
  put_account_key(bytes, shard_, account.text);
  const std::string_view key = keep(bytes);
  rows_.emplace_back(key, keep(row));
  if (postings.empty()) return;
  bytes.clear();
  put_postings_prefix(bytes, shard_, account.text);
  put_big_endian(bytes, postings.front());
  const std::string_view run_key = keep(bytes);
  bytes.clear();
  put_run(bytes, postings);
  runs_.emplace_back(run_key, keep(bytes));
}

Result<void> StateStore::checkpoint(CheckpointRows checkpoint) {
  const auto by_key = [](const CheckpointRows::Row& a, const CheckpointRows::Row& b) {
    return a.first < b.first;
  };
  std::sort(checkpoint.rows_.begin(), checkpoint.rows_.end(), by_key);
  std::sort(checkpoint.runs_.begin(), checkpoint.runs_.end(), by_key);
  const std::string position = position_key(checkpoint.shard_);
  const std::string stored = encode_position(checkpoint.position_);
  std::vector<SortedRows> rows(3);
  rows[0].family = kMeta;
  rows[0].rows.emplace_back(position, stored);
  rows[1].family = kAccounts;
  rows[1].rows = std::move(checkpoint.rows_);
  rows[2].family = kPostings;
  rows[2].rows = std::move(checkpoint.runs_);
  std::erase_if(rows, [](const SortedRows& family) { return family.rows.empty(); });
  return store_->ingest(std::move(rows));
}

}  // namespace tenure
