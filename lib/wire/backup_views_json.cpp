#include "wire/event_parts.hpp"
#include "wire/views_json.hpp"

namespace divio::wire {
namespace {

OrderedJson json_of(const BackupServiceView& service) {
  return {{"prefix", service.prefix}, {"type", service.type},   {"version", service.version},
          {"engine", service.engine}, {"bytes", service.bytes}, {"stored_bytes", service.stored_bytes},
          {"sha256", service.sha256}, {"tables", service.tables}, {"rows", service.rows}};
}

OrderedJson json_of(const BackupView& backup) {
  auto services = OrderedJson::array();
  for (const auto& service : backup.services) services.push_back(json_of(service));
  return {{"id", backup.id},
          {"project", backup.project},
          {"environment", backup.environment},
          {"region", backup.region},
          {"kind", backup.kind},
          {"release", backup.release},
          {"commit", backup.commit},
          {"person", backup.person},
          {"created_at", backup.created_at},
          {"completed_at", backup.completed_at},
          {"keep_until", backup.keep_until},
          {"services", std::move(services)},
          {"verified", backup.verified},
          {"verified_at", backup.verified_at},
          {"differences", backup.differences}};
}

OrderedJson json_of(const BackupStoreView& store) {
  return {{"region", store.region}, {"kind", store.kind}, {"where", store.where}, {"key", store.key}};
}

OrderedJson array_of(const std::vector<BackupView>& backups) {
  auto array = OrderedJson::array();
  for (const auto& backup : backups) array.push_back(json_of(backup));
  return array;
}

}  // namespace

OrderedJson backups_json(const BackupStatusView& backups) {
  return {{"last", backups.last}, {"last_at", backups.last_at}, {"verified", backups.verified},
          {"verified_at", backups.verified_at}, {"next", backups.next}};
}

std::string to_json(const BackupView& backup) { return one_line(json_of(backup)); }

std::string to_json(const std::vector<BackupView>& backups) { return one_line(OrderedJson{{"backups", array_of(backups)}}); }

std::string to_json(const BackupListView& list) { return one_line(OrderedJson{{"backups", array_of(list.backups)}, {"unseen", list.unseen}}); }

std::string to_json(const BackupFilesView& files) {
  auto array = OrderedJson::array();
  for (const auto& file : files.files) array.push_back({{"service", file.service}, {"path", file.path}, {"bytes", file.bytes}});
  return one_line(OrderedJson{{"id", files.id}, {"files", std::move(array)}});
}

std::string to_json(const BackupScheduleView& schedule) {
  return one_line(OrderedJson{{"project", schedule.project}, {"environment", schedule.environment}, {"at", schedule.at},
                              {"verify_days", schedule.verify_days}, {"next", schedule.next}});
}

std::string to_json(const BackupStoreView& store) { return one_line(json_of(store)); }

std::string to_json(const std::vector<BackupStoreView>& stores) {
  auto array = OrderedJson::array();
  for (const auto& store : stores) array.push_back(json_of(store));
  return one_line(OrderedJson{{"stores", std::move(array)}});
}

std::string to_json(const TimerView& timer) {
  auto files = OrderedJson::array();
  for (const auto& file : timer.files) files.push_back({{"path", file.path}, {"text", file.text}});
  return one_line(OrderedJson{{"outcome", timer.outcome}, {"files", std::move(files)}, {"commands", timer.commands}});
}

}  // namespace divio::wire
