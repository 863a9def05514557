// What every object storage does, checked of each.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/storages.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

template <class Check>
void on_each(const Check& check) {
  for (const auto& make : {folder_ground, s3_ground}) {
    const auto ground = make();
    CAPTURE(ground->name);
    check(*ground->storage);
  }
}

void put(ports::ObjectStorage& storage, const std::string& key, const std::string& bytes) {
  const auto stored = storage.put(key, writer_of(bytes), {});
  REQUIRE_MESSAGE(stored, (stored ? "" : stored.error().message));
  CHECK(stored->bytes == bytes.size());
  CHECK(stored->sha256 == sha256_hex(bytes));
}

std::vector<std::string> all_keys(ports::ObjectStorage& storage, const std::string& prefix, int limit) {
  std::vector<std::string> keys;
  std::string from;
  do {
    const auto page = storage.list(prefix, from, limit);
    REQUIRE_MESSAGE(page, (page ? "" : page.error().message));
    CHECK(page->objects.size() <= static_cast<std::size_t>(limit));
    for (const auto& object : page->objects) keys.push_back(object.key);
    from = page->next;
  } while (!from.empty());
  return keys;
}

}  // namespace

TEST_CASE("what was put is got back, whatever its size") {
  on_each([](ports::ObjectStorage& storage) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{300'000}, 8 * mebibyte, 8 * mebibyte + 1, 40 * mebibyte + 7}) {
      CAPTURE(size);
      const auto bytes = noise(size, 1);
      put(storage, "sizes/one", bytes);
      const auto got = get_all(storage, "sizes/one");
      REQUIRE(got);
      CHECK((*got == bytes));
      const auto info = storage.head("sizes/one");
      REQUIRE(info);
      CHECK(info->bytes == size);
    }
  });
}

TEST_CASE("a range gives these bytes and no others") {
  on_each([](ports::ObjectStorage& storage) {
    const auto bytes = noise(10 * mebibyte, 2);
    put(storage, "ranged", bytes);
    const auto part = [&](std::uint64_t from, std::optional<std::uint64_t> count) { return get_all(storage, "ranged", {from, count}); };
    CHECK((part(5, 7) == bytes.substr(5, 7)));
    CHECK((part(9 * mebibyte, {}) == bytes.substr(9 * mebibyte)));
    CHECK((part(bytes.size() - 3, 100) == bytes.substr(bytes.size() - 3)));
    CHECK((part(bytes.size(), {}) == std::string()));
    CHECK((part(4, 0) == std::string()));
    const auto beyond = part(bytes.size() + 1, {});
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().code == ErrorCode::invalid);
  });
}

TEST_CASE("a put in whose middle something fails leaves what was there") {
  on_each([](ports::ObjectStorage& storage) {
    put(storage, "kept", "as it was");
    for (const std::size_t written : {std::size_t{10}, 20 * mebibyte}) {
      CAPTURE(written);
      const auto stored = storage.put("kept", [&](const ports::ByteSink& sink) -> Result<void> {
        if (auto sent = writer_of(noise(written, 3))(sink); !sent) return sent;
        return fail(ErrorCode::failed, "the dump broke off");
      }, {});
      REQUIRE_FALSE(stored);
      CHECK(stored.error().message == "the dump broke off");
      CHECK(get_all(storage, "kept") == "as it was");
      const auto first = storage.put("never/there", [](const ports::ByteSink&) { return fail(ErrorCode::failed, "no"); }, {});
      CHECK_FALSE(first);
    }
    CHECK(all_keys(storage, "", 1000) == std::vector<std::string>{"kept"});
  });
}

TEST_CASE("a put that is cancelled leaves nothing") {
  on_each([](ports::ObjectStorage& storage) {
    std::stop_source stop;
    const auto stored = storage.put("cancelled", [&](const ports::ByteSink& sink) -> Result<void> {
      if (auto sent = writer_of(noise(20 * mebibyte, 4))(sink); !sent) return sent;
      stop.request_stop();
      return sink("more");
    }, stop.get_token());
    REQUIRE_FALSE(stored);
    CHECK(stored.error().code == ErrorCode::cancelled);
    CHECK(all_keys(storage, "", 10).empty());
  });
}

TEST_CASE("a sink that refuses ends a get with its error") {
  on_each([](ports::ObjectStorage& storage) {
    put(storage, "long", noise(3 * mebibyte, 5));
    std::size_t calls = 0;
    const auto got = storage.get("long", {}, [&](std::string_view) -> Result<void> {
      ++calls;
      return fail(ErrorCode::failed, "no room here");
    }, {});
    REQUIRE_FALSE(got);
    CHECK(got.error().message == "no room here");
    CHECK(calls == 1);
  });
}

TEST_CASE("lists go by prefix, in order, page by page, each object once") {
  on_each([](ports::ObjectStorage& storage) {
    std::vector<std::string> wanted;
    for (int i = 10; i < 35; ++i) wanted.push_back("many/" + std::to_string(i));
    for (const auto& key : wanted) put(storage, key, key);
    put(storage, "man", "beside");
    put(storage, "many-more", "beside");
    put(storage, "zoo/a", "beside");
    CHECK(all_keys(storage, "many/", 7) == wanted);
    CHECK(all_keys(storage, "many/", 25) == wanted);
    CHECK(all_keys(storage, "many/2", 3).size() == 10);
    CHECK(all_keys(storage, "many", 100).size() == 26);
    CHECK(all_keys(storage, "nothing", 100).empty());
    CHECK(all_keys(storage, "", 5).size() == 28);
    const auto page = storage.list("many/1", "", 1);
    REQUIRE(page);
    REQUIRE(page->objects.size() == 1);
    CHECK(page->objects[0].bytes == 7);
  });
}

