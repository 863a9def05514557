// What a plain SQL dump may tell psql to do. Pure.
#pragma once

#include <string>
#include <string_view>

#include "ports/streams.hpp"

namespace divio::services {

// Passes a dump on to psql. In front of plain SQL it puts \restrict, after which psql runs statements but none of its own
// commands: those run programs, read files and log in as somebody else. The \restrict and \unrestrict that pg_dump writes
// are left out, for psql knows one at a time (https://www.postgresql.org/docs/15/app-psql.html). A dump in the custom
// format holds nothing for psql and stays as it is. Belongs to one thread; `sink` has to outlive it.
class RestrictedDump {
 public:
  // `key`: letters and digits that the dump cannot know.
  RestrictedDump(std::string key, const ports::ByteSink& sink);

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();  // what was kept until more is known of it

 private:
  enum class Kind { untold, custom, plain };

  [[nodiscard]] Result<void> tell();
  [[nodiscard]] Result<void> add(std::string_view part);
  [[nodiscard]] Result<void> pass();

  std::string key_;
  const ports::ByteSink& sink_;
  Kind kind_ = Kind::untold;
  std::string line_;       // the beginning of the present line, or of the dump while it is not known what it is
  bool passing_ = false;   // the rest of the present line is passed on as it comes
  bool in_data_ = false;   // between COPY ... FROM stdin and its end
};

}  // namespace divio::services
