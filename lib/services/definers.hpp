// Who defined what is in a dump of MariaDB. Pure.
#pragma once

#include <string>
#include <string_view>

#include "ports/streams.hpp"
#include "services/sql.hpp"

namespace divio::services {

// Passes a dump of mariadb-dump on, with the tenant as the one who defined its views, triggers, routines and events: they
// run with that one's rights, and the one who did define them may be unknown here, or somebody else. Only lines that such
// statements begin with are changed, which no line of data is: there, ends of lines are written as \n. Belongs to one
// thread; `sink` has to outlive it.
class DefinerRewriter {
 public:
  DefinerRewriter(const SqlName& tenant, const ports::ByteSink& sink);

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();  // what was kept for being the beginning of a line

 private:
  [[nodiscard]] Result<void> flush();

  std::string definer_;
  const ports::ByteSink& sink_;
  std::string line_;         // the beginning of the present line, as long as it may have to be changed
  bool passing_ = false;     // the present line needs no change
};

// A line's beginning, with the definer in place of the one that it names; the same text if it names none.
[[nodiscard]] std::string with_definer(std::string line, std::string_view definer);

}  // namespace divio::services
