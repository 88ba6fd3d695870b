// Any envelopes as what was told and done about an account, and any bytes as its stored ledger: the
// first piece is the bytes, the others are applied on top. The ledger can be stored and reviewed.
#include "tests/fuzz/account.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const tenure::fuzz::Judgement judgement;
  const auto pieces = tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), 64);
  tenure::HotAccount hot(judgement.set);
  if (auto stored = tenure::AlertLedger::decode(pieces[0])) hot.ledger = std::move(*stored);
  tenure::Instant now{1'700'000'000'000'000};
  for (std::size_t k = 1; k < pieces.size(); ++k) {
    const auto event = tenure::read_event(pieces[k]);
    if (!event) continue;
    hot.ledger.apply(*event);
    now = event->occurred_at;
  }
  std::string stored, again;
  hot.ledger.encode(stored);
  const auto decoded = tenure::AlertLedger::decode(stored);
  tenure::fuzz::expect(decoded.has_value(), "a ledger can be read back");
  decoded->encode(again);
  tenure::fuzz::expect(stored == again, "the same ledger gives the same bytes");
  judgement.look_at(tenure::AccountId("a"), hot, now + tenure::Duration(1));
  return 0;
}
