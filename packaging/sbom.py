#!/usr/bin/env python3
"""Writes what is inside the binary: apilb.spdx.json (SPDX 2.3) and third-party-notices.gz, the texts of the licences.

    packaging/sbom.py PROJECT_ASSETS --version VERSION --output DIRECTORY

PROJECT_ASSETS is the project.assets.json that restore wrote: the packages of NuGet that the binary contains with their hashes,
and the packs of the .NET runtime. Licences come from the packages. Deterministic; the time is SOURCE_DATE_EPOCH.
"""
import argparse
import base64
import datetime
import gzip
import json
import os
import pathlib
import re
import xml.etree.ElementTree as xml

RUNTIME_PACKS = ("microsoft.netcore.app.runtime.", "microsoft.aspnetcore.app.runtime.")


class Package:
    def __init__(self, name, version, folder):
        self.name, self.version, self.folder = name, version, folder
        nuspec = xml.parse(next(folder.glob("*.nuspec"))).getroot()
        self.metadata = {element.tag.rpartition("}")[2]: element for element in nuspec[0]}

    @property
    def licence(self):
        element = self.metadata.get("license")
        if element is None or element.get("type") != "expression":
            raise SystemExit(f"sbom.py: {self.name} {self.version} names no SPDX licence: add its case here after reading it")
        return element.text

    @property
    def copyright(self):
        element = self.metadata.get("copyright")
        return element.text if element is not None and element.text else f"{self.metadata['authors'].text}"

    @property
    def sha512(self):
        return base64.b64decode(next(self.folder.glob("*.nupkg.sha512")).read_text()).hex()

    @property
    def texts(self):
        """Those in the package; some packages only name their licence, which asks for its text all the same."""
        def of(pattern):
            wanted = re.compile(pattern, re.IGNORECASE)
            return [file.read_text(encoding="utf-8-sig") for file in sorted(self.folder.iterdir()) if wanted.fullmatch(file.name)]

        return (of(r"licen[cs]e[^/]*") or [self.usual_text]) + of(r"third-?party-?notices[^/]*")

    @property
    def usual_text(self):
        here = pathlib.Path(__file__).parent
        file = here.parent / "LICENSE" if self.licence == "Apache-2.0" else here / "licences" / f"{self.licence}.txt"
        if not file.is_file():
            raise SystemExit(f"sbom.py: {self.name} {self.version} has no text of its licence {self.licence}: add {file}")
        return file.read_text()


def shipped(assets):
    """Packages with files in the binary; analyzers and build tools have none."""
    folders = [pathlib.Path(folder) for folder in assets["packageFolders"]]

    def find(name, version):
        return Package(name, version, next(f for folder in folders if (f := folder / name.lower() / version).is_dir()))

    target = next(packages for name, packages in assets["targets"].items() if "/" in name)
    for key, package in target.items():
        files = [file for kind in ("runtime", "native") for file in package.get(kind, {}) if not file.endswith("/_._")]
        if package["type"] == "package" and files:
            yield find(*key.split("/"))
    for framework in assets["project"]["frameworks"].values():
        for pack in framework.get("downloadDependencies", []):
            if pack["name"].lower().startswith(RUNTIME_PACKS):
                yield find(pack["name"], pack["version"].strip("[]").split(",")[0])


def identifier(package):
    return "SPDXRef-" + re.sub("[^A-Za-z0-9.-]", "-", f"{package.name}-{package.version}")


def document(packages, version):
    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    apilb = {
        "SPDXID": "SPDXRef-apilb", "name": "apilb", "versionInfo": version, "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0", "copyrightText": "The ApiLb authors", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
    }
    contents = [{
        "SPDXID": identifier(package), "name": package.name, "versionInfo": package.version, "licenseConcluded": package.licence,
        "licenseDeclared": package.licence, "copyrightText": package.copyright, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "checksums": [{"algorithm": "SHA512", "checksumValue": package.sha512}],
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": f"pkg:nuget/{package.name}@{package.version}",
        }],
    } for package in packages]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-apilb")]
    relations += [("SPDXRef-apilb", "CONTAINS", package["SPDXID"]) for package in contents]
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"apilb-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/apilb-{version}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: packaging/sbom.py"]},
        "packages": [apilb, *contents],
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in relations],
    }


def notices(packages):
    for package in packages:
        yield f"{package.name} {package.version}: {package.licence}\n{package.copyright}\n"
        yield from package.texts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assets", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    packages = sorted(shipped(json.loads(arguments.assets.read_text())), key=lambda package: package.name.lower())
    arguments.output.mkdir(parents=True, exist_ok=True)
    sbom = json.dumps(document(packages, arguments.version), indent=2) + "\n"
    (arguments.output / "apilb.spdx.json").write_text(sbom)
    text = ("\n" + "-" * 78 + "\n\n").join(notices(packages))
    (arguments.output / "third-party-notices.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


main()
