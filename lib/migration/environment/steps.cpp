#include "migration/environment/steps.hpp"

#include "controller/backup_run.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {

Result<void> Steps::step(const std::string& id, std::string description, const std::function<Result<void>()>& act) {
  DIVIO_CHECK(run_.record("step-began", id));
  DIVIO_CHECK(controller::tell_step(run_, runtime_, {id, std::move(description)}, [&](const auto&) { return act(); }));
  return run_.record("step-ended", id);
}

}  // namespace divio::migration::environment
