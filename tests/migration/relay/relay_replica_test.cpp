// What a replica of MariaDB says to its primary through a relay between two hosts.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "e2e/program.hpp"
#include "fakes/outcome.hpp"
#include "migration/relay/plan.hpp"
#include "migration/relay/relay_hosts.hpp"

using namespace divio;
using namespace divio::migration::relay;
using namespace divio::test;
using tests::must;

namespace {

// Speaks first, as MariaDB does, with the bytes of its first word; then answers with what it is sent.
constexpr const char* records_program = R"perl(
use IO::Socket::INET; $SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::INET->new(LocalPort => 3306, Listen => 50, ReuseAddr => 1) or die;
while (1) {
  my $client = $listener->accept or next;
  next if fork;
  print $client pack('H*', $ARGV[0]);
  while (sysread($client, my $bytes, 65536)) { print $client $bytes }
  exit;
}
)perl";

// With the words HOST PORT SIZE PIECE...: sends the pieces apart from each other and says what is answered, which should
// have this size; waits for a little more than that, to see that there is no more. It stands between single quotes.
constexpr const char* replica_program = R"perl(
use IO::Socket::INET;
my ($host, $port, $size, @pieces) = @ARGV;
my $way = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port) or die "no way there: $@";
setsockopt($way, 6, 1, 1) or die;  # TCP_NODELAY, or the system would join the pieces
if (!fork) {
  for (@pieces) { print $way pack("H*", $_); select(undef, undef, undef, 0.02) }
  exit;
}
my $heard = "";
vec(my $readable = "", fileno($way), 1) = 1;
while (select(my $ready = $readable, undef, undef, length($heard) < $size ? 5 : 0.3) > 0) {
  sysread($way, $heard, 65536, length($heard)) or last;
}
print unpack("H*", $heard);
)perl";

constexpr const char* records_name = "relay-test-records";
constexpr const char* own_number = "\1\2\3\4";  // of the replica, four bytes

std::string in_hex(const std::string& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string as_packet(char place_of_it, const std::string& body) {
  std::string bytes;
  for (const unsigned shift : {0U, 8U, 16U}) bytes += static_cast<char>((body.size() >> shift) & 0xffU);
  return bytes + place_of_it + body;
}

// No names, port, rank or primary: 18 bytes, which is 0x12, the command of the other one.
std::string registration_of(const std::string& number) { return as_packet(0, '\x15' + number + std::string(13, '\0')); }

std::string dump_of(const std::string& number) {
  return as_packet(0, '\x12' + std::string("\4\0\0\0\2\0", 6) + number + "mariadb-bin.000007");
}

// What the other server begins with: were answers looked at too, its number would change.
std::string greeting() { return dump_of(own_number); }

// All that a replica says.
struct Conversation {
  std::string before;
  std::string registration;
  std::string dump;
  std::string after;
  [[nodiscard]] std::string all() const { return before + registration + dump + after; }
};

// With this number where it is the replica's own, which is not so within other packets.
Conversation conversation_of(const std::string& number, char place_of_empty) {
  std::string query = "\3";
  while (query.size() <= 20000) query += dump_of(own_number);  // more than a buffer of HAProxy's
  return {as_packet(1, std::string(40, '\x12')) + as_packet(0, query) + as_packet(place_of_empty, ""), registration_of(number), dump_of(number),
          dump_of(own_number)};
}

using Pieces = std::vector<std::string>;

// From the query's end on, so that packets are cut within their headers too.
Pieces byte_by_byte(const Conversation& said) {
  const auto begin = said.before.size() - 7;
  Pieces pieces{said.before.substr(0, begin)};
  for (const char byte : said.before.substr(begin) + said.registration + said.dump) pieces.emplace_back(1, byte);
  pieces.push_back(said.after);
  return pieces;
}

// The number that the configuration of a side says, as it is in a packet.
std::string number_in(const std::string& configuration) {
  const std::string words = "filter lua.replica ";
  const auto found = configuration.find(words);
  REQUIRE(found != configuration.npos);
  const auto number = std::stoul(configuration.substr(found + words.size()));
  std::string bytes;
  for (const unsigned shift : {0U, 8U, 16U, 24U}) bytes += static_cast<char>((number >> shift) & 0xffU);
  return bytes;
}

// What comes back to the source's server, in hexadecimal digits.
std::string talk(const Relay& relay, const Pieces& pieces) {
  const auto address = must(address_of(relay, "records"));
  auto size = greeting().size();
  std::string words;
  for (const auto& piece : pieces) {
    size += piece.size();
    words += ' ' + in_hex(piece);
  }
  const auto command = "timeout 50 perl -e '" + std::string(replica_program) + "' ";
  return shell(engine(Side::source), server_name(Side::source),
               command + address.host + ' ' + std::to_string(address.port) + ' ' + std::to_string(size) + words + " 2>&1");
}

// A relay of its own, with a server in the target that answers with what it is sent; removed at the end of the scope.
class RecordsRelay {
 public:
  RecordsRelay();
  ~RecordsRelay();
  RecordsRelay(const RecordsRelay&) = delete;
  RecordsRelay& operator=(const RecordsRelay&) = delete;

  Relay relay;
  std::string number;  // that the target's server has to see
};

RecordsRelay::RecordsRelay() : relay(relay_of("replica")) {
  relay.services = {{"records", 3306, true}};
  relay.regions.source.servers = {{"records", server_name(Side::source)}};
  relay.regions.target.servers = {{"records", records_name}};
  auto spec = server(records_name, "records");
  spec.entrypoint = {"perl", "-e", records_program, in_hex(greeting())};
  Hosts::start(engine(Side::target), spec);
  const auto ports = must(ensure(place(), relay));
  number = number_in(must(plan(relay, ports)).source.configuration);
  REQUIRE(number != own_number);
  REQUIRE(live::comes_true([&] { return talk(relay, {}) == in_hex(greeting()); }));
}

RecordsRelay::~RecordsRelay() {
  for (const auto side : both_sides) (void)remove(engine(side), catalogue, "replica");
  (void)engine(Side::target).containers().remove(records_name);
}

// Shows where they differ, for all of it is too long to read.
void check_same(const std::string& heard, const std::string& expected) {
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(heard, expected).in1 - heard.begin());
  const bool same = heard == expected;
  CHECK_MESSAGE(same, heard.size() << " digits instead of " << expected.size() << ", which differ from " << at << " on: '" << heard.substr(at, 60)
                                   << "' instead of '" << expected.substr(at, 60) << "'");
}

}  // namespace

TEST_CASE("what a replica says arrives as it was sent but for its number, however it is cut into pieces, and so does the answer") {
  const RecordsRelay made;
  const auto said = conversation_of(own_number, 2);
  const auto expected = in_hex(greeting() + conversation_of(made.number, 2).all());
  const std::vector<std::pair<std::string, Pieces>> ways{
      {"all at once", {said.all()}},
      {"byte by byte", byte_by_byte(said)},
      {"the two commands joined", {said.before, said.registration + said.dump, said.after}},
      {"each by itself", {said.before, said.registration, said.dump, said.after}},
  };
  for (const auto& [way, pieces] : ways) {
    CAPTURE(way);
    check_same(talk(made.relay, pieces), expected);
  }
}

TEST_CASE("an empty packet is not taken for a command by what comes behind it") {
  const RecordsRelay made;
  const auto said = conversation_of(own_number, 0);
  check_same(talk(made.relay, {said.all()}), in_hex(greeting() + conversation_of(made.number, 0).all()));
}
