// apps/tenure/commands.h
//
// The commands of the binary: one function adds each with its options. A command is one file,
// command_<name>.cc.
//
// Lifetime: the application and the context outlive every command.
#pragma once

#include "apps/tenure/context.h"

namespace tenure {

void add_demo(CLI::App& app, Context& context);
void add_serve(CLI::App& app, Context& context);
void add_publish(CLI::App& app, Context& context);
void add_source(CLI::App& app, Context& context);
void add_account(CLI::App& app, Context& context);
void add_alerts(CLI::App& app, Context& context);
void add_digest(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_log(CLI::App& app, Context& context);
void add_quarantine(CLI::App& app, Context& context);
void add_rules(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);

}  // namespace tenure
