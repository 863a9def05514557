#include "ingress/haproxy/haproxy_decisions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ingress/haproxy/tables.hpp"
#include "model/enum_names.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

constexpr model::EnumNames<ports::Word, 3> word_names{
    {{ports::Word::open, "open"}, {ports::Word::committed, "committed"}, {ports::Word::aborted, "aborted"}}};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Failure unknown(const std::string& id) {
  return fail(ErrorCode::not_found, fmt::format("the ingress knows nothing of the migration {}", id),
              "it was never begun there, or is over and forgotten");
}

Result<ports::Word> word_from(const std::string& id, const std::string& answer) {
  if (answer.empty()) return unknown(id);
  if (const auto word = model::value_of(word_names, answer)) return *word;
  return fail(ErrorCode::failed, fmt::format("what the ingress says of the migration {} cannot be read", id),
              "look at the folder decisions/ in its volume");
}

Result<void> check_deadline(const std::string& id, std::chrono::milliseconds deadline) {
  if (deadline > std::chrono::milliseconds(0) && deadline <= std::chrono::hours(24)) return {};
  return fail(ErrorCode::invalid, fmt::format("the migration {} cannot be guarded for {} ms", id, deadline.count()),
              "guard it for 1 ms to 24 h");
}

// As the verbs take it.
std::string words_of(const ports::Elsewhere& where) { return fmt::format("{} {} {}", where.address, where.port, where.token.reveal()); }

class HaproxyDecisions final : public ports::Decisions {
 public:
  explicit HaproxyDecisions(Talk talk) : talk_(std::move(talk)) {}

  Result<void> open(const std::string& id, const Secret& token) override {
    DIVIO_CHECK(check_token(token));
    DIVIO_TRY(said, ask("open", id, id + " " + token.reveal(), Needs::files));
    if (said.empty()) return {};
    return fail(ErrorCode::conflict, fmt::format("the migration {} has another token already", id),
                "begin another migration");
  }

  Result<ports::Word> decide(const std::string& id, ports::Word word) override {
    if (word == ports::Word::open) {
      return fail(ErrorCode::invalid, fmt::format("\"open\" decides nothing of the migration {}", id),
                  "decide committed or aborted");
    }
    DIVIO_TRY(said, ask("decide", id, fmt::format("{} {}", id, model::name_of(word_names, word)), Needs::files));
    return word_from(id, said);
  }

  Result<ports::Word> decision(const std::string& id) override {
    DIVIO_TRY(said, ask("decision", id, id, Needs::files));
    return word_from(id, said);
  }

  Result<void> forget(const std::string& id) override {
    DIVIO_CHECK(ask("forget", id, id, Needs::files));
    return {};
  }

  Result<void> guard(const std::string& id, const ports::Guard& guard) override {
    DIVIO_CHECK(check_id(id));
    DIVIO_CHECK(check_deadline(id, guard.deadline));
    if (guard.forward) DIVIO_CHECK(check_forward(*guard.forward));
    return talk_(Needs::proxy, [&](Agent& agent) -> Result<void> {
      DIVIO_TRY(hosts, hosts_of(agent, guard.key));
      const auto key = table_key(guard.key);
      auto payload = fmt::format("{} {} {}\n", id, key, guard.deadline.count());
      if (guard.forward) payload += table_lines(hosts, {{}, forward_value(*guard.forward), key});
      DIVIO_TRY(said, agent.call("guard", payload));
      return said.empty() ? Result<void>{} : Result<void>(unknown(id));
    });
  }

  Result<ports::Word> elsewhere(const ports::Elsewhere& where) override {
    DIVIO_CHECK(check_forward({where.address, where.port, where.token}));
    std::string said;
    DIVIO_CHECK(talk_(Needs::proxy, [&](Agent& agent) -> Result<void> {
      DIVIO_ASSIGN(said, agent.call("elsewhere", words_of(where)));
      return {};
    }));
    if (const auto word = model::value_of(word_names, said)) return *word;
    return fail(ErrorCode::unreachable, fmt::format("the ingress at {} port {} does not answer the other region's", where.address, where.port),
                "each region's host has to reach the port of the other one's ingress: see firewalls, and region set --address");
  }

  Result<void> follow(const std::string& id, const ports::Follower& follower) override {
    DIVIO_CHECK(check_id(id));
    DIVIO_CHECK(check_deadline(id, follower.deadline));
    DIVIO_CHECK(check_forward({follower.where.address, follower.where.port, follower.where.token}));
    const auto payload = fmt::format("{} {} {} {}\n", id, table_key(follower.key), follower.deadline.count(), words_of(follower.where));
    DIVIO_CHECK(ask("guard", id, payload, Needs::proxy));
    return {};
  }

  Result<void> unguard(const std::string& id) override {
    DIVIO_CHECK(ask("unguard", id, id, Needs::files));
    return {};
  }

 private:
  Result<std::string> ask(std::string_view verb, const std::string& id, const std::string& payload, Needs needs) {
    DIVIO_CHECK(check_id(id));
    std::string said;
    DIVIO_CHECK(talk_(needs, [&](Agent& agent) -> Result<void> {
      DIVIO_ASSIGN(said, agent.call(verb, payload));
      return {};
    }));
    return said;
  }

  Talk talk_;
};

}  // namespace

Result<void> check_id(const std::string& id) {
  const bool is_good =
      !id.empty() && id.size() <= 100 && is_letter_or_digit(id.front()) &&
      std::ranges::all_of(id, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
  if (is_good) return {};
  return fail(ErrorCode::invalid, fmt::format("\"{}\" cannot be the id of a migration", id),
              "use up to 100 letters, digits, '-', '_' and '.'");
}

std::unique_ptr<ports::Decisions> make_decisions(Talk talk) {
  return std::make_unique<HaproxyDecisions>(std::move(talk));
}

}  // namespace divio::ingress
