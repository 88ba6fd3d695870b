// apps/tenure/key_terminal.h
//
// A terminal that hands out keys as they are pressed, without echo and without waiting for a line.
//
// Threads:  one; one of these at a time.
// Lifetime: the terminal is as it was once this is gone, and also when a signal ends the process,
//           a fault included; only SIGKILL cannot be answered. Ctrl-Z hands the terminal back until
//           the process goes on. SIGINT and SIGTERM then reach whoever handled them before.
#pragma once

#include "engine/base/time.h"

#include <memory>
#include <string>
#include <string_view>

namespace tenure {

enum class Key { kNone, kUp, kDown, kToggle, kClose, kHelp, kQuit };

struct TerminalSize {
  int rows = 24;
  int columns = 80;
};

class KeyTerminal final {
 public:
  /// None where there is nobody to press a key or no screen to move on: standard input or output is
  /// no terminal, the process runs in the background, or TERM says "dumb".
  static std::unique_ptr<KeyTerminal> open();
  ~KeyTerminal();
  KeyTerminal(const KeyTerminal&) = delete;
  KeyTerminal& operator=(const KeyTerminal&) = delete;

  /// The next key; kNone after `wait`, after a signal, and for a key that means nothing here.
  Key next(Duration wait);
  [[nodiscard]] TerminalSize size() const;
  /// True once after the process was stopped and goes on: the screen holds something else now.
  bool take_resumed();

 private:
  KeyTerminal() = default;
  std::string pressed_;  // bytes that are no whole key yet
  bool ended_ = false;   // the terminal is gone: poll() would return at once for ever
};

/// Takes the first key off `bytes`; kNone and nothing taken when more bytes are needed to tell.
Key take_key(std::string& bytes);

}  // namespace tenure
