#include "connectors/http/loopback_client.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <curl/curl.h>
#include <memory>
#include <string_view>

namespace tenure {
namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > kAnswerBytesMax) return 0;
  body.append(bytes, size * count);
  return size * count;
}

constexpr std::string_view kSecure = "https://";

// Nothing, or a colon and a number.
bool is_port(std::string_view port) {
  if (port.empty()) return true;
  std::uint16_t number = 0;
  const char* const end = port.data() + port.size();
  const auto read = std::from_chars(port.data() + 1, end, number);
  return port.front() == ':' && read.ec == std::errc() && read.ptr == end && number != 0;
}

bool is_host_char(char c, bool bracket) {
  const bool common = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-';
  return common || (bracket && (c == ':' || c == '[' || c == ']'));
}

// A plain check of the text: what a lenient URL parser could take for another host is refused.
Result<std::string> base_of(const std::string& server) {
  std::string_view rest = server;
  while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const std::string base(rest);
  for (const std::string_view prefix : {"http://127.0.0.1", "http://localhost", "http://[::1]"})
    if (rest.substr(0, prefix.size()) == prefix && is_port(rest.substr(prefix.size()))) return base;
  if (rest.substr(0, kSecure.size()) == kSecure) {
    rest.remove_prefix(kSecure.size());
    const bool bracket = !rest.empty() && rest.front() == '[';
    const std::size_t end = bracket ? rest.find(']') + 1 : std::min(rest.find(':'), rest.size());
    const bool plain = std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end),
                                   [&](char c) { return is_host_char(c, bracket); });
    if (end > 0 && plain && is_port(rest.substr(end))) return base;
  }
  return fail(
      ErrorCode::kInvalid,
      "server '" + server +
          "': say http://127.0.0.1:PORT, http://localhost:PORT or http://[::1]:PORT of this "
          "machine, or https://HOST:PORT");
}

Error failure_of(CURLcode code, const std::string& base) {
  if (code == CURLE_OPERATION_TIMEDOUT)
    return fail(ErrorCode::kDeadline,
                "server " + base + " did not answer in time; /readyz says how it does");
  if (code == CURLE_COULDNT_CONNECT)
    return fail(
        ErrorCode::kUnavailable,
        "nobody listens at " + base + "; start `tenure serve`, or check the address it prints");
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
    return fail(ErrorCode::kUnavailable,
                "server " + base + ": its certificate is not trusted: " + curl_easy_strerror(code) +
                    "; name its CA by --ca or TENURE_CA_FILE");
  return fail(ErrorCode::kUnavailable,
              "server " + base + ": " + curl_easy_strerror(code) + "; try again");
}

}  // namespace

Result<void> check_server(const std::string& server) {
  TENURE_TRY(base_of(server));
  return ok();
}

Result<LoopbackAnswer> post_json(const std::string& server, const std::string& path,
                                 const std::string& body, Duration deadline,
                                 const ServerTrust& trust) {
  TENURE_TRY_ASSIGN(const std::string base, base_of(server));
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (ready != CURLE_OK || !curl)
    return fail(ErrorCode::kUnavailable, "the HTTP client cannot be started");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  if (!trust.token.empty())
    curl_slist_append(headers.get(), ("Authorization: Bearer " + trust.token).c_str());
  LoopbackAnswer answer;
  const std::string url = base + path;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR,
                   base.substr(0, kSecure.size()) == kSecure ? "https" : "http");
  curl_easy_setopt(curl.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!trust.ca_certificate.empty())
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, trust.ca_certificate.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.count() / 1000));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK)
    return failure_of(code, base);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace tenure
