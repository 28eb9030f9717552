#!/bin/bash
# Brings the end-to-end lab up to play with it. The lab itself is C#: see ../Lab.cs.
#   lab.sh up                     build, lay the hosts, start everything (APILB_E2E_BALANCER=apilb|haproxy)
#   lab.sh kubectl ARGUMENTS...   kubectl on the client host, through the balancer
#   lab.sh exec HOST COMMAND...   any command on cp1, cp2, cp3, lb1, lb2 or client
#   lab.sh etcd-kill HOST...      kill -9 the etcd member of cp1, cp2, cp3; two of them, and the quorum is lost
#   lab.sh etcd-start HOST...     start it again with the data that it had
#   lab.sh figures                how long each step of `up` took
#   lab.sh down                   stop everything and remove the hosts; the logs stay
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=/run/apilb-e2e
usage() { sed --quiet '2,/^set/{/^#/s/^# \?//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }
is_running() { kill -0 "$1" 2> /dev/null; }

up() {
    if [[ -e $lab/pid ]] && is_running "$(< "$lab/pid")"; then
        echo "the lab is up already behind $(< "$lab/up")" >&2
        exit 1
    fi
    dotnet build "$here" --nologo --verbosity quiet
    rm --force "$lab/up"
    # A session of its own: Ctrl-C in this terminal is not meant for the lab.
    setsid "$here/bin/Debug/net10.0/ApiLb.EndToEndTests" -noColor -explicit only -class ApiLb.EndToEndTests.HandOperatedLab \
        > "$lab.log" 2>&1 < /dev/null &
    local pid=$!
    until [[ -e $lab/up ]]; do
        is_running "$pid" || { cat "$lab.log" >&2; exit 1; }
        sleep 0.2
    done
    echo "$pid" > "$lab/pid"
    echo "The lab is up behind $(< "$lab/up"). Logs: $lab/logs. Try: ${BASH_SOURCE[0]} kubectl get endpoints kubernetes"
}

down() {
    [[ -e $lab/pid ]] || { echo "no lab is up" >&2; exit 1; }
    local pid
    pid=$(< "$lab/pid")
    touch "$lab/stop"
    while is_running "$pid"; do
        sleep 0.2
    done
    rm --force "$lab/pid"
    echo "The lab is down. Logs: $lab/logs"
}

on_host() { local host=$1; shift; exec nsenter "--net=/run/netns/apilb-$host" -- "$@"; }

etcd_kill() {
    local host pid
    for host in "$@"; do
        for pid in $(ip netns pids "apilb-$host"); do
            [[ $(< "/proc/$pid/comm") == etcd ]] || continue
            cp "/proc/$pid/cmdline" "$lab/$host-etcd.cmdline"
            kill -KILL "$pid"
        done
    done
}

etcd_start() {
    local host command
    for host in "$@"; do
        mapfile -d '' command < "$lab/$host-etcd.cmdline"
        setsid nsenter "--net=/run/netns/apilb-$host" -- "${command[@]}" >> "$lab/logs/$host-etcd.log" 2>&1 < /dev/null &
    done
}

case ${1-} in
    up) up ;;
    down) down ;;
    kubectl) shift; on_host client kubectl --kubeconfig "$lab/hosts/cp1/etc/kubernetes/admin.conf" "$@" ;;
    exec) shift; [[ $# -ge 2 ]] || usage; on_host "$@" ;;
    etcd-kill) shift; [[ $# -ge 1 ]] || usage; etcd_kill "$@" ;;
    etcd-start) shift; [[ $# -ge 1 ]] || usage; etcd_start "$@" ;;
    figures) cat "$lab/logs/figures.log" ;;
    *) usage ;;
esac
