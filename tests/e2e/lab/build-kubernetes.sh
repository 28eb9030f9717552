#!/bin/bash
# Builds kube-apiserver, kube-controller-manager and kubeadm from Debian's source package `kubernetes`, and with its packages our
# stand-in-kubelet (kubelet/main.go), and keeps them in ${XDG_CACHE_HOME:-~/.cache}/apilb/kubernetes-v1.20.2. Prints that directory.
# Builds only what is not there: all about four minutes on two cores, the stand-in alone, when its source has changed, about one.
# Needs tests/install-dependencies.sh once. Nothing of the machine's apt configuration is changed.
set -euo pipefail

version=1.20.2
components=(kube-apiserver kube-controller-manager kubeadm)
kubelet_source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/kubelet/main.go")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/apilb
target=$cache/kubernetes-v$version

say() { echo "build-kubernetes.sh: $*" >&2; }

has_components() {
    local component
    for component in "${components[@]}"; do
        [[ -x $target/$component ]] || return 1
    done
}

# Beside it lies the source that it was built from.
has_kubelet() { [[ -x $target/stand-in-kubelet ]] && cmp --silent "$kubelet_source" "$target/stand-in-kubelet.go"; }

mkdir --parents "$cache"
exec 9> "$cache/kubernetes.lock"
flock 9
if has_components && has_kubelet; then
    echo "$target"
    exit 0
fi

go=$(command -v /usr/lib/go-1.19/bin/go) || { say "golang-1.19 is missing: run tests/install-dependencies.sh"; exit 1; }
# On the cache's disk, so that the last step is a rename; removed with go's build cache, also when the build fails.
work=$(mktemp --directory "$cache/build.XXXXXX")
trap 'chmod --recursive u+w "$work"; rm --recursive --force "$work"' EXIT

# The source package comes from the archives that apt already uses for Debian's binary packages, through lists of our own.
write_source_list() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=
    [[ -e $keyring ]] && options="[signed-by=$keyring] "
    apt-get indextargets --format "deb-src $options\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' 'Origin: Debian' \
        | sort --unique > "$work/apt/sources.list"
    [[ -s $work/apt/sources.list ]] || { say "apt knows no Debian archive: run apt-get update"; exit 1; }
}

fetch_source() {
    mkdir --parents "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/parts"
    write_source_list
    local options=(
        --option "Dir::Etc::sourcelist=$work/apt/sources.list" --option "Dir::Etc::sourceparts=$work/apt/parts"
        --option "Dir::State::lists=$work/apt/lists" --option "Dir::Cache=$work/apt/cache"
        --option APT::Sandbox::User=root --option Acquire::Retries=5 --quiet --quiet
    )
    say "fetching the source package"
    (cd "$work" && apt-get "${options[@]}" update >&2 && apt-get "${options[@]}" source --download-only kubernetes >&2)
    mkdir --parents "$(dirname "$tree")"
    dpkg-source --no-check --extract "$work"/kubernetes_*.dsc "$tree" >&2
}

# The vendored reflect2 1.0.1 crashes the process on Go 1.18 and later as soon as a map is pretty-printed.
replace_reflect2() {
    local packaged=/usr/share/gocode/src/github.com/modern-go/reflect2 vendored=$tree/vendor/github.com/modern-go/reflect2
    [[ -d $packaged ]] || { say "golang-github-modern-go-reflect2-dev is missing: run tests/install-dependencies.sh"; exit 1; }
    rm --recursive --force "$vendored"
    cp --recursive --dereference "$packaged" "$vendored"
}

# Debian's source lacks the generated file. Packages are marked as a whole (doc.go) or type by type.
generate_openapi() {
    local inputs
    inputs=$(grep --recursive --files-with-matches --include='*.go' '^// +k8s:openapi-gen=true' \
        pkg cmd staging/src/k8s.io vendor/k8s.io \
        | grep --invert-match --extended-regexp '/(_examples|testdata|code-generator|sample-[a-z]+)/' \
        | sed --regexp-extended 's#/[^/]+\.go$##; s#^staging/src/##; s#^vendor/##; s#^(pkg|cmd)/#k8s.io/kubernetes/\1/#' \
        | sort --unique | paste --serial --delimiters=,)
    say "generating the OpenAPI definitions"
    "$go" build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
    "$work/openapi-gen" --output-file-base zz_generated.openapi --output-package k8s.io/kubernetes/pkg/generated/openapi \
        --input-dirs "$inputs" --go-header-file hack/boilerplate/boilerplate.generatego.txt \
        --output-base "$GOPATH/src" --report-filename "$work/openapi-violations" >&2
}

build_components() {
    generate_openapi
    say "building ${components[*]}"
    # Without modules the linker knows these packages by their place in the vendor folder, and passes over a name it does not know.
    local vendored=k8s.io/kubernetes/vendor/k8s.io built
    mkdir "$work/built"
    "$go" build -trimpath -o "$work/built/" -ldflags "-s -w
        -X $vendored/component-base/version.gitVersion=v$version
        -X $vendored/component-base/version.gitMajor=${version%%.*}
        -X $vendored/component-base/version.gitMinor=$(cut --delimiter=. --fields=2 <<< "$version")
        -X $vendored/client-go/pkg/version.gitVersion=v$version" \
        "${components[@]/#/./cmd/}"
    built=$("$work/built/kubeadm" version --output short)
    [[ $built == "v$version" ]] || { say "kubeadm says that it is $built"; exit 1; }
    rm --recursive --force "$target"
    mv "$work/built" "$target"
}

build_kubelet() {
    say "building stand-in-kubelet"
    mkdir cmd/stand-in-kubelet
    cp "$kubelet_source" cmd/stand-in-kubelet/
    "$go" build -trimpath -o "$work/stand-in-kubelet" -ldflags "-s -w" ./cmd/stand-in-kubelet
    mv "$work/stand-in-kubelet" "$target/"
    cp cmd/stand-in-kubelet/main.go "$target/stand-in-kubelet.go"
}

mkdir "$work/tmp"
export TMPDIR=$work/tmp GOPATH=$work/go GOCACHE=$work/go-cache GO111MODULE=off CGO_ENABLED=0
tree=$GOPATH/src/k8s.io/kubernetes
fetch_source
replace_reflect2
cd "$tree"
has_components || build_components
has_kubelet || build_kubelet
say "done"
echo "$target"
