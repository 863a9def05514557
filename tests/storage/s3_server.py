#!/usr/bin/python3
"""An S3 server for tests: OpenStack Swift with its S3 API, all of it in this process, on a port of its own choice.

usage: s3_server.py FOLDER [ADDRESS [CERTIFICATE KEY]]

It listens at ADDRESS, by default 127.0.0.1, and with a certificate at a second port, with TLS. FOLDER is where it keeps what it is given; its file system needs extended attributes. The ports are printed, each in
a line, once the server answers. It ends when its standard input does, so it never outlives the test that started it. There are
two accounts, each with a key pair that opens its own bucket alone (ACCOUNTS).

Swift is run by several companies as their object storage, and checks signatures (version 4) with code of its own. It
comes from the package python3-swift, which starts nothing by itself.
"""
import os
import sys
import urllib.request

import eventlet

eventlet.monkey_patch()

# What it keeps is gone with the test; a busy disk would hold up everything else in this process.
os.fsync = os.fdatasync = lambda _: None

import eventlet.wsgi  # noqa: E402
from paste.deploy import loadapp  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.ring.utils import parse_add_value  # noqa: E402
from swift.common.storage_policy import reload_storage_policies  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol  # noqa: E402

ACCOUNTS = (("test:tester", "testing", "files"), ("other:guest", "guessing", "others"))

PARTS = ("account", "container", "object")

SWIFT_CONF = """[swift-hash]
swift_hash_path_prefix = of
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
"""

PART_CONF = """[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
log_name = {part}
[pipeline:main]
pipeline = {part}-server
[app:{part}-server]
use = egg:swift#{part}
disk_chunk_size = 1048576
"""

PROXY_CONF = """[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth copy slo dlo symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
node_timeout = 60
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
storage_domain = s3.localhost
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_other_guest = guessing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:symlink]
use = egg:swift#symlink
"""


class Memory:
    """What Swift asks of memcached."""

    def __init__(self):
        self.kept = {}

    def get(self, key, **_):
        return self.kept.get(key)

    def set(self, key, value, **_):
        self.kept[key] = value

    def incr(self, key, delta=1, **_):
        self.kept[key] = int(self.kept.get(key, 0)) + int(delta)
        return self.kept[key]

    def delete(self, key, **_):
        self.kept.pop(key, None)


class WithMemory:
    def __init__(self, application):
        self.application, self.memory = application, Memory()

    def __call__(self, environment, start):
        environment["swift.cache"] = self.memory
        return self.application(environment, start)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make_ring(folder, part, port):
    builder = RingBuilder(4, 1, 0)
    device = parse_add_value("r1z1-127.0.0.1:%d/sdb" % port)
    builder.add_dev({**device, "weight": 1.0, "replication_ip": device["ip"], "replication_port": port})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, part + ".ring.gz"))


def serve(socket, application):
    quiet = open(os.devnull, "w", encoding="utf-8")
    eventlet.spawn(eventlet.wsgi.server, socket, application, quiet, protocol=SwiftHttpProtocol, debug=False)


def make_bucket(host, port, access, secret, bucket):
    """By Swift's own API, which needs no signature."""
    at = "http://%s:%d" % (host, port)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    who = {"X-Auth-User": access, "X-Auth-Key": secret}
    token = direct.open(urllib.request.Request(at + "/auth/v1.0", headers=who)).headers["X-Auth-Token"]
    account = at + "/v1/AUTH_" + access.split(":")[0] + "/"
    direct.open(urllib.request.Request(account + bucket, method="PUT", headers={"X-Auth-Token": token}))


def prepare(folder):
    os.makedirs(os.path.join(folder, "devices", "sdb"))
    write(os.path.join(folder, "swift.conf"), SWIFT_CONF)
    utils.SWIFT_CONF_FILE = os.path.join(folder, "swift.conf")
    utils.HASH_PATH_PREFIX, utils.HASH_PATH_SUFFIX = b"of", b"tests"
    reload_storage_policies()


def main():
    folder = os.path.abspath(sys.argv[1])
    prepare(folder)
    for part in PARTS:
        socket = eventlet.listen(("127.0.0.1", 0))
        make_ring(folder, part, socket.getsockname()[1])
        conf = os.path.join(folder, part + ".conf")
        write(conf, PART_CONF.format(folder=folder, part=part))
        serve(socket, loadapp("config:" + conf))
    conf = os.path.join(folder, "proxy.conf")
    write(conf, PROXY_CONF.format(folder=folder))
    host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
    front = eventlet.listen((host, 0))
    proxy = WithMemory(loadapp("config:" + conf))
    serve(front, proxy)
    ports = [front.getsockname()[1]]
    if len(sys.argv) > 4:
        tls = eventlet.listen((host, 0))
        ports.append(tls.getsockname()[1])
        serve(eventlet.wrap_ssl(tls, certfile=sys.argv[3], keyfile=sys.argv[4], server_side=True), proxy)
    for account in ACCOUNTS:
        make_bucket(host, ports[0], *account)
    print(*ports, sep="\n", flush=True)
    eventlet.tpool.execute(sys.stdin.read)
    os._exit(0)


main()
