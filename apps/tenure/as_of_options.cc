#include "apps/tenure/as_of_options.h"

#include "apps/tenure/flag_values.h"

namespace tenure {

void add_as_of_options(CLI::App& command, AsOfOptions& options) {
  command
      .add_option_function<std::string>(
          "--at",
          [&options](const std::string& at) {
            options.at = at;
            options.given = true;
          },
          "as of this instant (RFC 3339, or a date) instead of now")
      ->transform(instant_value())
      ->type_name("INSTANT");
  command
      .add_option(
          "--as", options.as,
          "known: what was recorded by then; was: what occurred by then, by what is known now")
      ->check(word_value({"known", "was"}))
      ->type_name("known|was");
}

Result<std::optional<AsOf>> as_of(const AsOfOptions& options) {
  if (!options.given) return std::optional<AsOf>();
  const auto at = parse_instant(options.at);
  if (!at) return fail(ErrorCode::kInvalid, "--at: " + at.error().message);
  return std::optional<AsOf>(
      AsOf{options.as == "was" ? AsOf::Sense::kWas : AsOf::Sense::kKnown, *at});
}

}  // namespace tenure
