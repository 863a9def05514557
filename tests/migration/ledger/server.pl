#!/usr/bin/perl
# A small application of which every write counts: POST /write/ID puts a row into its PostgreSQL, the row's name into a list of its
# Redis and a row into its MariaDB, and POST /upload/ID a file of that name into its media and into its volume too. It answers 200 when all of them are there
# for good; else 500 and where it stopped, "refused by names" or "lost by names": what comes before that is written, what comes behind it is
# not, and what was refused is not either. GET /count says how many rows there are. Each of its processes has one session with each server, as a pool of connections has.
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;
require '/app/rows.pl';
require '/app/records.pl';

my $processes = $ENV{PROCESSES} // 6;  # three instances of it stay below the connections that a tenant has
my $listener = IO::Socket::INET->new(LocalPort => 8000, Listen => 256, ReuseAddr => 1) or die "port 8000: $!\n";
my ($redis, $redis_refused);
$SIG{PIPE} = 'IGNORE';

# A file is written aside and renamed, as applications do it.
sub put_file {
  my ($folder, $name) = @_;
  open(my $file, '>', "$folder/.$name") or return 0;
  print $file "$name\n" and $file->flush and $file->sync and close $file or return 0;
  return rename "$folder/.$name", "$folder/$name";
}

sub upload {
  my $name = shift;
  for my $folder ('/data/files', '/data/notes') {
    next unless -d $folder;
    put_file($folder, $name) or return 0;
  }
  return 1;
}

# What the server answers to a command: its status, a number, or nothing where it refuses or the session broke off.
sub command {
  my ($words) = @_;
  $redis_refused = 0;
  my $sent = join '', '*' . @$words . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @$words;
  my $answer = $redis && print($redis $sent) ? <$redis> : undef;
  $redis_refused = defined $answer && $answer =~ /^-/;
  return $answer =~ /^[+:](.*)\r\n/ ? $1 : undef if defined $answer;
  undef $redis;
  return undef;
}

sub remember {
  my $name = shift;
  my ($password, $host, $port) = ($ENV{CACHE_URL} // '') =~ m{^redis://[^:]*:([^@]*)@([^:/]+):(\d+)} or return 1;
  unless ($redis) {
    $redis_refused = 1;  # it is not asked for that
    $redis = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 5) or return 0;
    $redis->autoflush(1);
    $password =~ s/%(..)/chr hex $1/ge;
    unless (command(['AUTH', $password])) {
      $redis_refused = 1;
      undef $redis;
      return 0;
    }
  }
  return command(['RPUSH', 'entries', "row $name"]);
}

sub record {
  my $name = shift;
  return 1 unless $ENV{RECORDS_DATABASE_DSN};
  return Records::execute("INSERT INTO record (id) VALUES ('$name')");
}

# What each of them did, in the order in which they are asked; the answer names the first one that did not.
sub write_all {
  my ($kind, $id) = @_;
  my $written = Rows::ask("INSERT INTO entry (id) VALUES ('$id') RETURNING id;");
  return $Rows::refused ? 'refused by rows' : 'lost by rows' unless $written && @$written;
  return 'lost by files' unless $kind eq 'write' || upload($id);
  return $redis_refused ? 'refused by names' : 'lost by names' unless remember($id);
  return $Records::refused ? 'refused by records' : 'lost by records' unless record($id);
  return 'written';
}

sub answer {
  my ($method, $path) = @_;
  return (200, 'well') if $path eq '/healthz';
  if ($method eq 'POST' and $path =~ m{^/(write|upload)/([a-z0-9-]+)$}) {
    my $outcome = write_all($1, $2);
    return ($outcome eq 'written' ? 200 : 500, $outcome);
  }
  if ($path eq '/count') {
    my $rows = Rows::ask('SELECT count(*) FROM entry;');
    return $rows && @$rows ? (200, $rows->[0]) : (500, 'unknown');
  }
  return (404, 'nothing');
}

sub serve {
  my $visitor = shift;
  while (defined(my $request = <$visitor>)) {
    my ($method, $path) = split / /, $request;
    while (defined(my $header = <$visitor>)) { last if $header =~ /^\r?\n$/ }
    my ($status, $body) = answer($method, $path);
    print $visitor "HTTP/1.1 $status It\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
  }
}

my $main = $$;
for (2 .. $processes) { my $child = fork; last if defined $child and not $child }
$SIG{TERM} = sub { if ($$ == $main) { local $SIG{TERM} = 'IGNORE'; kill TERM => -$$ } exit 0 };
while (1) {
  my $visitor = $listener->accept or next;
  $visitor->autoflush(1);
  serve($visitor);
  close $visitor;
}
