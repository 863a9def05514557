#include "media/tree_requests.hpp"

#include <fmt/format.h>

#include "support/try.hpp"

namespace divio::media {

Result<Tree> read_tree(Conversation& conversation) {
  DIVIO_CHECK(conversation.say("tree\n"));
  TreeReader reader;
  while (true) {
    DIVIO_TRY(frame, conversation.next());
    if (frame.kind != 'd') return reader.done(frame.bytes);
    DIVIO_CHECK(reader.feed(frame.bytes));
  }
}

Result<Sums> read_sums(Conversation& conversation, const std::vector<std::string>& paths) {
  SumsReader reader;
  std::vector<std::string> names;  // none of which is taken for an option, or for what is read from standard input
  for (const auto& path : paths) names.push_back("./" + path);
  const auto read = in_requests(names, [&](const std::string& request) -> Result<void> {
    DIVIO_CHECK(conversation.say(fmt::format("sums {}\n", request.size()), request));
    while (true) {
      DIVIO_TRY(frame, conversation.next());
      if (frame.kind != 'd') return {};
      DIVIO_CHECK(reader.feed(frame.bytes));
    }
  });
  DIVIO_CHECK(read);
  return reader.done();
}

}  // namespace divio::media
