#!/usr/bin/perl
# A small application whose uploads go where DEFAULT_STORAGE_DSN says, into a bucket or a folder: POST /upload/ID puts an object or file of
# that name and content there, and answers 200 when it is there for good.
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;

my ($folder) = $ENV{DEFAULT_STORAGE_DSN} =~ m{^file://(/[^?]*?)/?\?};
require '/app/s3.pl' unless defined $folder;

my $listener = IO::Socket::INET->new(LocalPort => 8000, Listen => 256, ReuseAddr => 1) or die "port 8000: $!\n";
$SIG{PIPE} = 'IGNORE';

sub put_into_bucket {
  my $stored = eval { S3::ask('PUT', "/$S3::bucket/$_[0]", $_[0]) } // '';
  return $stored =~ m{^HTTP/1\.\d 2};
}

sub put_into_folder {
  my $draft = "$folder/.draft-$_[0]";
  open(my $file, '>', $draft) or return 0;
  print($file $_[0]) && $file->flush && $file->sync && close $file or return 0;
  return rename $draft, "$folder/$_[0]";
}

sub answer {
  my ($method, $path) = @_;
  return (200, 'well') if $path eq '/healthz';
  return (404, 'nothing') unless $method eq 'POST' and $path =~ m{^/upload/([a-z0-9-]+)$};
  return (defined $folder ? put_into_folder($1) : put_into_bucket($1)) ? (200, 'stored') : (500, 'not stored');
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
