using System.Diagnostics;
using System.Net;
using ApiLb.IntegrationTests.Operators;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.IntegrationTests.Packages;

/// <summary>tests/audit-packages.sh with sources of the test's own. The packages themselves come from the folder where restore put them.</summary>
public sealed class PackageAuditTests : IAsyncLifetime
{
    private const int CouldNotAsk = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-audit-");
    private readonly Dictionary<string, string> _answers = [];
    private WebApplication? _source;

    private string Url => _source!.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _source = builder.Build();
        _source.Run(AnswerAsync);
        await _source.StartAsync();
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "nuget.config"),
            $"""<configuration><packageSources><clear /></packageSources><auditSources><clear /><add key="own" value="{Url}/index.json" allowInsecureConnections="true" /></auditSources></configuration>""");
    }

    public async ValueTask DisposeAsync()
    {
        await _source!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task VulnerablePackage_IsListed()
    {
        Knows("""{"yamldotnet":[{"severity":2,"url":"https://example.com/advisory","versions":"(, 99.0.0)"}]}""");

        var (exitCode, output) = await AuditAsync();

        Assert.True(exitCode == 1, output);
        Assert.Contains("'YamlDotNet'", output, StringComparison.Ordinal);
        Assert.Contains("https://example.com/advisory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VulnerabilityOfAnotherVersion_IsNone()
    {
        Knows("""{"yamldotnet":[{"severity":2,"url":"https://example.com/advisory","versions":"(, 2.0.0)"}]}""");

        var (exitCode, output) = await AuditAsync();

        Assert.True(exitCode == 0, output);
        Assert.Contains("none of which has a known vulnerability", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceWithoutData_IsNotTakenForAGoodAnswer()
    {
        _answers["/index.json"] = """{"version":"3.0.0","resources":[]}""";

        var (exitCode, output) = await AuditAsync();

        Assert.True(exitCode == CouldNotAsk, output);
        Assert.Contains("could not ask", output, StringComparison.Ordinal);
    }

    /// <summary>The source answers as NuGet's protocol has it: https://learn.microsoft.com/nuget/api/vulnerability-info.</summary>
    private void Knows(string vulnerabilities)
    {
        _answers["/index.json"] = $$"""{"version":"3.0.0","resources":[{"@id":"{{Url}}/pages.json","@type":"VulnerabilityInfo/6.7.0"}]}""";
        _answers["/pages.json"] = $$"""[{"@name":"base","@id":"{{Url}}/{{_folder.Name}}.json","@updated":"2026-01-01T00:00:00Z"}]""";
        _answers[$"/{_folder.Name}.json"] = vulnerabilities;
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (_answers.TryGetValue(context.Request.Path.Value ?? "", out var answer))
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(answer);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task<(int ExitCode, string Output)> AuditAsync()
    {
        ProcessStartInfo start = new(RepositoryFile.PathTo("tests", "audit-packages.sh")) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["APILB_AUDIT_CONFIG"] = Path.Combine(_folder.FullName, "nuget.config");
        using var audit = Process.Start(start)!;
        var output = await Task.WhenAll(audit.StandardOutput.ReadToEndAsync(), audit.StandardError.ReadToEndAsync());
        await audit.WaitForExitAsync();
        return (audit.ExitCode, string.Concat(output));
    }
}
