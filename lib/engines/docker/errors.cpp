#include "engines/docker/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"
#include "engines/docker/registry_login.hpp"
#include "model/full_disk.hpp"
#include "support/text.hpp"

namespace divio::engines {
namespace {

template <std::size_t Count>
bool says_one_of(std::string_view sentence, const std::array<std::string_view, Count>& phrases) {
  const auto text = to_lower(sentence);
  return std::ranges::any_of(phrases, [&](std::string_view phrase) { return text.find(phrase) != std::string::npos; });
}

// Engines report these with 403, 409 or 500, depending on their version; Podman with 500.
constexpr std::array<std::string_view, 8> conflicts{
    "address already in use", "port is already allocated", "pool overlaps", "has active endpoints", "is already in use",
    "volume is in use",       "is being used by running",  "already exists"};
constexpr std::array<std::string_view, 4> conflicts_of_podman{
    "container state improper",         // the command needs it running
    "is already used on the host",      // a subnet
    "network is being used",            // by a container, running or not
    "is already allocated to container"};  // an address
constexpr std::array<std::string_view, 1> missing_of_podman{"image not known"};
constexpr std::array<std::string_view, 10> no_registry{
    "dial tcp",       "no such host",           "connection refused", "i/o timeout",        "tls handshake timeout",
    "client.timeout", "network is unreachable", "no route to host",   "server misbehaving", "request canceled"};
constexpr std::array<std::string_view, 2> no_encryption{"http response to https client", "x509:"};
constexpr std::array<std::string_view, 5> no_login{"unauthorized", "authentication required", "no basic auth credentials",
                                                   "denied: ", "access forbidden"};
constexpr std::array<std::string_view, 5> unknown_image{"not found", "manifest unknown", "pull access denied",
                                                        "does not exist", "name unknown"};

ErrorCode code_of(int status, std::string_view sentence) {
  if (status == 404 || says_one_of(sentence, missing_of_podman)) return ErrorCode::not_found;
  if (status == 409 || says_one_of(sentence, conflicts) || says_one_of(sentence, conflicts_of_podman))
    return ErrorCode::conflict;
  return ErrorCode::failed;
}

}  // namespace

std::string sentence_of(std::string_view body) {
  const auto answer = parse_or_null(body);
  auto sentence = text(answer, "message");
  if (sentence.empty()) sentence = trim(body);
  return sentence.empty() ? "it gave no reason" : sentence;
}

Error engine_error(int status, const std::string& sentence, std::string_view doing) {
  Error error{code_of(status, sentence), fmt::format("cannot {}: {}", doing, sentence)};
  if (model::says_full_disk(sentence)) {
    error.code = ErrorCode::failed;
    error.hint = model::full_disk_hint;
  } else if (sentence.starts_with("No such image")) {
    error.hint = "build or pull the image first";
  } else if (sentence.find("HTTP request to an HTTPS server") != std::string::npos) {
    error.hint =
        "it wants TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem";
  }
  return error;
}

Error registry_error(int status, const std::string& sentence, std::string_view verb, const std::string& image) {
  const auto doing = fmt::format("{} image '{}'", verb, image);
  const auto message = fmt::format("cannot {}: {}", doing, sentence);
  const auto registry = registry_of(image);
  if (model::says_full_disk(sentence)) return engine_error(status, sentence, doing);
  if (says_one_of(sentence, no_registry))
    return {ErrorCode::unreachable, message,
            fmt::format("the registry {} does not answer the engine: check the network and the image's name", registry)};
  if (says_one_of(sentence, no_encryption))
    return {ErrorCode::failed, message,
            fmt::format("the engine wants TLS from {}, with a certificate that it trusts; its insecure-registries are exceptions", registry)};
  if (status == 404 || says_one_of(sentence, unknown_image))
    return {ErrorCode::not_found, message, "check the image's name, and whether its registry wants a login"};
  if (says_one_of(sentence, no_login))
    return {ErrorCode::refused, message,
            fmt::format("{} wants another login than it got: docker login{}", registry, registry == "docker.io" ? "" : " " + registry)};
  return {ErrorCode::failed, message};
}

Error without_login(Error error, const Error& reason) {
  if (error.code != ErrorCode::refused && error.code != ErrorCode::not_found) return error;
  error.message += "; it was shown no login: " + reason.message;
  if (!reason.hint.empty()) error.hint = reason.hint;
  return error;
}

}  // namespace divio::engines
