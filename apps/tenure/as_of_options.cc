#include "apps/tenure/as_of_options.h"

#include "apps/tenure/flag_values.h"
#include "engine/log/event_log.h"

#include <fmt/format.h>

namespace tenure {
namespace {

void note_end(const std::string& asked, const std::string& end, std::string_view where,
              const Context& context) {
  context.out.note(fmt::format("--at {}: {} {}; the answer is as of then", asked, where, end),
                   Tone::kWarning);
}

}  // namespace

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

std::optional<AsOf> at_most_the_log(std::optional<AsOf> as_of, const EventLog& log,
                                    const Context& context) {
  const Instant end = log.last_recorded_at();
  if (!as_of || end < kEarliestInstant || as_of->at <= end) return as_of;
  note_end(to_string(as_of->at), to_string(end), "the log ends at", context);
  return AsOf{as_of->sense, end};
}

void note_earlier_answer(const AsOfOptions& options, const std::string& answered,
                         const Context& context) {
  if (options.given && options.at != answered)
    note_end(options.at, answered, "for the server it is", context);
}

}  // namespace tenure
