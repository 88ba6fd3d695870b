#include "connectors/http/internal/read_at_least.h"

#include "connectors/http/internal/field_lists.h"
#include "engine/base/text.h"

#include <algorithm>

namespace tenure::internal {

Result<std::string> not_folded_of(const Engine& engine, std::string_view positions) {
  while (!positions.empty()) {
    const std::string_view one = next_of_list(positions);
    const std::size_t slash = std::min(one.find('/'), one.size());
    const auto shard = whole_number(one.substr(0, slash));
    const auto sequence = whole_number(one.substr(std::min(slash + 1, one.size())));
    if (!shard || !sequence || *shard >= engine.shards())
      return fail(ErrorCode::kInvalid,
                  "tenure-read-at-least: '" + shown_text(one) +
                      "' is no shard/sequence of this server, as answers have in tenure-position");
    const ShardId asked{static_cast<std::uint16_t>(*shard)};
    const Sequence folded =
        engine.with_shard(asked, [](const Shard& mine) { return mine.folded(); });
    if (folded < *sequence)
      return "shard " + std::to_string(*shard) + " is folded up to " +
             to_string(Position{asked, folded}) + " and " + std::string(one) + " was asked for";
  }
  return std::string();
}

}  // namespace tenure::internal
