#include "services/operations.hpp"

namespace divio::services {

Operations real_operations() {
  return {.look_at_server = services::look_at_server,
          .ensure_server = services::ensure_server,
          .remove_server = services::remove_server,
          .new_login = services::new_login,
          .provision = [](const Place& place, const Server& server,
                          const model::ServiceInstance& instance) { return services::provision(place, server, instance); },
          .begin_rotation = services::begin_rotation,
          .finish_rotation = services::finish_rotation,
          .remove_instance = services::remove_instance,
          .dump = services::dump,
          .restore = services::restore,
          .database_of = services::database_of,
          .shell_command = services::shell_command,
          .dump_with_evidence = services::dump_with_evidence,
          .look_at_data = services::look_at_data,
          .look_at_copy = services::look_at_copy};
}

}  // namespace divio::services
