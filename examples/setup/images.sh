# shellcheck shell=bash
# The images that the example and the tests start from, put into an engine: from an earlier run's copy, else pulled, else
# (where no registry answers) made from Debian packages with the official image's name and the part of its contract that
# is used here. Sourced after machine.sh; ENDPOINT is an engine as `docker -H` takes it.

image_cache=${XDG_CACHE_HOME:-$HOME/.cache}/divioctl/images

has_image() { docker -H "$1" image inspect "$2" >/dev/null 2>&1; }  # ENDPOINT NAME

# provide_image ENDPOINT NAME: one of debian:bookworm-slim, haproxy:2.6, postgres:13, postgres:15, postgres:17, mariadb:10.11,
# mariadb:11.8 and redis:7.
provide_image() {
  ! has_image "$1" "$2" || return 0
  mkdir -p "$image_cache"
  local copy recipe
  recipe=$(declare -f "make_${2%%:*}_image" | sha256sum)
  copy=$image_cache/${2//[:\/]/_}-${recipe:0:8}.tar
  (
    flock 9  # two runs at once make it once
    if [ -s "$copy" ]; then
      say "$2: loading the copy of an earlier run"
      docker -H "$1" load -q <"$copy" >/dev/null && has_image "$1" "$2" && exit 0
      say "$2: the copy is damaged, starting over"
      rm -f "$copy"
    fi
    if ! pull_image "$1" "$2"; then
      say "$2: no registry answers; making it from Debian packages (once, about a minute)"
      "make_${2%%:*}_image" "$1" "$2"
    fi
    docker -H "$1" save -o "$copy.new.$$" "$2"
    rm -f "$image_cache/${2//[:\/]/_}"*.tar
    mv -f "$copy.new.$$" "$copy"
  ) 9>"$image_cache/.lock"
}

pull_image() {
  say "$2: pulling"
  timeout 300 docker -H "$1" pull -q "$2" >/dev/null 2>&1
}

make_debian_image() {
  local folder mirror=${DIVIO_DEBIAN_MIRROR:-http://deb.debian.org/debian}
  folder=$(mktemp -d /var/tmp/divioctl-debian.XXXXXX)
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=(--variant=minbase)
  [ ! -r "$keyring" ] || options+=("--keyring=$keyring")
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf --one-file-system '$folder'" EXIT  # of the subshell that holds the lock
  quietly "fetching Debian from $mirror (DIVIO_DEBIAN_MIRROR names another mirror)" \
    debootstrap "${options[@]}" bookworm "$folder" "$mirror"
  slim_down "$folder" "$mirror"
  tar -C "$folder" --one-file-system -c . | docker -H "$1" import -c 'CMD ["bash"]' - "$2" >/dev/null
}

# What makes the image slim: no documentation, no package lists, and neither in what is installed into it later.
slim_down() {
  local root=$1 mirror=$2 security=${2%/*}/debian-security
  printf 'deb %s bookworm main\n' "$mirror" >"$root/etc/apt/sources.list"
  if curl -sf -o /dev/null --max-time 20 "$security/dists/bookworm-security/InRelease"; then
    printf 'deb %s bookworm-security main\n' "$security" >>"$root/etc/apt/sources.list"
  fi
  printf 'path-exclude /usr/share/%s/*\n' doc man info locale >"$root/etc/dpkg/dpkg.cfg.d/slim"
  printf 'Dir::Cache::%s "";\n' pkgcache srcpkgcache >"$root/etc/apt/apt.conf.d/slim"
  printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n' >>"$root/etc/apt/apt.conf.d/slim"
  rm -rf "$root"/usr/share/{doc,man,info,locale}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/*.log
  mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
}

# As in the official image: user 99, HAProxy in the foreground with a master process, its arguments after the name or
# alone, and SIGUSR1 to end softly.
make_haproxy_image() {
  provide_base "$1"
  quietly "building $2" docker -H "$1" build -t "$2" - <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN apt-get update -q && apt-get install -q -y --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/* \
 && usermod -u 99 haproxy && groupmod -g 99 haproxy \
 && mkdir -p /usr/local/etc/haproxy /var/lib/haproxy && chown haproxy:haproxy /var/lib/haproxy \
 && printf '%s\n' '#!/bin/sh' 'case "$1" in -*) set -- haproxy "$@" ;; esac' \
      'if [ "$1" = haproxy ]; then shift; set -- haproxy -W -db "$@"; fi' 'exec "$@"' >/usr/local/bin/start \
 && chmod 755 /usr/local/bin/start
USER haproxy
WORKDIR /var/lib/haproxy
STOPSIGNAL SIGUSR1
ENTRYPOINT ["/usr/local/bin/start"]
CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
DOCKERFILE
}

# As in the official image: the first start of a volume makes the database cluster, with POSTGRES_USER, POSTGRES_PASSWORD,
# POSTGRES_DB, POSTGRES_HOST_AUTH_METHOD and POSTGRES_INITDB_ARGS, on a server that listens on its socket only; who
# connects from within the container needs no password. The programs come before Debian's wrappers of them, which start Perl. Debian
# has one version in each of its releases: 13 in bullseye, 15 in bookworm, 17 in trixie.
make_postgres_image() {
  provide_base "$1"
  quietly "building $2" docker -H "$1" build -t "$2" --build-arg "VERSION=${2#*:}" - <<'DOCKERFILE'
FROM debian:bookworm-slim
ARG VERSION
ENV LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data PATH=/usr/lib/postgresql/$VERSION/bin:$PATH
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \
 && case $VERSION in \
      13) sed 's/bookworm/bullseye/' /etc/apt/sources.list >/etc/apt/sources.list.d/older.list ;; \
      17) sed -i 's/bookworm/trixie/' /etc/apt/sources.list ;; \
    esac \
 && apt-get update -q && apt-get install -q -y --no-install-recommends postgresql-$VERSION && rm -rf /var/lib/apt/lists/* \
 && sed -ri "s/^#?listen_addresses .*/listen_addresses = '*'/" /usr/share/postgresql/$VERSION/postgresql.conf.sample \
 && install -d -o postgres -g postgres -m 3777 /var/run/postgresql && install -d -o postgres -g postgres -m 1777 "$PGDATA" \
 && printf '%s\n' '#!/bin/bash' 'set -e' \
      '[ "${1#-}" = "$1" ] || set -- postgres "$@"' \
      '[ "$1" = postgres ] || exec "$@"' \
      'if [ "$(id -u)" = 0 ]; then' \
      '  mkdir -p "$PGDATA"; chmod 700 "$PGDATA"; chown -R postgres: "$PGDATA"' \
      '  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"' \
      'fi' \
      'if [ ! -s "$PGDATA/PG_VERSION" ]; then' \
      '  user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}' \
      '  : "${POSTGRES_PASSWORD:?is needed for a new database}"' \
      '  eval "initdb --username=\"$user\" --pwfile=<(printf \"%s\\n\" \"\$POSTGRES_PASSWORD\") $POSTGRES_INITDB_ARGS"' \
      '  echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"' \
      "  pg_ctl -w -o \"-c listen_addresses='' -p 5432\" start" \
      '  [ "$database" = postgres ] || createdb -U "$user" "$database"' \
      '  pg_ctl -m fast -w stop' \
      'fi' \
      'exec "$@"' >/usr/local/bin/docker-entrypoint.sh && chmod 755 /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
DOCKERFILE
}

# As in the official image: the first start of a volume makes the tables of the system on a server without a network,
# with MARIADB_ROOT_PASSWORD and MARIADB_ROOT_HOST. Debian has 10.11 in bookworm, 11.8 in trixie.
make_mariadb_image() {
  provide_base "$1"
  quietly "building $2" docker -H "$1" build -t "$2" --build-arg "VERSION=${2#*:}" - <<'DOCKERFILE'
FROM debian:bookworm-slim
ARG VERSION
ENV LANG=C.UTF-8
RUN case $VERSION in 11.*) sed -i 's/bookworm/trixie/' /etc/apt/sources.list ;; esac \
 && apt-get update -q && apt-get install -q -y --no-install-recommends mariadb-server && rm -rf /var/lib/apt/lists/* \
 && rm -rf /var/lib/mysql && install -d -o mysql -g mysql -m 1777 /var/lib/mysql /run/mysqld \
 && printf '%s\n' '[mariadbd]' 'skip-name-resolve' 'bind-address = *' >/etc/mysql/mariadb.conf.d/90-container.cnf \
 && printf '%s\n' '#!/bin/bash' 'set -e' \
      '[ "${1#-}" = "$1" ] || set -- mariadbd "$@"' \
      '[ "$1" = mariadbd ] || exec "$@"' \
      'folder=$("$@" --verbose --help 2>/dev/null | sed -n "s/^datadir  *//p")' \
      'if [ "$(id -u)" = 0 ]; then' \
      '  mkdir -p "$folder"; chown -R mysql: "$folder"' \
      '  exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"' \
      'fi' \
      'if [ ! -d "$folder/mysql" ]; then' \
      '  : "${MARIADB_ROOT_PASSWORD:?is needed for a new database}"' \
      '  mariadb-install-db --datadir="$folder" --rpm --auth-root-authentication-method=normal --skip-test-db >/dev/null' \
      '  "$@" --skip-networking --skip-log-bin & server=$!' \
      '  until mariadb-admin ping --silent 2>/dev/null; do kill -0 $server || exit 1; sleep 0.1; done' \
      "  quoted=\${MARIADB_ROOT_PASSWORD//\\\\/\\\\\\\\} quoted=\${quoted//\\'/\\\\\\'}" \
      '  mariadb --user=root --batch <<SQL' \
      "SET PASSWORD FOR root@localhost = PASSWORD('\$quoted');" \
      "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost'); FLUSH PRIVILEGES;" \
      'SQL' \
      '  case ${MARIADB_ROOT_HOST:=%} in localhost) ;; *) MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb --user=root --batch <<SQL' \
      "GRANT ALL ON *.* TO root@'\$MARIADB_ROOT_HOST' IDENTIFIED BY '\$quoted' WITH GRANT OPTION;" \
      'SQL' \
      '  esac' \
      '  kill $server; wait $server' \
      'fi' \
      'exec "$@"' >/usr/local/bin/docker-entrypoint.sh && chmod 755 /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mariadbd"]
DOCKERFILE
}

# As in the official image: the server runs in /data as `redis`, and configuration comes from its arguments.
make_redis_image() {
  provide_base "$1"
  quietly "building $2" docker -H "$1" build -t "$2" - <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN apt-get update -q && apt-get install -q -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \
 && install -d -o redis -g redis /data \
 && printf '%s\n' '#!/bin/sh' 'set -e' \
      'case "$1" in -*|*.conf) set -- redis-server "$@" ;; esac' \
      'if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then' \
      '  find . ! -user redis -exec chown redis {} +' \
      '  exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"' \
      'fi' \
      'if [ "$1" = redis-server ]; then set -- "$@" --protected-mode no; umask 077; fi' \
      'exec "$@"' >/usr/local/bin/docker-entrypoint.sh && chmod 755 /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
EXPOSE 6379
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
DOCKERFILE
}

# The base image within the making of another one, whose lock is held.
provide_base() {
  has_image "$1" debian:bookworm-slim || die "debian:bookworm-slim has to be there before an image is made from it"
}