TEST_CASE("keys may have blanks, signs and other scripts in them") {
  on_each([](ports::ObjectStorage& storage) {
    const std::vector<std::string> keys{"a b", "a+b", "a%20b", "a&b=c?d#e", "über/ß.txt", "日本/語", "~a*b'(c)", "x;y:z@,$!", "<xml>\"&amp;"};
    for (const auto& key : keys) put(storage, "odd/" + key, key);
    for (const auto& key : keys) {
      CAPTURE(key);
      CHECK(get_all(storage, "odd/" + key) == key);
      const auto page = storage.list("odd/" + key, "", 5);
      REQUIRE(page);
      CHECK(std::ranges::any_of(page->objects, [&](const auto& object) { return object.key == "odd/" + key; }));
    }
    CHECK(all_keys(storage, "odd/", 2).size() == keys.size());
  });
}

TEST_CASE("keys that not every storage can keep are refused by each") {
  on_each([](ports::ObjectStorage& storage) {
    for (const std::string key : {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a\nb", ".divio-incoming/x"}) {
      CAPTURE(key);
      const auto stored = storage.put(key, writer_of("x"), {});
      REQUIRE_FALSE(stored);
      CHECK(stored.error().code == ErrorCode::invalid);
      CHECK_FALSE(get_all(storage, key));
      CHECK_FALSE(storage.remove(key));
    }
  });
}

TEST_CASE("what is not there is not found, and removing it succeeds") {
  on_each([](ports::ObjectStorage& storage) {
    CHECK(storage.head("none").error().code == ErrorCode::not_found);
    CHECK(get_all(storage, "none/at/all").error().code == ErrorCode::not_found);
    CHECK(storage.remove("none"));
    put(storage, "deep/er/one", "1");
    put(storage, "deep/two", "2");
    CHECK(storage.remove("deep/er/one"));
    CHECK(storage.remove("deep/er/one"));
    CHECK(storage.head("deep/er/one").error().code == ErrorCode::not_found);
    CHECK(get_all(storage, "deep/two") == "2");
  });
}

TEST_CASE("another content has another tag") {
  on_each([](ports::ObjectStorage& storage) {
    put(storage, "tagged", "one");
    const auto one = storage.head("tagged");
    put(storage, "tagged", "two");
    const auto two = storage.head("tagged");
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->tag != two->tag);
    CHECK_FALSE(two->tag.empty());
    const auto page = storage.list("tagged", "", 1);
    REQUIRE(page);
    CHECK(page->objects.at(0).tag == two->tag);
  });
}

TEST_CASE("an object that has become another one than the one that is meant is a conflict, and one that went is not found") {
  on_each([](ports::ObjectStorage& storage) {
    put(storage, "meant", "one");
    const auto one = storage.head("meant");
    REQUIRE(one);
    const ports::ByteRange meant{.tag = one->tag};
    const ports::ByteRange known{.bytes = one->bytes, .tag = one->tag};
    for (const auto& range : {meant, known}) CHECK(get_all(storage, "meant", range) == "one");
    put(storage, "meant", "two");
    for (const auto& range : {meant, known}) {
      const auto read = get_all(storage, "meant", range);
      REQUIRE_FALSE(read);
      CHECK(read.error().code == ErrorCode::conflict);
    }
    REQUIRE(storage.remove("meant"));
    for (const auto& range : {meant, known}) {
      const auto read = get_all(storage, "meant", range);
      REQUIRE_FALSE(read);
      CHECK(read.error().code == ErrorCode::not_found);
    }
  });
}

TEST_CASE("several threads at once put and get") {
  on_each([](ports::ObjectStorage& storage) {
    std::vector<std::jthread> threads;
    std::atomic<int> good = 0;
    for (unsigned i = 0; i < 4; ++i)
      threads.emplace_back([&storage, &good, i] {
        const auto key = "side-by-side/" + std::to_string(i);
        const auto bytes = noise(std::size_t{500'000} * (i + 1), i);
        const bool stored = storage.put(key, writer_of(bytes), {}).has_value();
        if (stored && get_all(storage, key) == bytes) ++good;
      });
    threads.clear();
    CHECK(good == 4);
  });
}

TEST_CASE("a copy is as its source, has a tag that the list shows, and replaces what was there") {
  on_each([](ports::ObjectStorage& storage) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{300'000}, 8 * mebibyte, 17 * mebibyte}) {
      CAPTURE(size);
      const auto bytes = noise(size, 7);
      put(storage, "von/ä b+c", bytes);
      put(storage, "to", "old");
      const auto tag = storage.copy("von/ä b+c", "to", {});
      REQUIRE_MESSAGE(tag, (tag ? "" : tag.error().message));
      CHECK((get_all(storage, "to") == bytes));
      CHECK((get_all(storage, "von/ä b+c") == bytes));
      CHECK(storage.list("to", "", 10)->objects.at(0).tag == *tag);
    }
    CHECK(storage.copy("gone", "to", {}).error().code == ErrorCode::not_found);
    CHECK(storage.head("to")->bytes == 17 * mebibyte);
  });
}

TEST_CASE("what was put has the tag that it is listed with") {
  on_each([](ports::ObjectStorage& storage) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, 8 * mebibyte, 17 * mebibyte}) {
      const auto stored = storage.put("tagged", writer_of(noise(size, 3)), {});
      REQUIRE(stored);
      CHECK(stored->tag != "");
      CHECK(storage.list("tagged", "", 10)->objects.at(0).tag == stored->tag);
    }
  });
}
