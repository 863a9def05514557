# A session with the application's PostgreSQL, as a pool of connections keeps it. $DATABASE_URL says where.
package Rows;
use strict;
use warnings;
use IO::Handle;
use IPC::Open2;

our $refused;  # whether the server said that it did not carry out the last statement: else it may have, and nobody was told
my ($from, $to, $psql);
my $failed_script = 3;  # the exit code of psql where the session is whole

sub leave {
  return unless $psql;
  close $to;
  close $from;
  waitpid($psql, 0);
  $refused = $? >> 8 == $failed_script;
  undef $psql;
}

# The lines of the answer; nothing where the session broke off or the statement failed.
sub ask {
  my $statement = shift;
  $refused = 0;
  unless ($psql) {
    $psql = open2($from, $to, 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', $ENV{DATABASE_URL});
    $to->autoflush(1);
  }
  print $to "$statement\n\\echo over\n";
  my @lines;
  while (defined(my $line = <$from>)) {
    chomp $line;
    return \@lines if $line eq 'over';
    push @lines, $line;
  }
  leave();
  return undef;
}

1;
