// Where backups go, and the key to them: backup store, backup key.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/read_secret.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct KeyOptions {
  bool import = false;
  bool replace = false;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> KeyOptions::fields() {
  static constexpr std::array<wire::Field, 2> table{{
      {.name = "import", .help = "take a key from standard input, or ask for it", .access = wire::access<KeyOptions, &KeyOptions::import>()},
      {.name = "replace",
       .help = "with --import: in place of another key that is there",
       .access = wire::access<KeyOptions, &KeyOptions::replace>()},
  }};
  return table;
}

bool changes(const BackupStoreRequest& request) { return request.standard || !request.folder.empty() || !request.endpoint.empty(); }

Result<int> carry_out_backup_store(Call& call) {
  auto request = call.read<BackupStoreRequest>();
  DIVIO_TRY(platform, call.platform());
  if (changes(request)) {
    if (!request.access_key.empty()) {
      DIVIO_ASSIGN(request.secret_key, read_secret(call, "Secret key"));
    }
    DIVIO_TRY(store, platform->set_backup_store(request));
    return call.answer(store);
  }
  DIVIO_TRY(stores, platform->backup_stores());
  return call.answer(stores);
}

Result<int> carry_out_backup_key(Call& call) {
  const auto options = call.read<KeyOptions>();
  DIVIO_TRY(platform, call.platform());
  if (options.import) {
    DIVIO_TRY(text, read_secret(call, "Backup key"));
    DIVIO_CHECK(platform->import_backup_key(text, options.replace));
    return call.answer_with("The backup key is in this catalogue\n", wire::text_json("outcome", "imported"));
  }
  DIVIO_TRY(key, platform->backup_key());
  return call.answer_with(key.reveal() + "\n", wire::text_json("key", key.reveal()));
}

}  // namespace

Command backup_store_command() {
  return {.name = "backup store",
          .group = Group::services,
          .summary = "Show or set where backups go",
          .description =
              "A folder of this computer, or a bucket of an S3 storage; one for all environments, and where it is wanted another "
              "one for those of a region. Whether it can be written to is tried at once. Backups that were made stay where they "
              "are. The secret key of S3 is read from standard input, or asked for on a terminal.",
          .examples = {{"divioctl backup store", "show them"},
                       {"divioctl backup store --folder /mnt/backups", "a folder, another disk's for example"},
                       {"divioctl backup store --region eu --endpoint https://s3.example.com --bucket backups --access-key ID < secret.txt",
                        "a bucket for the environments of one region"}},
          .fields = {wire::fields_of<BackupStoreRequest>()},
          .carry_out = carry_out_backup_store};
}

Command backup_key_command() {
  return {.name = "backup key",
          .group = Group::services,
          .summary = "Show the key that backups are sealed with, or take one in",
          .description =
              "Keep it apart from the backups and from this computer: whoever has it and the backups can restore them without this "
              "catalogue, and nobody can without it. A new catalogue that is to read backups of another takes that one's key with "
              "--import.",
          .examples = {{"divioctl backup key", "a line to be put into a safe"},
                       {"divioctl backup key --import < key.txt", "in a new catalogue"}},
          .fields = {KeyOptions::fields()},
          .carry_out = carry_out_backup_key};
}

}  // namespace divio::cli
