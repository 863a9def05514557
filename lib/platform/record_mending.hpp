// Records on engines after a change that needed no engine.
#pragma once

#include "platform/parts.hpp"

namespace divio {

// Brings the record of a deployed environment up to date, if its region's engine answers within two seconds. Otherwise the
// next change or reconcile does it, and nothing is said.
void mend_record(PlatformParts& parts, const model::EnvironmentKey& key);

}  // namespace divio
