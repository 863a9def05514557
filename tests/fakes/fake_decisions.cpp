#include "fakes/fake_decisions.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "support/try.hpp"

namespace divio::fakes {
namespace {

Failure unknown(const std::string& id) {
  return fail(ErrorCode::not_found, "the ingress knows nothing of the migration " + id);
}

}  // namespace

Result<void> check_id(const std::string& id) {
  const auto is_good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; };
  if (!id.empty() && std::ranges::all_of(id, is_good) && std::isalnum(static_cast<unsigned char>(id.front())) != 0)
    return {};
  return fail(ErrorCode::invalid, "\"" + id + "\" cannot be the id of a migration");
}

Result<void> FakeDecisions::open(const std::string& id, const Secret& token) {
  DIVIO_CHECK(ingress_.fault("open"));
  DIVIO_CHECK(check_id(id));
  if (token.reveal().size() < 16)
    return fail(ErrorCode::invalid, "a token of the ingress has 16 to 128 letters and digits");
  const std::scoped_lock lock(mutex_);
  const auto at = migrations_.try_emplace(id, Migration{token, ports::Word::open, {}, {}}).first;
  if (at->second.token == token) return {};
  return fail(ErrorCode::conflict, "the migration " + id + " has another token already");
}

Result<ports::Word> FakeDecisions::decide(const std::string& id, ports::Word word) {
  DIVIO_CHECK(ingress_.fault("decide"));
  DIVIO_CHECK(check_id(id));
  if (word == ports::Word::open) return fail(ErrorCode::invalid, "\"open\" decides nothing of the migration " + id);
  watch();
  const std::scoped_lock lock(mutex_);
  const auto found = migrations_.find(id);
  if (found == migrations_.end()) return unknown(id);
  if (found->second.word == ports::Word::open) found->second.word = word;
  return found->second.word;
}

Result<ports::Word> FakeDecisions::decision(const std::string& id) {
  DIVIO_CHECK(ingress_.fault("decision"));
  DIVIO_CHECK(check_id(id));
  watch();
  const std::scoped_lock lock(mutex_);
  const auto found = migrations_.find(id);
  if (found == migrations_.end()) return unknown(id);
  return found->second.word;
}

Result<void> FakeDecisions::forget(const std::string& id) {
  DIVIO_CHECK(ingress_.fault("forget decision"));
  DIVIO_CHECK(check_id(id));
  const std::scoped_lock lock(mutex_);
  migrations_.erase(id);
  followers_.erase(id);
  return {};
}

Result<void> FakeDecisions::guard(const std::string& id, const ports::Guard& guard) {
  DIVIO_CHECK(ingress_.fault("guard"));
  DIVIO_CHECK(check_id(id));
  if (guard.deadline <= std::chrono::milliseconds(0) || guard.deadline > std::chrono::hours(24))
    return fail(ErrorCode::invalid, "the migration " + id + " cannot be guarded for so long");
  DIVIO_CHECK(ingress_.check(guard.key, true));
  const std::scoped_lock lock(mutex_);
  const auto found = migrations_.find(id);
  if (found == migrations_.end()) return unknown(id);
  found->second.guard = guard;
  found->second.deadline = surroundings_.now() + guard.deadline;
  return {};
}

Result<ports::Word> FakeDecisions::elsewhere(const ports::Elsewhere& where) {
  DIVIO_CHECK(ingress_.fault("elsewhere"));
  if (surroundings_.ask) return surroundings_.ask(where);
  return fail(ErrorCode::unreachable, "nothing answers at " + where.address);
}

Result<void> FakeDecisions::follow(const std::string& id, const ports::Follower& follower) {
  DIVIO_CHECK(ingress_.fault("follow"));
  DIVIO_CHECK(check_id(id));
  if (follower.deadline <= std::chrono::milliseconds(0) || follower.deadline > std::chrono::hours(24) || follower.where.port == 0)
    return fail(ErrorCode::invalid, "the migration " + id + " cannot be followed so");
  const std::scoped_lock lock(mutex_);
  followers_.insert_or_assign(id, Following{follower, surroundings_.now() + follower.deadline});
  return {};
}

Result<void> FakeDecisions::unguard(const std::string& id) {
  DIVIO_CHECK(ingress_.fault("unguard"));
  DIVIO_CHECK(check_id(id));
  const std::scoped_lock lock(mutex_);
  if (const auto found = migrations_.find(id); found != migrations_.end()) found->second.guard.reset();
  followers_.erase(id);
  return {};
}

std::optional<ports::Word> FakeDecisions::word_of(const Secret& token) {
  watch();
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(migrations_, [&](const auto& one) { return one.second.token == token; });
  return found == migrations_.end() ? std::nullopt : std::optional(found->second.word);
}

// The other ingress may be asking this one.
void FakeDecisions::watch_elsewhere() {
  std::vector<std::pair<std::string, ports::Follower>> due;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, following] : followers_)
      if (surroundings_.now() >= following.deadline) due.emplace_back(id, following.follower);
  }
  for (const auto& [id, follower] : due) {
    const auto word = surroundings_.ask ? surroundings_.ask(follower.where) : fail(ErrorCode::unreachable, "nobody is near");
    if (!word || *word == ports::Word::open) continue;
    if (*word == ports::Word::committed) ingress_.end_forward(follower.key);
    const std::scoped_lock lock(mutex_);
    followers_.erase(id);
  }
}

void FakeDecisions::watch() {
  const std::scoped_lock lock(mutex_);
  for (auto& [id, migration] : migrations_) {
    const auto now = surroundings_.now();
    if (!migration.guard || now < migration.deadline) continue;
    if (migration.word == ports::Word::open) migration.word = ports::Word::aborted;
    if (now < migration.deadline + ports::data_opens_within) continue;
    ingress_.carry_out(id, *migration.guard, migration.word);
    migration.guard.reset();
  }
}

bool FakeDecisions::while_open(const std::string& id, const std::function<void()>& act) {
  const std::scoped_lock lock(mutex_);
  const auto found = migrations_.find(id);
  if (found == migrations_.end() || found->second.word != ports::Word::open) return false;
  act();
  return true;
}

void FakeDecisions::forget_all() {
  const std::scoped_lock lock(mutex_);
  migrations_.clear();
  followers_.clear();
}

}  // namespace divio::fakes
