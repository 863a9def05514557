// Clients that write to Redis.
#pragma once

#include <string>
#include <vector>

#include "migration/redis_sides.hpp"
#include "migration/writers.hpp"

namespace divio::test {

class RedisWriters final : public Writing {
 public:
  // Into lists "w0", "w1" and on.
  RedisWriters(RedisMove& move, int count);
  ~RedisWriters() { (void)stop(); }

  // Ends them; the numbers that were acknowledged to each, in order, in lines.
  std::vector<std::string> stop();
};

}  // namespace divio::test
