#include "sources/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sources/digest.hpp"
#include "sources/path.hpp"
#include "sources/tar.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

constexpr std::uint64_t large_context = 500'000'000;

// A file beside the wanted one that is probably meant: "dockerfile", "Dockerfile.prod", "Dokcerfile".
std::optional<std::string> similar_file(const Codebase& codebase, const std::string& dockerfile) {
  const auto folder = folder_of(dockerfile);
  const auto names = codebase.names(std::string(folder));
  if (!names) return std::nullopt;
  const auto base = folder.empty() ? dockerfile : dockerfile.substr(folder.size() + 1);
  auto found = nearest(base, *names);
  if (!found) {
    const auto begins =
        std::ranges::find_if(*names, [](const auto& name) { return to_lower(name).starts_with("dockerfile"); });
    if (begins != names->end()) found = *begins;
  }
  return found ? std::optional(join_path(folder, *found)) : std::nullopt;
}

Failure no_dockerfile(const Codebase& codebase, const std::string& dockerfile) {
  const auto hint = [&]() -> std::string {
    if (const auto similar = similar_file(codebase, dockerfile)) {
      return fmt::format("did you mean {}? Set build.dockerfile in divio.yaml to use it", *similar);
    }
    return "make one with `divioctl init`, or set build.dockerfile in divio.yaml if it has another name";
  };
  return fail(ErrorCode::not_found,
              fmt::format("there is no {} in {}", dockerfile, describe(codebase.revision, codebase.name)), hint());
}

// Docker looks for the ignore file of the Dockerfile's own before the general one.
Result<IgnoreRules> read_rules(const Codebase& codebase, const std::string& dockerfile) {
  IgnoreRules rules;
  for (const auto& name : {dockerfile + ".dockerignore", std::string(".dockerignore")}) {
    DIVIO_TRY(text, codebase.read(name));
    if (!text) continue;
    DIVIO_ASSIGN(rules, IgnoreRules::parse(*text, name));
    rules.keep(name);
    break;
  }
  rules.keep(".dockerignore");
  rules.keep(dockerfile);
  return rules;
}

}  // namespace

std::string describe(const model::Revision& revision, const std::string& name) {
  if (revision.working_tree) return fmt::format("the working tree of {}", name);
  if (!revision.branch.empty()) return fmt::format("branch {} of {}", revision.branch, name);
  return fmt::format("commit {} of {}", revision.commit.substr(0, 7), name);
}

Result<ports::BuildContext> make_context(const Codebase& codebase, const std::string& dockerfile) {
  DIVIO_TRY(cleaned, path_inside(dockerfile));
  DIVIO_TRY(text, codebase.read(cleaned));
  if (!text) return no_dockerfile(codebase, cleaned);
  DIVIO_TRY(rules, read_rules(codebase, cleaned));
  DIVIO_TRY(listing, codebase.list(rules));
  std::ranges::sort(listing.entries, {}, &Entry::path);

  ports::BuildContext context;
  context.revision = codebase.revision;
  context.digest = digest_of(listing.entries, cleaned);
  context.warnings = warnings_about(listing, large_context);
  for (const auto& entry : listing.entries) {
    context.files += entry.kind == EntryKind::folder ? 0 : 1;
    context.bytes += entry.bytes;
  }
  const auto entries = std::make_shared<const std::vector<Entry>>(std::move(listing.entries));
  context.write = [entries](const ports::ByteSink& sink) { return write_tar(*entries, sink); };
  return context;
}

}  // namespace divio::sources
