#include "apps/tenure/commands.h"

#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace tenure {

void add_version(CLI::App& app, Context& context) {
  CLI::App* command = add_command(app, "version", "print the version", "  tenure version --json");
  add_json(*command, context);
  command->callback([&context] {
    if (context.out.json)
      context.out.document(boost::json::object{{"version", TENURE_VERSION}});
    else
      context.out.line("tenure " TENURE_VERSION);
  });
}

}  // namespace tenure
