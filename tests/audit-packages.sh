#!/bin/bash
# Asks the package sources whether any package of the restore graph, of the product or of the tests, has a known vulnerability.
#
#   tests/audit-packages.sh
#
# NuGet alone answers "no vulnerable packages" also when no source has any data, so the sources are made audit sources, for which
# it says so (NU1905). Exit code: 0 none is known; 1 some are, and they are listed; 3 could not ask: no source answers
# such questions, or none was reached. Where sources need credentials, set APILB_AUDIT_CONFIG to a nuget.config with <auditSources>.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 3

work=$(mktemp --directory) || exit 3
trap 'rm --recursive --force "$work"' EXIT
config=${APILB_AUDIT_CONFIG:-}
if [[ -z $config ]]; then
    config=$work/nuget.config
    # "E https://source/index.json": the enabled ones.
    mapfile -t sources < <(dotnet nuget list source --format Short | sed --quiet 's/^E[A-Z]* \(.*\)/\1/p')
    ((${#sources[@]} > 0)) || { echo "package audit: could not ask: no package source is configured"; exit 3; }
    add=$(for index in "${!sources[@]}"; do echo "<add key=\"source-$index\" value=\"${sources[index]//&/&amp;}\" />"; done)
    echo "<configuration><packageSources><clear />$add</packageSources><auditSources><clear />$add</auditSources></configuration>" > "$config"
fi

# Projects of their own with every package as it was resolved, a second version in a second one: the tree's own restore is not touched.
mapfile -t packages < <(
    find src tests -path '*/obj/project.assets.json' -exec cat {} + \
        | awk -F '"' '/^      "[^"]+\/[0-9][^"]*": \{/ { name = $2 } /^        "type": "package"/ { print name }' | sort --unique
)
((${#packages[@]} > 0)) || { echo "package audit: could not ask: build first, there is no restore graph"; exit 3; }
declare -A versions=()
for package in "${packages[@]}"; do
    number=$((versions[${package%/*}]++))
    echo "<PackageReference Include=\"${package%/*}\" Version=\"[${package#*/}]\" ExcludeAssets=\"all\" />" >> "$work/$number.items"
done

output=
status=0
for items in "$work"/*.items; do
    cat > "${items%.items}.csproj" << END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <BaseIntermediateOutputPath>${items%.items}.obj/</BaseIntermediateOutputPath>
    <NuGetAudit>true</NuGetAudit>
    <NuGetAuditMode>all</NuGetAuditMode>
    <NuGetAuditLevel>low</NuGetAuditLevel>
    <NoWarn>\$(NoWarn);NU1510;NU1605;NU1608;NU1701</NoWarn>
  </PropertyGroup>
  <ItemGroup>
$(cat "$items")
  </ItemGroup>
</Project>
END
    output+=$(dotnet restore "${items%.items}.csproj" --configfile "$config" --force 2>&1) || status=1
    output+=$'\n'
done

known=$(grep --only-matching --extended-regexp 'NU190[1-4]: .*' <<< "$output" | sed 's/ \[.*//' | sort --unique)
if [[ -n $known ]]; then
    echo "package audit: packages with known vulnerabilities:"
    echo "$known"
    exit 1
fi

if grep --quiet --extended-regexp 'NU190[05]' <<< "$output"; then
    echo "package audit: could not ask: no package source that is configured has data about vulnerabilities (NU1905)"
    exit 3
fi

if ((status != 0)); then
    echo "package audit: could not ask:"
    echo "$output"
    exit 3
fi

echo "package audit: ${#packages[@]} packages, none of which has a known vulnerability"
