#include "model/operation.hpp"

#include "model/enum_names.hpp"

namespace divio::model {
namespace {

constexpr EnumNames<OperationKind, 19> operation_kinds{{{OperationKind::build, "build"},
                                             {OperationKind::deploy, "deploy"},
                                             {OperationKind::scale, "scale"},
                                             {OperationKind::rollback, "rollback"},
                                             {OperationKind::restart, "restart"},
                                             {OperationKind::stop, "stop"},
                                             {OperationKind::start, "start"},
                                             {OperationKind::destroy, "destroy"},
                                             {OperationKind::reconcile, "reconcile"},
                                              {OperationKind::service_attach, "service attach"},
                                              {OperationKind::service_detach, "service detach"},
                                              {OperationKind::service_rotate, "service rotate"},
                                              {OperationKind::service_remove, "service remove"},
                                              {OperationKind::data_copy, "data copy"},
                                              {OperationKind::data_push, "data push"},
                                              {OperationKind::backup_create, "backup create"},
                                              {OperationKind::backup_verify, "backup verify"},
                                              {OperationKind::backup_restore, "backup restore"},
                                              {OperationKind::migrate, "migrate"}}};
constexpr EnumNames<Outcome, 5> outcomes{{{Outcome::running, "running"},
                                          {Outcome::succeeded, "succeeded"},
                                          {Outcome::failed, "failed"},
                                          {Outcome::cancelled, "cancelled"},
                                          {Outcome::superseded, "superseded"}}};

}  // namespace

std::string_view to_string(OperationKind kind) noexcept { return name_of(operation_kinds, kind); }
std::optional<OperationKind> parse_operation_kind(std::string_view text) noexcept { return value_of(operation_kinds, text); }
std::string_view to_string(Outcome outcome) noexcept { return name_of(outcomes, outcome); }
std::optional<Outcome> parse_outcome(std::string_view text) noexcept { return value_of(outcomes, text); }

}  // namespace divio::model
