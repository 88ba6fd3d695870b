#include "apps/tenure/key_terminal.h"

#include "engine/base/clock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace tenure {
namespace {

constexpr std::array<int, 11> kSignals = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGABRT,
                                          SIGSEGV, SIGBUS,  SIGFPE, SIGILL,  SIGPIPE};

// A signal handler sees nothing but these. They are written while no handler of ours is set.
termios before_ours;
termios ours;
std::array<struct sigaction, kSignals.size()> handlers_before;
volatile std::sig_atomic_t changed = 0;
volatile std::sig_atomic_t resumed = 0;

// From here to on_signal(): only what POSIX allows in a signal handler.

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// In the background tcsetattr() would stop the process, and the terminal is somebody else's.
bool in_foreground() { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

void apply() {
  if (!in_foreground()) return;
  changed = 1;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &ours);
  write_all("\x1b[?25l");  // no cursor
}

void restore() {
  if (changed == 0) return;
  changed = 0;
  if (!in_foreground()) return;
  write_all("\x1b[?25h");
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_ours);
}

extern "C" void on_signal(int number) {
  const int error = errno;
  restore();
  if (number == SIGTSTP) {
    ::kill(::getpid(), SIGSTOP);
    apply();
    resumed = 1;
    errno = error;
    return;
  }
  const auto at = std::find(kSignals.begin(), kSignals.end(), number) - kSignals.begin();
  const struct sigaction& before = handlers_before[static_cast<std::size_t>(at)];
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(number);
  } else {
    ::sigaction(number, &before, nullptr);
    ::raise(number);  // comes once this handler returns
  }
  errno = error;
}

}  // namespace

std::unique_ptr<KeyTerminal> KeyTerminal::open() {
  const char* kind = std::getenv("TERM");
  if (kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb") return nullptr;
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0 || !in_foreground())
    return nullptr;
  if (::tcgetattr(STDIN_FILENO, &before_ours) != 0) return nullptr;
  ours = before_ours;
  ours.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C and Ctrl-Z stay signals
  ours.c_cc[VMIN] = 0;
  ours.c_cc[VTIME] = 0;
  struct sigaction mine = {};
  mine.sa_handler = on_signal;
  ::sigemptyset(&mine.sa_mask);
  for (std::size_t k = 0; k < kSignals.size(); ++k) {
    ::sigaction(kSignals[k], nullptr, &handlers_before[k]);
    if (handlers_before[k].sa_handler != SIG_IGN) ::sigaction(kSignals[k], &mine, nullptr);
  }
  apply();
  return std::unique_ptr<KeyTerminal>(new KeyTerminal());
}

KeyTerminal::~KeyTerminal() {
  restore();
  for (std::size_t k = 0; k < kSignals.size(); ++k) {
    struct sigaction now = {};
    ::sigaction(kSignals[k], nullptr, &now);
    // A handler that another one put in its place meanwhile stays.
    if (now.sa_handler == on_signal) ::sigaction(kSignals[k], &handlers_before[k], nullptr);
  }
}

TerminalSize KeyTerminal::size() const {
  winsize window = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0)
    return {};
  return {window.ws_row, window.ws_col};
}

bool KeyTerminal::take_resumed() {
  const bool was = resumed != 0;
  resumed = 0;
  return was;
}

Key KeyTerminal::next(Duration wait) {
  if (Key key = take_key(pressed_); key != Key::kNone) return key;
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  const auto wait_ms =
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count());
  if (::poll(&input, ended_ ? 0 : 1, wait_ms) <= 0) {
    // An Escape that nothing follows is the key itself.
    const bool escape = pressed_ == "\x1b";
    pressed_.clear();
    return escape ? Key::kClose : Key::kNone;
  }
  std::array<char, 64> bytes;
  const ssize_t read = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (read > 0) pressed_.append(bytes.data(), static_cast<std::size_t>(read));
  ended_ = read == 0 || (read < 0 && errno != EINTR && errno != EAGAIN);
  return take_key(pressed_);
}

Key take_key(std::string& bytes) {
  while (!bytes.empty()) {
    if (bytes[0] == '\x1b') {
      if (bytes.size() == 1) return Key::kNone;
      if (bytes[1] != '[' && bytes[1] != 'O') {
        bytes.erase(0, 1);
        return Key::kClose;
      }
      std::size_t end = 2;  // ESC [ numbers letter
      while (end < bytes.size() && (bytes[end] < '@' || bytes[end] > '~')) ++end;
      if (end == bytes.size()) return Key::kNone;
      const char letter = bytes[end];
      bytes.erase(0, end + 1);
      if (letter == 'A') return Key::kUp;
      if (letter == 'B') return Key::kDown;
      continue;
    }
    const char key = bytes[0];
    bytes.erase(0, 1);
    switch (key) {
      case 'k': return Key::kUp;
      case 'j': return Key::kDown;
      case 'e':
      case '\r':
      case '\n': return Key::kToggle;
      case '?': return Key::kHelp;
      case 'q': return Key::kQuit;
      default: break;
    }
  }
  return Key::kNone;
}

}  // namespace tenure
