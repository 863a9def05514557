#include <doctest/doctest.h>

#include <random>

#include "storage/s3_answers.hpp"
#include "storage/xml.hpp"

using namespace divio;
using namespace divio::storage;

TEST_CASE("elements, their text and their order are read") {
  const auto root = read_xml("<?xml version='1.0'?>\n<!-- x --><s3:A xmlns='http://x/y'><B>1</B><C a=\"b\"/><B>2 &amp;&#x41;&#66;&lt;</B></s3:A>\n");
  REQUIRE(root);
  CHECK(root->name == "A");
  REQUIRE(root->children.size() == 3);
  CHECK(root->text_of("B") == "1");
  CHECK(root->children[2].text == "2 &AB<");
  CHECK(root->child("C") != nullptr);
  CHECK(root->child("D") == nullptr);
}

TEST_CASE("what is no XML, or declares anything, is refused") {
  for (const std::string text :
       {"", "x", "<A>", "<A></B>", "<A/><B/>", "<A>&bad;</A>", "<A>&#xffffffff;</A>", "<!DOCTYPE a [<!ENTITY b 'c'>]><A>&b;</A>",
        "<A", "</A>", "<A><!-- </A>", "<?xml", "<A>&amp</A>"}) {
    CAPTURE(text);
    CHECK_FALSE(read_xml(text));
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  CHECK_FALSE(read_xml(deep));
}

TEST_CASE("any text survives being written and read") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (auto i = random() % 20; i > 0; --i) text += "<>&\"'ab ;#x"[random() % 11];
    CAPTURE(text);
    const auto root = read_xml("<t>" + xml_text(text) + "</t>");
    REQUIRE(root);
    CHECK(root->text == text);
  }
}

TEST_CASE("a mutated answer is read or refused") {
  const std::string good = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
                           "<EncodingType>url</EncodingType><Contents><Key>a%2Fb+c</Key><Size>3</Size>"
                           "<LastModified>2026-11-23T04:00:00.000Z</LastModified><ETag>&quot;x&quot;</ETag></Contents></ListBucketResult>";
  const auto page = read_page(good);
  REQUIRE(page);
  REQUIRE(page->objects.size() == 1);
  CHECK(page->objects[0].key == "a/b c");
  CHECK(page->objects[0].bytes == 3);
  CHECK(page->objects[0].tag == "x");
  CHECK(page->next == "t");
  const unsigned seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    auto text = good;
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = static_cast<char>(random());
    const auto read = read_page(text);
    if (read && !read->objects.empty()) CHECK_FALSE(read->objects[0].key.empty());
  }
}

TEST_CASE("dates are those of HTTP") {
  const auto read = read_http_date("Mon, 23 Nov 2026 04:08:58 GMT");
  REQUIRE(read);
  CHECK(model::to_rfc3339(*read) == "2026-11-23T04:08:58.000Z");
  for (const std::string text : {"", "yesterday", "Mon, 23 Foo 2026 04:08:58 GMT", "Mon, 31 Feb 2026 04:08:58 GMT"})
    CHECK_FALSE(read_http_date(text));
  CHECK(bare_tag("\"abc\"") == "abc");
  CHECK(bare_tag("W/\"abc\"") == "abc");
}
