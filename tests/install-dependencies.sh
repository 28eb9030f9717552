#!/bin/bash
# Installs the Debian packages that the tests of ApiLb use. Run as root on Debian 12 with the .NET SDK; may be run again at any time.
# No daemon is started: the tests run etcd, haproxy, nginx and the others themselves, each in a directory of its own.
set -euo pipefail

packages=(
    # The Kubernetes lab: etcd, and what builds kube-apiserver, kube-controller-manager and kubeadm from Debian's source package.
    etcd-server etcd-client dpkg-dev golang-1.19-go golang-github-modern-go-reflect2-dev
    # Network namespaces, packet loss, virtual addresses.
    iproute2 iputils-ping nftables keepalived bird2 util-linux procps
    # Peers and load generators.
    haproxy nginx libnginx-mod-stream wrk apache2-utils nghttp2-client curl openssl faketime
    # promtool, terminal and browser tests, systemd-socket-activate.
    prometheus tmux chromium systemd
    # The curves of the soak.
    gnuplot-nox
    # The packages of ApiLb: what builds and judges them, and a real systemd that installs them.
    debhelper lintian rpm xz-utils python3 man-db debootstrap systemd-container
)

if [[ $EUID -ne 0 ]]; then
    echo "install-dependencies.sh: run this as root (it installs Debian packages)" >&2
    exit 1
fi

# A kubectl from elsewhere conflicts with Debian's package and serves as well.
if ! command -v kubectl > /dev/null; then
    packages+=(kubernetes-client)
fi

missing=()
for package in "${packages[@]}"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true) != installed ]]; then
        missing+=("$package")
    fi
done
if [[ ${#missing[@]} -eq 0 ]]; then
    echo "install-dependencies.sh: all ${#packages[@]} packages are installed"
    exit 0
fi
echo "install-dependencies.sh: installing ${missing[*]}"

# invoke-rc.d asks this file whether a package may start its daemon: 101 says no.
policy=/usr/sbin/policy-rc.d
saved=
if [[ -e $policy ]]; then
    saved=$(mktemp "$policy.XXXXXX")
    cp --preserve "$policy" "$saved"
fi
restore_policy() {
    if [[ -n $saved ]]; then
        mv --force "$saved" "$policy"
    else
        rm --force "$policy"
    fi
}
trap restore_policy EXIT
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt=(apt-get --option Acquire::Retries=5 --option DPkg::Lock::Timeout=600 --quiet --quiet)
attempts=3
for ((attempt = 1; attempt <= attempts; attempt++)); do
    if "${apt[@]}" update && "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" < /dev/null; then
        echo "install-dependencies.sh: done"
        exit 0
    fi
    echo "install-dependencies.sh: attempt $attempt of $attempts failed" >&2
done
exit 1
