// Any headers beside any value: every record gives an event that can be read again, or is skipped.
// Pieces: the key, then name and value of each header in turn, then the record's value.
#include "engine/event/decoder.h"
#include "tests/fuzz/pieces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static tenure::RecordDecoder decoder([] {
    tenure::DecoderOptions options;
    options.source = "c/t";
    options.person_key = "k";
    options.may_send_reference = true;
    return options;
  }());
  const auto pieces = tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), 64);
  std::vector<tenure::RecordHeaderView> headers;
  for (std::size_t k = 1; k + 2 < pieces.size(); k += 2)
    headers.push_back({pieces[k], pieces[k + 1]});
  tenure::SourceRecord record;
  record.partition = "kafka:t/0";
  record.key = pieces.front();
  record.value = pieces.back();
  record.has_value = pieces.size() > 1;
  record.headers = headers;
  tenure::EventBatch batch;
  const auto decoded = decoder.decode(record, tenure::Instant{1'700'000'000'000'000}, batch);
  const bool skipped = decoded == tenure::Decoded::kSkipped;
  tenure::fuzz::expect(batch.size() == (skipped ? 0u : 1u), "a record is one event, or skipped");
  tenure::fuzz::expect(skipped || tenure::read_event(batch.events().front().bytes).has_value(),
                       "a decoded event can be read again");
  return 0;
}
