#include "model/region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "model/service_images.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::model {
namespace {

constexpr std::size_t longest_text = 200;
constexpr std::array<std::string_view, 3> schemes{"unix://", "tcp://", "ssh://"};

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

Result<std::string> plain_text(std::string_view noun, const std::string& text) {
  const auto trimmed = std::string(trim(text));
  if (trimmed.size() <= longest_text && !has_control(trimmed)) return trimmed;
  return fail(ErrorCode::invalid, fmt::format("the {} is not one short line of text", noun),
              fmt::format("use up to {} characters, without line ends", longest_text));
}

Result<std::string> endpoint_of(const std::string& text) {
  const auto scheme = std::ranges::find_if(schemes, [&](auto one) { return text.starts_with(one); });
  const bool good = scheme != schemes.end() && text.size() > scheme->size() && text.find(' ') == text.npos &&
                    !has_control(text) && (*scheme != "unix://" || text[scheme->size()] == '/');
  if (good || text.empty()) return text;
  return fail(ErrorCode::invalid, fmt::format("'{}' is not the address of a Docker engine", text),
              "use unix:///path/to/docker.sock, tcp://host:2376 or ssh://user@host");
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return letter_or_digit(c) || c == '-'; });
}

bool is_host_name(std::string_view text) {
  const auto labels = split(text, '.');
  return text.size() <= 253 && std::ranges::all_of(labels, is_host_label);
}

// The label in front of it, "project-environment", may have 63 characters, and the whole name 253.
Result<std::string> domain_of(const std::string& text) {
  auto domain = to_lower(text);
  if (domain.starts_with("*.")) domain.erase(0, 2);
  if (domain.empty() || (is_host_name(domain) && domain.size() <= 189)) return domain;
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a domain", text),
              "write the domain whose subdomains lead to the region, for example eu.example.com");
}

Result<std::string> address_of(const std::string& text) {
  const bool v6 = std::ranges::count(text, ':') >= 2 && text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos;
  if (text.empty() || v6 || is_host_name(text)) return to_lower(text);
  return fail(ErrorCode::invalid, fmt::format("'{}' is neither a host name nor an IP address", text),
              "write it without scheme and port, for example 192.0.2.7");
}

Result<std::string> folder_of(const std::string& text) {
  if (!has_control(text) && (text.empty() || text.starts_with('/'))) return text;
  return fail(ErrorCode::invalid, fmt::format("'{}' is not an absolute path", text),
              "name the folder of ca.pem, cert.pem and key.pem from the root");
}

Result<std::string> service_images_of(const std::string& text) {
  DIVIO_TRY(images, parse_service_images(text));
  return to_string(images);
}

Result<std::string> label_of(std::string_view noun, const std::string& text) {
  if (!text.empty()) DIVIO_CHECK(check_dns_label(text, noun));
  return text;
}

Result<std::string> plans_of(const std::string& text) {
  if (trim(text).empty()) return std::string();
  std::vector<std::string> plans;
  for (const auto& part : split(text, ',')) {
    DIVIO_TRY(plan, label_of("name of a plan", std::string(trim(part))));
    if (plan.empty())
      return fail(ErrorCode::invalid, fmt::format("'{}' has a plan without a name", text), "write for example business,starter");
    if (std::ranges::find(plans, plan) == plans.end()) plans.push_back(std::move(plan));
  }
  return join(plans, ",");
}

Result<std::uint16_t> port_of(const std::string& text) {
  std::uint16_t port = 80;
  if (text.empty()) return port;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && end == text.data() + text.size() && port > 0) return port;
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a port", text), "use a number from 1 to 65535");
}

// Of the host, for relays; none: one that is free.
Result<std::uint16_t> relay_port_of(const std::string& text) {
  if (text.empty() || text == "0") return std::uint16_t{0};
  return port_of(text);
}

Result<bool> truth_of(const std::string& text) {
  if (text == "true" || text == "yes") return true;
  if (text == "false" || text == "no" || text.empty()) return false;
  return fail(ErrorCode::invalid, fmt::format("'{}' is neither true nor false", text), "write true or false");
}

std::string truth_text(bool value) { return value ? "true" : "false"; }

template <auto member>
constexpr auto text_getter = [](const Region& region) -> std::string { return region.*member; };

template <class T>
Result<void> put(T& place, Result<T> value) {
  if (!value) return Failure(std::move(value).error());
  place = std::move(*value);
  return {};
}

// The host in "ssh://user@host:22/path"; empty for a unix endpoint.
std::string endpoint_host(std::string_view endpoint) {
  if (endpoint.empty() || endpoint.starts_with(schemes[0])) return {};
  auto rest = endpoint.substr(endpoint.find("://") + 3);
  rest = rest.substr(0, rest.find('/'));
  if (const auto at = rest.rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.find(':')));
}

}  // namespace

