#!/usr/bin/perl
# Writes rows of its own ten times a second, around the ingress, as workers and cron do, and says of each whether it is there:
#   worker.pl TABLE NAME    until it gets SIGTERM, or there is a file /tmp/enough
use strict;
use warnings;
defined &Rows::ask or require '/app/rows.pl';

my ($table, $name) = @ARGV;
$SIG{TERM} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
$| = 1;
for (my $number = 1; not -e '/tmp/enough'; $number++) {
  my $written = Rows::ask("INSERT INTO $table (id) VALUES ('$name-$number') RETURNING 'row ' || id;");
  print $written && @$written ? "$written->[0]\n" : $Rows::refused ? "not written, refused: row $name-$number\n" : "not written: row $name-$number\n";
  select(undef, undef, undef, $written ? 0.1 : 0.5);
}
