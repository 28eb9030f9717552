#!/bin/bash
# Makes a small Debian 12 with systemd and with rpm, into which the tests install ApiLb, and keeps it in
# ${XDG_CACHE_HOME:-~/.cache}/apilb/debian-12-2. Prints that directory. Does nothing when it is there already. About a minute; root.
set -euo pipefail

# Another list of packages is another tree: raise the last number.
target=${XDG_CACHE_HOME:-$HOME/.cache}/apilb/debian-12-2
packages=systemd,systemd-sysv,dbus,libssl3,libstdc++6,procps,iproute2,rpm

mkdir --parents "$(dirname "$target")"
exec 9> "$target.lock"
flock 9
if [[ ! -e $target ]]; then
    # From the archive that apt already uses for Debian's packages.
    archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' | sort --unique | head --lines=1)
    [[ -n $archive ]] || { echo "debian-tree.sh: apt knows no archive of Debian bookworm: run apt-get update" >&2; exit 1; }
    work=$(mktemp --directory "$target.XXXXXX")
    trap 'rm --recursive --force "$work"' EXIT
    debootstrap --variant=minbase --include="$packages" bookworm "$work" "$archive" >&2
    rm --recursive --force "$work"/var/cache/apt/archives/*.deb
    chmod 0755 "$work"
    mv "$work" "$target"
fi
echo "$target"
