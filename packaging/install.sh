#!/bin/bash
# Installs a published apilb with its unit, user and configuration on a host with systemd. Run as root; also to upgrade.
#
#   packaging/install.sh PUBLISHED [ROOT]
#
# PUBLISHED is the folder that dotnet publish wrote. ROOT: install below that folder instead, to look at the result or to make
# an image. Keeps a configuration that is there. Starts and restarts nothing.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 || ! -x $1/apilb ]]; then
    echo "install.sh: name the folder in which dotnet publish has put apilb" >&2
    exit 2
fi
published=$1
root=${2:-}
source=$(dirname "${BASH_SOURCE[0]}")/..

install -D --mode=0755 "$published/apilb" "$root/usr/bin/apilb"
install -D --mode=0644 "$source/systemd/apilb.service" "$root/usr/lib/systemd/system/apilb.service"
install -D --mode=0644 "$source/systemd/apilb.sysusers" "$root/usr/lib/sysusers.d/apilb.conf"
install -D --mode=0644 "$source/systemd/apilb.tmpfiles" "$root/usr/lib/tmpfiles.d/apilb.conf"
install -D --mode=0644 "$source/configs/apilb.yaml" "$root/usr/share/apilb/apilb.yaml"
install -D --mode=0644 "$source/configs/apilb.schema.json" "$root/usr/share/apilb/apilb.schema.json"
# The folder keeps others out, so what root copies into it needs no mode of its own. Its group comes from tmpfiles.d.
install --directory --mode=0750 "$root/etc/apilb"
if [[ ! -e $root/etc/apilb/apilb.yaml ]]; then
    install --mode=0644 "$source/configs/apilb.yaml" "$root/etc/apilb/apilb.yaml"
fi
systemd-sysusers ${root:+--root="$root"} apilb.conf
systemd-tmpfiles ${root:+--root="$root"} --create apilb.conf

if [[ -z $root && -d /run/systemd/system ]]; then
    systemctl daemon-reload
fi
echo "install.sh: installed. Edit /etc/apilb/apilb.yaml, put the cluster's CA into /etc/apilb/ca.crt, then:"
echo "    apilb check && systemctl enable --now apilb"
