#include "engines/docker/tls_words.hpp"

#include <fmt/format.h>

#include <array>

#include "engines/docker/certificate.hpp"
#include "support/text.hpp"
#include "system/files.hpp"

namespace divio::engines {
namespace {

// What OpenSSL says, and what it means. The first that fits counts.
struct Meaning {
  std::string_view phrase;
  std::string_view message;
  std::string_view hint;
};
constexpr std::string_view about_files =
    "check ca.pem, cert.pem and key.pem in the folder that DOCKER_CERT_PATH or the region names";
constexpr std::string_view about_authority =
    "see that the address is right, and that ca.pem in the folder that DOCKER_CERT_PATH or the region names is of the "
    "authority that issued the engine's certificate";
constexpr std::array<Meaning, 14> meanings{{
    {"wrong version number", "it does not speak TLS there",
     "leave out the certificates (unset DOCKER_TLS_VERIFY), or use the port where it speaks TLS (usually 2376)"},
    {"packet length too long", "it does not speak TLS there",
     "leave out the certificates (unset DOCKER_TLS_VERIFY), or use the port where it speaks TLS (usually 2376)"},
    {"certificate has expired", "its certificate has expired", "give the engine a new one (dockerd --tlscert)"},
    {"certificate is not yet valid", "its certificate is not valid yet", "compare the clocks of both machines"},
    {"subject name", "its certificate is for other names than this",
     "use a name that is in it, or give the engine one with this name or address (subjectAltName)"},
    {"unable to get local issuer", "its certificate is not of the authority in ca.pem", about_authority},
    {"self-signed certificate", "its certificate is not of the authority in ca.pem", about_authority},
    {"certificate signature failure", "its certificate is not of the authority in ca.pem", about_authority},
    {"key values mismatch", "our cert.pem and key.pem do not belong together", about_files},
    {"alert certificate expired", "it says that our certificate has expired", "make a new cert.pem and key.pem"},
    {"alert", "it does not accept our certificate cert.pem",
     "it has to be of the authority that the engine trusts (dockerd --tlscacert), and in the folder that "
     "DOCKER_CERT_PATH "
     "or the region names"},
    {"unable to set private key", "our key.pem cannot be read, or does not belong to cert.pem", about_files},
    {"could not load PEM client certificate", "our cert.pem cannot be read", about_files},
    {"error setting certificate", "our ca.pem cannot be read", about_files},
}};

std::string day_of(model::TimePoint time) {
  return model::to_rfc3339(time).substr(0, 10);
}

}  // namespace

std::optional<std::string> trouble_of_files(const std::string& folder, model::TimePoint now) {
  for (const char* name : {"ca.pem", "cert.pem", "key.pem"}) {
    const auto path = fmt::format("{}/{}", folder, name);
    const auto file = system::read_file(path);
    if (!file && file.error().code == ErrorCode::not_found) return fmt::format("{} is not there", path);
    if (!file) return file.error().message;
    if (std::string_view(name) != "cert.pem") continue;
    const auto valid = validity_of(*file);
    if (valid && valid->until < now) return fmt::format("our certificate {} expired on {}", path, day_of(valid->until));
    if (valid && valid->from > now)
      return fmt::format("our certificate {} is not valid before {}", path, day_of(valid->from));
  }
  return std::nullopt;
}

Error no_tls(const std::string& address, const std::optional<std::string>& own_trouble, std::string_view said) {
  const auto error = [&](std::string_view reason, std::string_view hint) {
    return Error{ErrorCode::unreachable,
                 fmt::format("no TLS connection to the Docker engine at {}: {}", address, reason), std::string(hint)};
  };
  if (own_trouble) return error(*own_trouble, about_files);
  for (const auto& [phrase, message, hint] : meanings)
    if (said.find(phrase) != std::string_view::npos) return error(message, hint);
  return error(said, about_files);
}

}  // namespace divio::engines
