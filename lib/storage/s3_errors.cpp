#include "storage/s3_errors.hpp"

#include <fmt/format.h>

#include "storage/xml.hpp"

namespace divio::storage {
namespace {

constexpr std::size_t words_shown = 200;

std::string where(const S3Settings& settings) {
  return fmt::format("bucket {} at {}", settings.bucket, settings.endpoint);
}

// What HEAD is answered with has no body that could say more.
std::string code_by_status(int status, std::string_view key) {
  switch (status) {
    case 301: return "PermanentRedirect";
    case 403: return "AccessDenied";
    case 404: return key.empty() ? "NoSuchBucket" : "NoSuchKey";
    case 412: return "PreconditionFailed";
    case 416: return "InvalidRange";
    case 507: return "InsufficientStorage";
    default: return {};
  }
}

// The refusals of who asks.
std::optional<Error> about_keys(const S3Settings& settings, std::string_view code) {
  const auto said = [&](std::string message, std::string hint) {
    return Error{ErrorCode::failed, std::move(message), std::move(hint), {}};
  };
  if (code == "SignatureDoesNotMatch")
    return said(fmt::format("{} does not accept the secret key of {}", settings.endpoint, settings.access_key),
                "check the secret key; it belongs to this access key id only");
  if (code == "InvalidAccessKeyId")
    return said(fmt::format("{} knows no access key {}", settings.endpoint, settings.access_key),
                "check the access key id and the endpoint");
  if (code == "AccessDenied" || code == "AllAccessDisabled" || code == "AccountProblem")
    return said(fmt::format("access key {} may not do that in {}", settings.access_key, where(settings)),
                "give it the right to list, read, write and delete there, and check the key pair");
  if (code == "RequestTimeTooSkewed" || code == "RequestExpired")
    return said(fmt::format("the clock of this computer is not that of {}", settings.endpoint),
                "set the clock (timedatectl set-ntp true): a signature is good for 15 minutes");
  return std::nullopt;
}

std::optional<Error> about_places(const S3Settings& settings, std::string_view code, std::string_view key) {
  if (code == "NoSuchBucket" || code == "InvalidBucketName")
    return Error{ErrorCode::not_found, fmt::format("there is no bucket {} at {}", settings.bucket, settings.endpoint),
                 "create it at the provider, or check its name and the endpoint", {}};
  if (code == "NoSuchKey")
    return Error{ErrorCode::not_found, fmt::format("there is no {} in {}", key, where(settings)), {}, {}};
  if (code == "PreconditionFailed")
    return Error{ErrorCode::conflict, fmt::format("{} became another one while it was read", key), "try again", {}};
  if (code == "InvalidRange")
    return Error{ErrorCode::invalid, fmt::format("{} is shorter than where reading was to begin", key), {}, {}};
  if (code == "InsufficientStorage" || code == "QuotaExceeded" || code == "XMinioStorageFull" || code == "ServiceQuotaExceeded")
    return Error{ErrorCode::failed, fmt::format("{} is full", where(settings)), "make room there, or raise the quota", {}};
  if (code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed" || code == "TemporaryRedirect" ||
      code == "IllegalLocationConstraintException")
    return Error{ErrorCode::failed, fmt::format("{} is not in region {}", where(settings), settings.region),
                 "set the region that the bucket was created in, and its endpoint", {}};
  return std::nullopt;
}

}  // namespace

std::string code_of(const system::HttpResponse& answer) {
  const auto root = read_xml(answer.body);
  return root && root->name == "Error" ? root->text_of("Code") : std::string();
}

Error error_of(const S3Settings& settings, const system::HttpResponse& answer, std::string_view key) {
  auto code = code_of(answer);
  if (code.empty()) code = code_by_status(answer.status, key);
  if (auto error = about_keys(settings, code)) return *error;
  if (auto error = about_places(settings, code, key)) return *error;
  const auto root = read_xml(answer.body);
  auto words = root ? root->text_of("Message").substr(0, words_shown) : std::string();
  // Whatever a storage repeats of what it was sent, this is not among it.
  if (words.find(settings.secret_key.reveal()) != std::string::npos) words.clear();
  const bool busy = answer.status >= 500;
  return Error{busy ? ErrorCode::unreachable : ErrorCode::failed,
               fmt::format("{} answered {}{}{}", where(settings), answer.status, code.empty() ? "" : " " + code,
                           words.empty() ? "" : ": " + words),
               busy ? "it is in trouble itself: try again later" : "check that the endpoint is that of an S3 storage", {}};
}

Error error_of(const S3Settings& settings, const system::TransportFailure& failure) {
  if (failure.certificates)
    return {ErrorCode::unreachable, fmt::format("the certificate of {} is not accepted: {}", settings.endpoint, failure.text),
            settings.authority.empty()
                ? "check the endpoint's name; where an authority of your own vouches for it, give its certificate: --s3-authority FILE, of a store of backups --authority FILE"
                : "check the endpoint's name, and that the certificate that was given for it is that of the authority that vouches for it", {}};
  if (failure.timed_out && failure.connected)
    return {ErrorCode::timed_out, fmt::format("{} stopped answering", settings.endpoint), "try again; what is complete is kept", {}};
  return {ErrorCode::unreachable, fmt::format("nothing answers at {}: {}", settings.endpoint, failure.text),
          settings.path_style ? "check the endpoint, and the network"
                              : "check the endpoint; a storage of one's own often wants the bucket in the path", {}};
}

bool is_passing(const system::HttpResponse& answer) {
  if (answer.status == 500 || answer.status == 502 || answer.status == 503 || answer.status == 504 || answer.status == 429)
    return true;
  const auto code = answer.status / 100 == 2 ? std::string() : code_of(answer);
  return code == "SlowDown" || code == "RequestTimeout" || code == "InternalError";
}

}  // namespace divio::storage
