# Requests to the bucket in DEFAULT_STORAGE_DSN, signed with its key pair (signature version 4,
# docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
package S3;
use strict;
use warnings;
use Digest::SHA qw(sha256_hex hmac_sha256 hmac_sha256_hex);
use IO::Socket::INET;
use POSIX qw(strftime);

our ($key, $secret, $bucket, $at) = $ENV{DEFAULT_STORAGE_DSN} =~ m{^s3://([^:]+):([^@]+)@([^.]+)\.([0-9.]+:[0-9]+)} or die "no bucket\n";
s/%([0-9A-Fa-f]{2})/chr hex $1/ge for $key, $secret;

# How it is answered: status line, headers and body. `claimed`: an access key to use instead.
sub ask {
  my ($method, $path, $body, $claimed) = @_;
  my $user = $claimed // $key;
  my $time = strftime('%Y%m%dT%H%M%SZ', gmtime);
  my $day = substr($time, 0, 8);
  my %headers = (host => $at, 'x-amz-content-sha256' => sha256_hex($body), 'x-amz-date' => $time);
  my $names = join ';', sort keys %headers;
  my $request = join "\n", $method, $path, '', (map { "$_:$headers{$_}" } sort keys %headers), '', $names, sha256_hex($body);
  my $scope = "$day/us-east-1/s3/aws4_request";
  my $signing = "AWS4$secret";
  $signing = hmac_sha256($_, $signing) for $day, 'us-east-1', 's3', 'aws4_request';
  my $signature = hmac_sha256_hex("AWS4-HMAC-SHA256\n$time\n$scope\n" . sha256_hex($request), $signing);
  my $peer = IO::Socket::INET->new(PeerAddr => $at, Timeout => 5) or die "$at: $!\n";
  print $peer "$method $path HTTP/1.0\r\n" . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers) .
    'Content-Length: ' . length($body) . "\r\n" .
    "Authorization: AWS4-HMAC-SHA256 Credential=$user/$scope, SignedHeaders=$names, Signature=$signature\r\n\r\n$body";
  return join '', <$peer>;
}

1;