const RegionName& local_region() {
  static const auto name = RegionName::parse("local").value();
  return name;
}

std::span<const RegionSetting> region_settings() {
  using Text = const std::string&;
  static constexpr std::array<RegionSetting, 16> settings{{
      {"endpoint", text_getter<&Region::endpoint>, [](Region& r, Text t) { return put(r.endpoint, endpoint_of(t)); }},
      {"certificates", text_getter<&Region::certificates>,
       [](Region& r, Text t) { return put(r.certificates, folder_of(t)); }},
      {"ingress-port", [](const Region& r) { return fmt::format("{}", r.http_port); },
       [](Region& r, Text t) { return put(r.http_port, port_of(t)); }},
      {"domain", text_getter<&Region::domain>, [](Region& r, Text t) { return put(r.domain, domain_of(t)); }},
      {"address", text_getter<&Region::address>, [](Region& r, Text t) { return put(r.address, address_of(t)); }},
      {"location", text_getter<&Region::location>,
       [](Region& r, Text t) { return put(r.location, plain_text("location", t)); }},
      {"provider", text_getter<&Region::provider>,
       [](Region& r, Text t) { return put(r.provider, label_of("provider", t)); }},
      {"physical", text_getter<&Region::physical>,
       [](Region& r, Text t) { return put(r.physical, label_of("name of a physical region", t)); }},
      {"dedicated", text_getter<&Region::organisation>,
       [](Region& r, Text t) { return put(r.organisation, label_of("organisation", t)); }},
      {"builder", text_getter<&Region::builder>, [](Region& r, Text t) { return put(r.builder, label_of("region name", t)); }},
      {"service-images", text_getter<&Region::service_images>,
       [](Region& r, Text t) { return put(r.service_images, service_images_of(t)); }},
      {"registry", text_getter<&Region::registry>, [](Region& r, Text t) { return put(r.registry, parse_repository(t)); }},
      {"plans", text_getter<&Region::plans>, [](Region& r, Text t) { return put(r.plans, plans_of(t)); }},
      {"relay-port", [](const Region& r) { return r.relay_port == 0 ? std::string() : fmt::format("{}", r.relay_port); },
       [](Region& r, Text t) { return put(r.relay_port, relay_port_of(t)); }},
      {"default", [](const Region& r) { return truth_text(r.preferred); },
       [](Region& r, Text t) { return put(r.preferred, truth_of(t)); }},
      {"draining", [](const Region& r) { return truth_text(r.draining); },
       [](Region& r, Text t) { return put(r.draining, truth_of(t)); }},
  }};
  return settings;
}

const RegionSetting* find_region_setting(std::string_view name) {
  const auto settings = region_settings();
  const auto found = std::ranges::find(settings, name, &RegionSetting::name);
  return found == settings.end() ? nullptr : &*found;
}

Result<void> check_region_label(std::string_view key, std::string_view value) {
  const auto good = [](char c) { return letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '/'; };
  if (key.empty() || key.size() > 63 || !std::ranges::all_of(key, good))
    return fail(ErrorCode::invalid, fmt::format("'{}' is not the key of a label", key),
                "use 1 to 63 letters, digits, '-', '.', '_' and '/'");
  if (value.size() > longest_text || has_control(value))
    return fail(ErrorCode::invalid, fmt::format("the value of the label '{}' is not one short line of text", key),
                fmt::format("use up to {} characters, without line ends", longest_text));
  return {};
}

Result<void> check_region(const Region& region) {
  if (region.endpoint.empty() && !(region.name == local_region()))
    return fail(ErrorCode::invalid, fmt::format("region {} has no endpoint", region.name.str()),
                "say where its Docker engine answers, for example --endpoint ssh://user@host");
  if (!region.certificates.empty() && !region.endpoint.starts_with(schemes[1]))
    return fail(ErrorCode::invalid, fmt::format("region {} has certificates, but its endpoint is not tcp://", region.name.str()),
                "leave the certificates out, or use an endpoint such as tcp://host:2376");
  return {};
}

bool takes_plan(const Region& region, std::string_view plan) {
  const auto plans = split(region.plans, ',');
  return !plan.empty() && std::ranges::find(plans, plan) != plans.end();
}

bool is_on_this_machine(const Region& region) { return host_of(region) == "localhost"; }

std::string host_of(const Region& region) {
  if (!region.address.empty()) return region.address;
  const auto host = endpoint_host(region.endpoint);
  return host.empty() || host == "127.0.0.1" || host == "::1" ? "localhost" : host;
}

}  // namespace divio::model
