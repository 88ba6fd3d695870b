// connectors/http/tls_files.h
//
// The server's certificate and key, read once at start.
//
// Threads: built by one, then shared.
// Errors:  kInvalid: a file cannot be read, others may read the key, key and certificate do not
//          belong together, or the certificate names nobody.
#pragma once

#include "engine/base/result.h"

#include <memory>
#include <string>
#include <vector>

namespace tenure {

class TlsFiles final {
 public:
  /// PEM files: the certificate with the chain behind it, and its key without a passphrase. TLS 1.2
  /// and 1.3, ciphers with forward secrecy only.
  static Result<std::shared_ptr<TlsFiles>> load(const std::string& certificate,
                                                const std::string& key);
  ~TlsFiles();

  /// The names and addresses that the certificate is for.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  struct Context;  // the library's
  [[nodiscard]] Context& context() const { return *context_; }

 private:
  TlsFiles();
  std::unique_ptr<Context> context_;
  std::vector<std::string> names_;
};

/// kInvalid when others than the owner and the group of `file` may read it, or anybody but the
/// owner may write it. `what`: "the key".
Result<void> check_secret_file(const std::string& file, const std::string& what);

}  // namespace tenure
