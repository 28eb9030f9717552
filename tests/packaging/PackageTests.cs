using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-packages-");

    public PackageTests() => Prerequisites.Demand();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Lintian_FindsNoError()
    {
        var report = await Command.RunAsync("lintian", "--allow-root", "--fail-on", "error,warning", Packages.Deb);

        Assert.True(report.ExitCode == 0, report.ToString());
    }

    [Fact]
    public void Packages_HaveAtMost32Megabytes() =>
        Assert.All([Packages.Deb, Packages.Rpm, Packages.Tarball], package => Assert.InRange(new FileInfo(package).Length, 1, 32_000_000));

    [Fact]
    public async Task Rpm_HasTheFilesOfTheDebAndSetsNoConfigurationDown()
    {
        var deb = (await Command.RunAsync("sh", "-c", $"dpkg-deb --fsys-tarfile {Packages.Deb} | tar --list | grep -v '/$' | sed 's:^\\.::'")).Succeeded();
        var rpm = (await Command.RunAsync("rpm", "--query", "--package", "--list", Packages.Rpm)).Succeeded();

        // Where distributions differ: the shells' folders, and Debian's own files about the package.
        string[] expected = [.. deb.Split('\n').Where(f => !f.EndsWith("/copyright", StringComparison.Ordinal) && !f.EndsWith("/changelog.gz", StringComparison.Ordinal)
            && !f.StartsWith("/usr/share/lintian/", StringComparison.Ordinal)).Select(f => f.Replace("vendor-completions", "site-functions", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Empty(expected.Except(rpm.Split('\n')));
        Assert.DoesNotContain("/etc/", deb + rpm, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RpmScripts_AreValidShell()
    {
        var scripts = (await Command.RunAsync("rpm", "--query", "--package", "--queryformat", "%{PREIN}\n%{POSTIN}\n%{PREUN}\n%{POSTUN}\n", Packages.Rpm)).Succeeded();

        (await Command.RunWithAsync(scripts, "sh", "-n")).Succeeded();
        Assert.Contains("after-install", scripts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SamePublished_GivesTheSamePackages()
    {
        await Packages.PackAsync(Packages.Version, _folder.FullName, "deb rpm tarball");

        Assert.All([Packages.Deb, Packages.Rpm, Packages.Tarball], package => Assert.Equal(HashOf(package), HashOf(Path.Combine(_folder.FullName, Path.GetFileName(package)))));
    }

    [Fact]
    public async Task SameSourcesElsewhere_GiveTheSameBinary()
    {
        (await Command.RunAsync("sh", "-c", $"cp --recursive --parents --target-directory={_folder.FullName} src configs packaging systemd CHANGELOG.md LICENSE BannedSymbols.txt .editorconfig Directory.*.props "
            + $"&& find {_folder.FullName}/src -depth '(' -name obj -o -name bin ')' -exec rm --recursive --force {{}} +")).Succeeded();

        var build = Path.Combine(_folder.FullName, "packaging", "build");
        (await Command.RunAsync(build, "--version", Packages.Version, "--output", Path.Combine(_folder.FullName, "out"), "--formats", "")).Succeeded();

        Assert.Equal(HashOf(Path.Combine(Packages.Build, "root/usr/bin/apilb")), HashOf(Path.Combine(_folder.FullName, "out/build-amd64/root/usr/bin/apilb")));
    }

    [Fact]
    public void BillOfMaterials_NamesWhatIsInsideWithLicenceAndHash()
    {
        using var sbom = JsonDocument.Parse(File.ReadAllText(Path.Combine(Packages.Build, "root/usr/share/doc/apilb/apilb.spdx.json")));
        var inside = sbom.RootElement.GetProperty("packages").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!);

        Assert.Superset(
            new HashSet<string> { "apilb", "dotnet-etcd", "Google.Protobuf", "Grpc.Net.Client", "Microsoft.Extensions.Hosting.Systemd", "OpenTelemetry", "YamlDotNet", "System.CommandLine", "Spectre.Console", "Microsoft.NETCore.App.Runtime.linux-x64", "Microsoft.AspNetCore.App.Runtime.linux-x64" },
            inside.Keys.ToHashSet());
        Assert.DoesNotContain(inside.Keys, name => name.Contains("Analyzer", StringComparison.Ordinal));
        Assert.All(inside.Values, package => Assert.Contains(package.GetProperty("licenseDeclared").GetString(), new[] { "Apache-2.0", "BSD-3-Clause", "MIT" }));
        Assert.All(inside.Values.Where(p => p.GetProperty("name").GetString() != "apilb"), package => Assert.Equal(128, package.GetProperty("checksums")[0].GetProperty("checksumValue").GetString()!.Length));
    }

    [Fact]
    public void Notices_HaveTheTextOfEveryLicence()
    {
        using var notices = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Packages.Build, "root/usr/share/doc/apilb/third-party-notices.gz")), CompressionMode.Decompress));
        var packages = Regex.Split(notices.ReadToEnd(), @"^(?=\S+ \d[\w.+-]*: (?:Apache-2\.0|BSD-3-Clause|MIT)$)", RegexOptions.Multiline).Where(p => p.Length > 0).ToArray();

        Assert.Contains(packages, p => p.StartsWith("Google.Protobuf ", StringComparison.Ordinal));
        Assert.All(packages, p => Assert.Matches("Permission is hereby granted|Redistribution and use in source and binary forms|TERMS AND CONDITIONS FOR USE, REPRODUCTION", p));
    }

    [Theory]
    [InlineData("man1/apilb.1.gz", "apilb check")]
    [InlineData("man5/apilb.yaml.5.gz", "pools.NAME.health.type")]
    [InlineData("man8/apilb.service.8.gz", "systemctl reload")]
    public async Task ManualPage_IsCleanAndSays(string page, string text)
    {
        var man = await Command.RunAsync("env", "MANROFFSEQ=", "MANWIDTH=200", "man", "--warnings", "--encoding=UTF-8", "--local-file", Path.Combine(Packages.Build, "root/usr/share/man", page));

        Assert.Empty(man.Errors);
        Assert.Contains(text, man.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RulesAndDashboard_LieWherePrometheusAndGrafanaCanReadThem()
    {
        var shared = Path.Combine(Packages.Build, "root/usr/share/apilb");

        (await Command.RunAsync("promtool", "check", "rules", Path.Combine(shared, "prometheus/apilb.rules.yaml"))).Succeeded();
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(shared, "grafana/apilb.json")));
        Assert.NotEmpty(dashboard.RootElement.GetProperty("panels").EnumerateArray());
    }

    [Fact]
    public async Task BashCompletion_OffersCommandsAndOptions()
    {
        var completion = Path.Combine(Packages.Build, "root/usr/share/bash-completion/completions/apilb");
        var offered = (await Command.RunAsync("bash", "-c",
            $"PATH={Packages.Build}/published:$PATH; . {completion}; COMP_WORDS=(apilb st) COMP_CWORD=1 COMP_LINE='apilb st' COMP_POINT=8; _apilb; echo ${{COMPREPLY[@]}}; "
            + "COMP_WORDS=(apilb check --c) COMP_CWORD=2 COMP_LINE='apilb check --c' COMP_POINT=15; _apilb; echo ${COMPREPLY[@]}; "
            + "COMP_WORDS=(apilb status -o ) COMP_CWORD=3 COMP_LINE='apilb status -o ' COMP_POINT=16; _apilb; echo ${COMPREPLY[@]}")).Succeeded();

        Assert.Contains("status", offered.Split('\n')[0].Split(' '));
        Assert.Equal("--config", offered.Split('\n')[1]);
        Assert.Equal(["csv", "json", "table"], offered.Split('\n')[2].Split(' ').Order(StringComparer.Ordinal));
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
