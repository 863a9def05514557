#!/usr/bin/perl
# A session with a MariaDB, as a pool of connections keeps it: one that the server closed while it was idle is replaced before the next
# statement, and no statement is sent twice. `records.pl STATEMENT` carries out one that answers without rows.
# The protocol: https://mariadb.com/kb/en/clientserver-protocol/
package Records;
use strict;
use warnings;
use Digest::SHA qw(sha1);
use IO::Select;
use IO::Socket::INET;

our $refused;  # whether the server said that it did not carry out the last statement, or was not asked: else it may have, and nobody was told
my $session_ends = qr/^\xff(?:\x1d\x04|\x87\x07)/;  # it goes, and may have carried it out: errors 1053 and 1927
my $method = 'mysql_native_password';
# CLIENT_MYSQL, CONNECT_WITH_DB, CLIENT_PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH
my $capabilities = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000;
my $utf8mb4 = 45;
my $session;

# A packet: its length in three bytes, its number in the conversation, and what it says.
sub put {
  my ($number, $words) = @_;
  return print $session pack('V a*', length($words) | $number << 24, $words);
}

# What the server says, and the number of that; nothing where the session broke off.
sub take {
  return unless (read($session, my $head, 4) // 0) == 4;
  my $length = unpack('V', $head) & 0xffffff;
  return unless (read($session, my $words, $length) // 0) == $length;
  return ($words, ord substr $head, 3);
}

sub refused {
  print STDERR "MariaDB: $_[0]\n";
  return 0;
}

sub is_good {
  my $answer = shift // return refused('the session broke off');
  return 1 if $answer =~ /^\0/;
  return refused($answer =~ /^\xff..(?:#.{5})?(.*)/s ? $1 : 'an answer that is not known here');
}

sub proof {
  my ($password, $challenge) = @_;
  my $secret = sha1($password);
  return $secret ^ sha1($challenge . sha1($secret));
}

sub log_in {
  my ($user, $password, $database) = @_;
  my ($answer, $number) = take();
  return is_good($answer) unless defined $answer and $answer =~ /^\x0a/;
  my $challenge = join '', (unpack 'x Z* x4 a8 x19 a12', $answer)[1, 2];
  put($number + 1, pack('V V C x23 Z* C/a* Z* Z*', $capabilities, 1 << 24, $utf8mb4, $user, proof($password, $challenge), $database, $method));
  # An account with two passwords, while one takes the other's place, asks again for the second one.
  while (($answer, $number) = take() and $answer =~ /^\xfe$method\0(.{20})/s) { put($number + 1, proof($password, $1)) }
  return is_good($answer);
}

sub open_session {
  my @parts = ($ENV{RECORDS_DATABASE_DSN} // '') =~ m{^mysql://([^:]+):([^@]+)@([^:/]+):(\d+)/(.+)$};
  my ($user, $password, $host, $port, $database) = map { s/%(..)/chr hex $1/ger } @parts or return refused('RECORDS_DATABASE_DSN names none');
  $session = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 5) or return refused($@);
  $session->autoflush(1);
  return 1 if log_in($user, $password, $database);
  undef $session;
  return 0;
}

sub execute {
  my $statement = shift;
  # A server says nothing unasked but that it is going.
  undef $session if $session and IO::Select->new($session)->can_read(0);
  $refused = 1;
  return 0 unless $session or open_session();
  my ($answer) = put(0, "\x03$statement") ? take() : ();
  $refused = defined $answer && $answer =~ /^\xff/ && $answer !~ $session_ends;
  undef $session unless defined $answer and $answer =~ /^[\0\xff]/;
  return is_good($answer);
}

exit(execute($ARGV[0]) ? 0 : 1) unless caller;
1;
