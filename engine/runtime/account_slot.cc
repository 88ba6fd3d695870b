#include "engine/runtime/account_slot.h"

#include "engine/base/bytes.h"

namespace tenure {
namespace {

constexpr std::uint64_t kFlagBehind = 1;
constexpr std::uint64_t kFlagLost = 2;
constexpr std::uint64_t kFlagRenewed = 4;
constexpr std::uint64_t kFlagNoticeGiven = 8;

Error unreadable() {
  return fail(
      ErrorCode::kCorrupt,
      "an account row cannot be read; delete the state directory, it is folded again from the log");
}

void encode_hot(const HotAccount& hot, std::string& out) {
  put_varint(out, hot.events);
  put_signed(out, hot.folded.occurred_at.us);
  put_signed(out, hot.folded.ordinal);
  put_text(out, hot.folded.source);
  put_text(out, hot.folded.id);
  // Kept: accounts turn cold, and into rows, by the million.
  thread_local std::string part;
  part.clear();
  hot.ledger.encode(part);
  put_text(out, part);
  part.clear();
  hot.facts.encode(part);
  put_text(out, part);
}

Result<void> decode_hot(std::string_view bytes, HotAccount& hot) {
  ByteReader reader(bytes);
  std::string_view source, id, ledger, facts;
  if (!reader.varint(hot.events) || !reader.signed_varint(hot.folded.occurred_at.us) ||
      !reader.signed_varint(hot.folded.ordinal) || !reader.text(source) || !reader.text(id) ||
      !reader.text(ledger) || !reader.text(facts) || !reader.done())
    return unreadable();
  hot.folded.source.assign(source);
  hot.folded.id.assign(id);
  TENURE_TRY_ASSIGN(hot.ledger, AlertLedger::decode(ledger));
  return hot.facts.decode(facts);
}

}  // namespace

void encode_account(const AccountSlot& slot, std::string& out) {
  thread_local std::string row;
  row.clear();
  put_varint(row, kAccountRowVersion);
  put_varint(row, (slot.behind ? kFlagBehind : 0) | (slot.brief.lost ? kFlagLost : 0) |
                      (slot.brief.renewed ? kFlagRenewed : 0) |
                      (slot.brief.notice_given ? kFlagNoticeGiven : 0));
  put_signed(row, slot.due.us);
  put_signed(row, slot.brief.health_milli);
  put_signed(row, slot.brief.value_milli);
  put_signed(row, slot.brief.notice_by_ms);
  put_signed(row, slot.brief.ends_at_ms);
  put_varint(row, slot.brief.complaints_open);
  put_varint(row, slot.brief.complaints_late);
  put_varint(row, slot.brief.promises_late);
  put_text(row, slot.brief.name);
  put_text(row, slot.brief.owner);
  put_text(row, slot.brief.currency);
  put_varint(row, static_cast<std::uint64_t>(slot.brief.tier));
  put_varint(row, slot.brief.open_alerts);
  put_varint(row, static_cast<std::uint64_t>(slot.brief.worst));
  if (slot.hot == nullptr) {
    row.append(slot.cold);
  } else {
    encode_hot(*slot.hot, row);
  }
  out.append(row);
}

Result<void> decode_account(std::string_view row, AccountSlot& slot) {
  ByteReader reader(row);
  Brief& brief = slot.brief;
  std::uint64_t version = 0, flags = 0, complaints = 0, late = 0, promises = 0, tier = 0, open = 0,
                worst = 0;
  std::string_view name, owner, currency, rest;
  if (!reader.varint(version) || version != kAccountRowVersion || !reader.varint(flags) ||
      !reader.signed_varint(slot.due.us) || !reader.signed_varint(brief.health_milli) ||
      !reader.signed_varint(brief.value_milli) || !reader.signed_varint(brief.notice_by_ms) ||
      !reader.signed_varint(brief.ends_at_ms) || !reader.varint(complaints) ||
      !reader.varint(late) || !reader.varint(promises) || !reader.text(name) ||
      !reader.text(owner) || !reader.text(currency) || !reader.varint(tier) ||
      tier > static_cast<std::uint64_t>(AccountTier::kTail) || !reader.varint(open) ||
      !reader.varint(worst) || worst > static_cast<std::uint64_t>(Severity::kCritical) ||
      !reader.raw(reader.left(), rest))
    return unreadable();
  slot.behind = (flags & kFlagBehind) != 0;
  brief.lost = (flags & kFlagLost) != 0;
  brief.renewed = (flags & kFlagRenewed) != 0;
  brief.notice_given = (flags & kFlagNoticeGiven) != 0;
  brief.complaints_open = static_cast<std::uint32_t>(complaints);
  brief.complaints_late = static_cast<std::uint32_t>(late);
  brief.promises_late = static_cast<std::uint32_t>(promises);
  brief.name.assign(name);
  brief.owner.assign(owner);
  brief.currency.assign(currency);
  brief.tier = static_cast<AccountTier>(tier);
  brief.open_alerts = static_cast<std::uint32_t>(open);
  brief.worst = static_cast<Severity>(worst);
  slot.hot.reset();
  slot.cold.assign(rest);
  return {};
}

Result<void> warm_account(const ProjectionSet& set, AccountSlot& slot) {
  if (slot.hot != nullptr) return {};
  auto hot = std::make_unique<HotAccount>(set);
  if (!slot.cold.empty()) TENURE_TRY(decode_hot(slot.cold, *hot));
  slot.hot = std::move(hot);
  slot.cold.clear();
  slot.cold.shrink_to_fit();
  return {};
}

void cool_account(AccountSlot& slot) {
  if (slot.hot == nullptr) return;
  thread_local std::string bytes;
  bytes.clear();
  encode_hot(*slot.hot, bytes);
  slot.cold.assign(bytes);  // exactly as large as it must be
  slot.hot.reset();
}

}  // namespace tenure
