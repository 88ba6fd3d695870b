// Any bytes as an account's row in the state store: refused, or an account that can be reviewed and
// whose row is the same from then on. One piece is a whole row; several are the ledger and each
// projection's facts, put into a row with lengths that fit.
#include "engine/base/bytes.h"
#include "tests/fuzz/account.h"

namespace {

std::string row_of(const tenure::AccountSlot& slot) {
  std::string row;
  tenure::encode_account(slot, row);
  return row;
}

std::string row_with(std::string_view ledger, std::span<const std::string_view> facts) {
  std::string row = row_of(tenure::AccountSlot());
  tenure::put_varint(row, 7);  // events
  tenure::put_signed(row, 1'780'000'000'000'000);
  tenure::put_signed(row, 0);
  tenure::put_text(row, "s");
  tenure::put_text(row, "e");
  tenure::put_text(row, ledger);
  std::string all;
  for (const std::string_view piece : facts) tenure::put_text(all, piece);
  tenure::put_text(row, all);
  return row;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const tenure::fuzz::Judgement judgement;
  const auto pieces = tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), 16);
  std::string row(pieces[0]);
  if (pieces.size() > 1) row = row_with(pieces[0], std::span(pieces).subspan(1));
  tenure::AccountSlot slot;
  slot.id = "a";
  if (!tenure::decode_account(row, slot)) return 0;
  const std::string cold = row_of(slot);
  tenure::AccountSlot same;
  tenure::fuzz::expect(tenure::decode_account(cold, same) && row_of(same) == cold,
                       "a row that was written is read as it was");
  if (!tenure::warm_account(judgement.set, slot)) return 0;
  const std::string warm = row_of(slot);
  tenure::AccountSlot second;
  second.id = "a";
  tenure::fuzz::expect(tenure::decode_account(warm, second) &&
                           tenure::warm_account(judgement.set, second).has_value() &&
                           row_of(second) == warm,
                       "a hot account comes back from its row");
  tenure::cool_account(second);
  tenure::fuzz::expect(row_of(second) == warm, "a cold account has the row of the hot one");
  judgement.look_at(tenure::AccountId("a"), *slot.hot, tenure::Instant{1'790'000'000'000'000});
  return 0;
}
