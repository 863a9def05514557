#include "haproxy/real_ingress.hpp"

#include <unistd.h>

#include <cstdlib>
#include <map>
#include <mutex>

#include "engines/docker/docker.hpp"
#include "ingress/haproxy/agent.hpp"
#include "support/ids.hpp"
#include "system/clock.hpp"
#include "system/holder.hpp"

namespace divio::tests {

class MemoryLeases final : public ports::Leases {
 public:
  Result<void> acquire(const ports::Lease& lease, model::TimePoint now) override {
    const std::scoped_lock lock(mutex_);
    const auto held = leases_.find(lease.subject);
    if (held != leases_.end() && held->second.holder != lease.holder && held->second.expires_at > now) {
      return fail(ErrorCode::conflict, "held by " + held->second.holder.person);
    }
    leases_.insert_or_assign(lease.subject, lease);
    return {};
  }
  Result<void> release(const std::string& subject, const model::Holder& holder) override {
    const std::scoped_lock lock(mutex_);
    const auto held = leases_.find(subject);
    if (held != leases_.end() && held->second.holder == holder) leases_.erase(held);
    return {};
  }
  Result<std::vector<ports::Lease>> leases() override {
    const std::scoped_lock lock(mutex_);
    std::vector<ports::Lease> all;
    for (const auto& [subject, lease] : leases_) all.push_back(lease);
    return all;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, ports::Lease> leases_;
};

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  const std::string which = name;
  REQUIRE_MESSAGE(value != nullptr, which << " is not set: run this with tests/run.sh");
  return value;
}

model::Holder holder_named(const std::string& person) {
  auto holder = system::this_holder();
  holder.person = person;
  return holder;
}

}  // namespace

RealWorld::RealWorld() : clock_(system::make_system_clock()), leases_(std::make_unique<MemoryLeases>()) {
  engine_ = must(engines::open_docker({.address = variable("DIVIO_TEST_ENGINE"), .certificates = {}}));
  const auto id = random_hex(3);
  options_.region = "ing-test-" + id;
  options_.catalogue_id = "ing-test-" + id;
  options_.http_port = static_cast<std::uint16_t>(18080 + getpid() % 20);
  servers_ = std::make_unique<WebServers>(*engine_, "ing-test-servers-" + id);
  ingress_ = make_ingress(options_);
  other_ = ingress::make_haproxy_ingress({*engine_, *leases_, *clock_, holder_named("another")}, options_);
}

RealWorld::~RealWorld() {
  static_cast<void>(ingress_->remove());
}

std::unique_ptr<ports::Ingress> RealWorld::make_ingress(const ingress::Options& options) {
  return ingress::make_haproxy_ingress({*engine_, *leases_, *clock_, holder_named("this one")}, options);
}

std::unique_ptr<ports::Session> RealWorld::open_session() {
  ports::ExecSpec spec;
  spec.command = ingress::agent_command();
  spec.user = "0";
  return must(engine_->streams().exec(container(), spec));
}

void RealWorld::lose_container() {
  must(engine_->containers().remove(container()));
}
void RealWorld::stop_container() {
  must(engine_->containers().stop(container(), std::chrono::seconds(1)));
}

std::unique_ptr<IngressWorld> make_world() {
  return std::make_unique<RealWorld>();
}

}  // namespace divio::tests
