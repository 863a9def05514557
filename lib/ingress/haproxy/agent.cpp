#include "ingress/haproxy/agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "ingress/haproxy/agent_program.hpp"
#include "ingress/haproxy/body_script.hpp"
#include "ingress/haproxy/hold_script.hpp"
#include "ingress/haproxy/register_program.hpp"
#include "ingress/haproxy/render.hpp"
#include "ingress/haproxy/tables_program.hpp"
#include "model/full_disk.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

constexpr std::chrono::seconds patience{20};  // having HAProxy check a large configuration takes longest
constexpr std::size_t at_once = 32;           // requests on their way, few enough for the pipes between

}  // namespace

std::string agent_text() {
  std::string program(agent_program);
  for (const auto part : {tables_program, register_program, agent_loop}) program += part;
  return program;
}

std::vector<std::string> agent_command() {
  return {"perl", "-e", agent_text(), std::string(data_folder), std::string(master_socket)};
}

Failure Agent::breaks(std::string why) {
  broken_ = true;
  const auto said = trim(complaints_.empty() ? std::string_view(received_) : std::string_view(complaints_));
  if (!said.empty()) why += fmt::format(": {}", said.substr(0, 500));
  return fail(ErrorCode::unreachable, std::move(why), "look at its state with docker ps and its log with docker logs");
}

Result<void> Agent::receive() {
  auto chunk = session_->read(patience);
  if (!chunk) return breaks("the ingress does not answer (" + chunk.error().message + ")");
  if (!*chunk) return breaks("the conversation with the ingress ended");
  ((*chunk)->output == ports::Output::out ? received_ : complaints_) += (*chunk)->bytes;
  return {};
}

Result<std::string> Agent::answer() {
  constexpr std::size_t longest_head = 40;
  std::size_t line_end = 0;
  while ((line_end = received_.find('\n')) == std::string::npos && received_.size() <= longest_head)
    DIVIO_CHECK(receive());
  const auto head = std::string_view(received_).substr(0, line_end);
  const bool ok = head.starts_with("ok ");
  std::size_t size = 0;
  const auto digits = head.substr(std::min(head.size(), head.find(' ') + 1));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if ((!ok && !head.starts_with("error ")) || error != std::errc{} || end != digits.data() + digits.size()) {
    return breaks("the ingress cannot be talked to");
  }
  while (received_.size() < line_end + 1 + size) DIVIO_CHECK(receive());
  auto text = received_.substr(line_end + 1, size);
  received_.erase(0, line_end + 1 + size);
  if (ok) return text;
  return fail(ErrorCode::failed, fmt::format("the ingress: {}", trim(text)),
              model::says_full_disk(text) ? std::string(model::full_disk_hint) : "see its log with docker logs");
}

Result<std::vector<std::string>> Agent::ask(const std::vector<Request>& requests) {
  if (broken_) return breaks("the conversation with the ingress ended");
  std::vector<std::string> answers;
  std::optional<Error> first_error;
  for (std::size_t begin = 0; begin < requests.size(); begin += at_once) {
    const auto end = std::min(requests.size(), begin + at_once);
    std::string bytes;
    for (auto i = begin; i < end; ++i) {
      bytes += fmt::format("{} {}\n{}", requests[i].verb, requests[i].payload.size(), requests[i].payload);
    }
    if (auto sent = session_->write(bytes); !sent)
      return breaks("the ingress does not listen (" + sent.error().message + ")");
    for (auto i = begin; i < end; ++i) {
      auto said = answer();
      if (!said && broken_) return Failure(std::move(said).error());
      if (!said && !first_error) first_error = said.error();
      answers.push_back(said ? *std::move(said) : std::string{});
    }
  }
  if (first_error) return Failure(*std::move(first_error));
  return answers;
}

Result<std::vector<std::string>> Agent::command(const std::vector<std::string>& lines) {
  std::vector<Request> requests;
  for (const auto& line : lines) requests.push_back({"cli", line});
  return ask(requests);
}

Result<std::string> Agent::call(std::string_view verb, std::string_view payload) {
  DIVIO_TRY(answers, ask({{std::string(verb), std::string(payload)}}));
  return std::move(answers.front());
}

Result<std::string> Agent::read(std::string_view path) {
  return call("read", path);
}

Result<void> Agent::put(const Files& files, bool check) {
  std::string bytes = fmt::format("{} v-{}\n", check ? 1 : 0, random_hex(6));
  for (const auto& [name, content] : {std::pair<std::string_view, std::string_view>{"state.json", files.state},
                                      {"hosts.map", files.hosts},
                                      {"hold.lua", hold_script},
                                      {"body.lua", body_script},
                                      {"haproxy.cfg", files.config}}) {
    bytes += fmt::format("{} {}\n{}", name, content.size(), content);
  }
  DIVIO_CHECK(ask({{"put", bytes}}));
  return {};
}

}  // namespace divio::ingress
