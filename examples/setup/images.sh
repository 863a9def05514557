# shellcheck shell=bash
# The images that the example and the tests start from, put into an engine: from an earlier run's copy, else pulled, else
# (where no registry answers) made from Debian packages with the official image's name and the part of its contract that
# is used here. Sourced after machine.sh; ENDPOINT is an engine as `docker -H` takes it.

image_cache=${XDG_CACHE_HOME:-$HOME/.cache}/divioctl/images

has_image() { docker -H "$1" image inspect "$2" >/dev/null 2>&1; }  # ENDPOINT NAME

# provide_image ENDPOINT NAME: one of debian:bookworm-slim and haproxy:2.6.
provide_image() {
  ! has_image "$1" "$2" || return 0
  mkdir -p "$image_cache"
  local copy=$image_cache/${2//[:\/]/_}.tar
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

# The base image within the making of another one, whose lock is held.
provide_base() {
  has_image "$1" debian:bookworm-slim || die "debian:bookworm-slim has to be there before an image is made from it"
}
