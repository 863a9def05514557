// Somebody who writes to a ledger's servers around the ingress, and knows nothing of a move.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "e2e/ledger_site.hpp"

namespace divio::live {

// One for each of PostgreSQL, Redis and MariaDB, in the containers of region local's servers and as the application's login. They are
// refused now and then, and when the server goes they come again.
class StrayWriters {
 public:
  explicit StrayWriters(const Site& site);
  ~StrayWriters();
  StrayWriters(const StrayWriters&) = delete;
  StrayWriters& operator=(const StrayWriters&) = delete;

  void stop();
  // What they were told until now. What they were told last of a server that went may be missing.
  [[nodiscard]] Told told_of(Store store) const;

 private:
  struct Writer {
    Store store;
    std::string container;
    std::unique_ptr<Running> writing;
  };
  void start(Store store, const std::string& container, const std::string& interpreter, const std::string& script);

  tests::TemporaryFolder folder_;
  std::vector<Writer> writers_;
  bool stopped_ = false;
};

}  // namespace divio::live
