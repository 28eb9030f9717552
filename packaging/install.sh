#!/bin/bash
# Puts a published apilb and what belongs to it to where packages have it, below ROOT. Changes nothing else and starts nothing.
#
#   packaging/install.sh PUBLISHED ROOT
#
# PUBLISHED is the folder that dotnet publish wrote. Configuration is never among the files: /etc/apilb belongs to the operator.
set -euo pipefail

if [[ $# -ne 2 || ! -x $1/apilb ]]; then
    echo "install.sh: name the folder in which dotnet publish has put apilb, and the root to install to" >&2
    exit 2
fi
published=$1
root=$2
source=$(dirname "${BASH_SOURCE[0]}")/..

put() { install -D --mode=0644 "$source/$1" "$root/$2"; }

install -D --mode=0755 "$published/apilb" "$root/usr/bin/apilb"
install -D --mode=0755 "$source/packaging/after-install" "$root/usr/libexec/apilb/after-install"
put systemd/apilb.service usr/lib/systemd/system/apilb.service
put systemd/apilb.socket usr/lib/systemd/system/apilb.socket
put systemd/apilb.sysusers usr/lib/sysusers.d/apilb.conf
put systemd/apilb.tmpfiles usr/lib/tmpfiles.d/apilb.conf
put systemd/drop-ins/privileged-ports.conf usr/share/apilb/drop-ins/privileged-ports.conf
put systemd/drop-ins/transparent-source.conf usr/share/apilb/drop-ins/transparent-source.conf
put configs/apilb.yaml usr/share/apilb/apilb.yaml
put configs/apilb.schema.json usr/share/apilb/apilb.schema.json
# Prometheus and Grafana read them where they are: nothing below /usr/share/doc stays uncompressed.
put configs/prometheus/apilb.rules.yaml usr/share/apilb/prometheus/apilb.rules.yaml
put configs/grafana/apilb.json usr/share/apilb/grafana/apilb.json
for example in "$source"/configs/examples/*.yaml; do
    put "configs/examples/${example##*/}" "usr/share/doc/apilb/examples/${example##*/}"
done
put packaging/completions/apilb.bash usr/share/bash-completion/completions/apilb
put packaging/completions/apilb.zsh usr/share/zsh/vendor-completions/_apilb
put packaging/completions/apilb.fish usr/share/fish/vendor_completions.d/apilb.fish
