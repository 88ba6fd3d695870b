#include "connectors/http/tls_files.h"

#include "connectors/http/internal/wire.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>

namespace tenure {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

std::string address_text(const ASN1_OCTET_STRING& bytes) {
  const auto* from = ASN1_STRING_get0_data(&bytes);
  const int length = ASN1_STRING_length(&bytes);
  if (length == 4) {
    std::array<unsigned char, 4> v4{};
    std::copy_n(from, 4, v4.begin());
    return boost::asio::ip::make_address_v4(v4).to_string();
  }
  if (length != 16) return "";
  std::array<unsigned char, 16> v6{};
  std::copy_n(from, 16, v6.begin());
  return boost::asio::ip::make_address_v6(v6).to_string();
}

std::vector<std::string> names_of(const X509& certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> found(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int k = 0; found && k < sk_GENERAL_NAME_num(found.get()); ++k) {
    const GENERAL_NAME& one = *sk_GENERAL_NAME_value(found.get(), k);
    std::string name;
    if (one.type == GEN_DNS)
      name.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one.d.dNSName)),
                  static_cast<std::size_t>(ASN1_STRING_length(one.d.dNSName)));
    else if (one.type == GEN_IPADD)
      name = address_text(*one.d.iPAddress);
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

TlsFiles::TlsFiles() : context_(std::make_unique<Context>()) {}
TlsFiles::~TlsFiles() = default;

Result<std::shared_ptr<TlsFiles>> TlsFiles::load(const std::string& certificate,
                                                 const std::string& key) {
  TENURE_TRY(check_secret_file(key, "the key"));
  try {
    std::shared_ptr<TlsFiles> files(new TlsFiles());
    ssl::context& context = files->context_->ssl;
    context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                        ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                        ssl::context::no_compression);
    SSL_CTX* const native = context.native_handle();
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // No tickets: a stolen key of theirs would open what was recorded.
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
    if (SSL_CTX_set_cipher_list(native, kCiphers) != 1)
      return fail(ErrorCode::kUnavailable, "this system's OpenSSL has none of the ciphers wanted");
    boost::system::error_code failed;
    context.use_certificate_chain_file(certificate, failed);
    if (failed)
      return fail(ErrorCode::kInvalid, fmt::format("{}: no PEM certificate can be read: {}",
                                                   certificate, failed.message()));
    context.use_private_key_file(key, ssl::context::pem, failed);
    if (failed || SSL_CTX_check_private_key(native) != 1)
      return fail(
          ErrorCode::kInvalid,
          fmt::format("{}: no PEM key without a passphrase that belongs to {}", key, certificate));
    files->names_ = names_of(*SSL_CTX_get0_certificate(native));
    if (files->names_.empty())
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: the certificate names nobody: make one with subjectAltName, by "
                              "which clients know the server",
                              certificate));
    return files;
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::kUnavailable, std::string("TLS cannot be set up: ") + thrown.what());
  }
}

Result<void> check_secret_file(const std::string& file, const std::string& what) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0)
    return fail(ErrorCode::kInvalid, fmt::format("{}: {}", file, std::strerror(errno)));
  if ((facts.st_mode & 0027) != 0)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is {} and has the mode {:03o}: others may read or change it; say "
                            "chmod 600 {}",
                            file, what, facts.st_mode & 0777, file));
  return ok();
}

}  // namespace tenure
