// Every command of divioctl, in the order in which the overview shows them. One line each; the rest is in its own file.
#include <algorithm>

#include "cli/command.hpp"

#define DIVIO_COMMANDS(COMMAND) \
  COMMAND(init)                 \
  COMMAND(build)                \
  COMMAND(deploy)               \
  COMMAND(scale)                \
  COMMAND(rollback)             \
  COMMAND(restart)              \
  COMMAND(stop)                 \
  COMMAND(start)                \
  COMMAND(reconcile)            \
  COMMAND(operation_resume)     \
  COMMAND(destroy)              \
  COMMAND(status)               \
  COMMAND(releases)             \
  COMMAND(project_list)         \
  COMMAND(project_show)         \
  COMMAND(operation_list)       \
  COMMAND(operation_show)       \
  COMMAND(doctor)               \
  COMMAND(logs)                 \
  COMMAND(exec)                 \
  COMMAND(run)                  \
  COMMAND(variable_set)         \
  COMMAND(variable_get)         \
  COMMAND(variable_list)        \
  COMMAND(variable_unset)       \
  COMMAND(service_list)         \
  COMMAND(service_show)         \
  COMMAND(service_add)          \
  COMMAND(service_attach)       \
  COMMAND(service_detach)       \
  COMMAND(service_remove)       \
  COMMAND(service_credentials)  \
  COMMAND(service_rotate)       \
  COMMAND(service_move)         \
  COMMAND(service_upgrade)      \
  COMMAND(service_publish)      \
  COMMAND(service_unpublish)    \
  COMMAND(service_shell)        \
  COMMAND(service_logs)         \
  COMMAND(data_copy)            \
  COMMAND(data_pull)            \
  COMMAND(data_push)            \
  COMMAND(backup_create)        \
  COMMAND(backup_list)          \
  COMMAND(backup_show)          \
  COMMAND(backup_verify)        \
  COMMAND(backup_restore)       \
  COMMAND(backup_download)      \
  COMMAND(backup_delete)        \
  COMMAND(backup_schedule)      \
  COMMAND(backup_run)           \
  COMMAND(backup_store)         \
  COMMAND(backup_key)           \
  COMMAND(schedule_install)     \
  COMMAND(schedule_remove)      \
  COMMAND(media_list)           \
  COMMAND(media_push)           \
  COMMAND(media_pull)           \
  COMMAND(region_list)          \
  COMMAND(region_show)          \
  COMMAND(region_check)         \
  COMMAND(region_add)           \
  COMMAND(region_set)           \
  COMMAND(region_drain)         \
  COMMAND(region_remove)        \
  COMMAND(region_apply)         \
  COMMAND(region_import)        \
  COMMAND(migrate_plan)         \
  COMMAND(migrate_rehearse)     \
  COMMAND(migrate_start)        \
  COMMAND(migrate_show)         \
  COMMAND(migrate_list)         \
  COMMAND(migrate_cutover)      \
  COMMAND(migrate_reverse)      \
  COMMAND(migrate_abort)        \
  COMMAND(migrate_resume)       \
  COMMAND(migrate_finalize)     \
  COMMAND(completion)           \
  COMMAND(help)                 \
  COMMAND(version)              \
  COMMAND(complete)             \
  COMMAND(man)                  \
  COMMAND(docs)

namespace divio::cli {

#define DECLARE(name) Command name##_command();
DIVIO_COMMANDS(DECLARE)
#undef DECLARE

const std::vector<Command>& commands() {
#define CALL(name) name##_command(),
  static const std::vector<Command> all{DIVIO_COMMANDS(CALL)};
#undef CALL
  return all;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() ? nullptr : &*found;
}

bool is_group(std::string_view word) {
  return std::ranges::any_of(commands(), [&](const Command& command) {
    return command.name.size() > word.size() && command.name.starts_with(word) && command.name[word.size()] == ' ';
  });
}

}  // namespace divio::cli
