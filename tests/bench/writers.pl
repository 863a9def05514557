#!/usr/bin/perl
# Visitors of the ledger (tests/migration/ledger) who write as fast as they are answered, or RATE times a second altogether where that can be,
# each over one connection.
#   writers.pl ADDRESS PORT HOW-MANY FILE [RATE]    until it gets SIGTERM; FILE gets a line for each answer: "MILLISECONDS STATUS"
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;
use Time::HiRes qw(time);

my ($address, $port, $writers, $file, $rate) = @ARGV;
open(my $log, '>>', $file) or die "$file: $!\n";
$log->autoflush(1);  # a line is one write, so lines of several writers do not mix

sub ask {
  my ($connection, $id) = @_;
  print $connection "POST /write/$id HTTP/1.1\r\nHost: ledger.localhost\r\nContent-Length: 0\r\n\r\n" or return;
  my $first = <$connection> // return;
  my ($status) = $first =~ m{^HTTP/1\.1 (\d+)} or return;
  my $length = 0;
  while (defined(my $header = <$connection>)) {
    last if $header =~ /^\r?\n$/;
    $length = $1 if $header =~ /^content-length: (\d+)/i;
  }
  read $connection, my $body, $length if $length;
  return $status;
}

# Whoever is late does not make up for more than a second.
sub keep_pace {
  my $due = shift;
  my $now = time();
  select(undef, undef, undef, $due - $now) if $due > $now;
  return ($due < $now - 1 ? $now : $due) + $writers / $rate;
}

sub visit {
  my $name = shift;
  my $connection;
  my $due = time();
  for (my $number = 0;; $number++) {
    $due = keep_pace($due) if $rate;
    $connection //= IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port);
    my $status = $connection && ask($connection, "$name-$number");
    undef $connection unless $status;
    printf $log "%.1f %s\n", time() * 1000, $status // 0;
  }
}

my @children;
for my $writer (1 .. $writers) {
  my $child = fork // die "fork: $!\n";
  visit("b$$-$writer") unless $child;
  push @children, $child;
}
$SIG{TERM} = sub { kill TERM => @children; exit 0 };
wait for @children;
