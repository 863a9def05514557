// What a region knows of the outcome of migrations, and who carries it out when nobody else does. Safe from several
// threads and processes at once; every call can be made again. What it says is there after a restart of the ingress. An
// id has 1 to 100 of letters, digits, '-', '_' and '.', and begins with a letter or digit; a token has 16 to 128
// letters and digits.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/names.hpp"
#include "ports/traffic.hpp"

namespace divio::ports {

enum class Word { open, committed, aborted };

// Guards of data begin at the deadline too, and have carried the word out by then.
inline constexpr std::chrono::seconds data_opens_within{3};

struct Guard {
  model::EnvironmentKey key;
  std::chrono::milliseconds deadline{0};  // from now on, up to 24 h; counted in whole seconds
  std::optional<Forward> forward;         // comes into force when `committed` stands
};

// Where another region's ingress tells a word.
struct Elsewhere {
  std::string address;     // IPv4
  std::uint16_t port = 0;
  Secret token;            // with which it was opened there
};

// Who learns of the word from another region's ingress.
struct Follower {
  model::EnvironmentKey key;
  std::chrono::milliseconds deadline{0};  // as a guard's
  Elsewhere where;
};

class Decisions {
 public:
  virtual ~Decisions() = default;

  // From now on GET /.well-known/divio/migration/TOKEN, under any host name, answers 200 with the word that stands:
  // `open`, `committed` or `aborted`. An id that has another token already is a conflict.
  [[nodiscard]] virtual Result<void> open(const std::string& id, const Secret& token) = 0;

  // Decides an open migration, once and for all; gives the word that stands, which may be another's. The word has
  // reached the disk when this returns. `open` decides nothing; an id that is not open is not_found.
  [[nodiscard]] virtual Result<Word> decide(const std::string& id, Word word) = 0;

  // not_found if it was never opened, or is forgotten.
  [[nodiscard]] virtual Result<Word> decision(const std::string& id) = 0;

  // Its token answers nobody any more, and its guard ends.
  [[nodiscard]] virtual Result<void> forget(const std::string& id) = 0;

  // A process in the ingress's container watches an open migration, whoever else is gone, after a restart of the
  // container too. Until the deadline it does nothing. When nothing is decided by then it decides `aborted`. The word that
  // stands it carries out, and ends: the forward where that is `committed`, and, once data can be written where the word
  // says (data_opens_within), the end of its own hold or nobody's. Calling again sets deadline and forward anew.
  [[nodiscard]] virtual Result<void> guard(const std::string& id, const Guard& guard) = 0;
  // The word that the other ingress has, asked for from this one's container; unreachable where there is no answer.
  [[nodiscard]] virtual Result<Word> elsewhere(const Elsewhere& where) = 0;

  // As guard() in the region that is to serve: from the deadline on its process asks for the word, and ends the
  // environment's own forward where that is `committed`, so that requests do not go round. It decides nothing.
  [[nodiscard]] virtual Result<void> follow(const std::string& id, const Follower& follower) = 0;
  // Without a guard or follower it does nothing.
  [[nodiscard]] virtual Result<void> unguard(const std::string& id) = 0;
};

}  // namespace divio::ports
