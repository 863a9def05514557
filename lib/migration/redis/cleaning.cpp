#include "migration/redis/cleaning.hpp"

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {

Result<void> clean(const Side& side, std::string_view migration, Left left) {
  DIVIO_TRY(answer, ask_once(side, migration, left == Left::closed ? "clean closed" : "clean", "clear away what the migration made on server '" + side.server.name + "'"));
  return {};
}

Result<std::vector<std::string>> leftovers(const Side& side, std::string_view migration) {
  DIVIO_TRY(answer, ask_once(side, migration, "leftovers", "look for what the migration left on server '" + side.server.name + "'"));
  std::vector<std::string> found;
  for (const auto& line : split(answer, '\n'))
    if (!trim(line).empty()) found.emplace_back(trim(line));
  return found;
}

}  // namespace divio::migration::redis
