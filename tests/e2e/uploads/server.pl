#!/usr/bin/perl
# A small application whose uploads go into a bucket: POST /upload/ID puts an object of that name and content, and answers 200 when
# the storage has it for good.
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;
require '/app/s3.pl';

my $listener = IO::Socket::INET->new(LocalPort => 8000, Listen => 256, ReuseAddr => 1) or die "port 8000: $!\n";
$SIG{PIPE} = 'IGNORE';

sub answer {
  my ($method, $path) = @_;
  return (200, 'well') if $path eq '/healthz';
  return (404, 'nothing') unless $method eq 'POST' and $path =~ m{^/upload/([a-z0-9-]+)$};
  my $stored = eval { S3::ask('PUT', "/$S3::bucket/$1", $1) } // '';
  return $stored =~ m{^HTTP/1\.\d 2} ? (200, 'stored') : (500, 'not stored');
}

my $main = $$;
for (2 .. 6) { my $child = fork; last if defined $child and not $child }
$SIG{TERM} = sub { if ($$ == $main) { local $SIG{TERM} = 'IGNORE'; kill TERM => -$$ } exit 0 };
while (1) {
  my $visitor = $listener->accept or next;
  $visitor->autoflush(1);
  while (defined(my $request = <$visitor>)) {
    my ($method, $path) = split / /, $request;
    while (defined(my $header = <$visitor>)) { last if $header =~ /^\r?\n$/ }
    my ($status, $body) = answer($method, $path);
    print $visitor "HTTP/1.1 $status It\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
  }
  close $visitor;
}
