using System.Net;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Validation;
using Xunit;

namespace ApiLb.IntegrationTests.Validation;

public sealed class ValidatorTests : IAsyncLifetime
{
    private const string Readiness = "/readyz?verbose";

    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await ControlPlane.StartAsync();
        foreach (var i in Enumerable.Range(0, 3))
        {
            _plane[i].Paths[Readiness] = Answers.Status(200, "[+]ping ok\n[+]etcd ok\nreadyz check passed\n");
        }
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task AllWell_PassesAndTellsWhoServed()
    {
        var report = await _plane.ValidateAsync(_plane.Plan);

        Assert.Empty(report.Findings);
        Assert.True(report.Passed);
        Assert.All(report.Apiservers, a => Assert.Equal(ApiserverResult.Ready, a.State));
        Assert.Equal(["cp1", "cp2", "cp3"], report.Requests.Backends.Keys);
        Assert.Equal(EtcdResult.Held, report.Etcd.Quorum);
        Assert.All(_plane.Progress, p => Assert.False(p.IsLive));
    }

    [Fact]
    public async Task DeadApiserver_IsFoundThoughClientsDoNotNotice()
    {
        await _plane[1].DisposeAsync();

        var report = await _plane.ValidateAsync(_plane.Plan);

        Assert.Equal(0, report.Requests.Failed);
        Assert.Contains("cp2 at 127.0.0.1", Assert.Single(report.Findings).Text, StringComparison.Ordinal);
        Assert.False(report.Passed);
    }

    [Fact]
    public async Task ApiserverWithoutItsEtcd_IsFound()
    {
        _plane[2].Paths[Readiness] = Answers.Status(500, Answers.EtcdDownBody);

        var report = await _plane.ValidateAsync(_plane.Plan);

        Assert.Equal(
            [$"cp3 at 127.0.0.1:{_plane[2].Port} is not ready: status 500: etcd", "cp3 does not reach its etcd"],
            report.Findings.Select(f => f.Text));
    }

    [Fact]
    public async Task NobodyBehindTheBalancer_IsFound()
    {
        foreach (var i in Enumerable.Range(0, 3))
        {
            await _plane[i].DisposeAsync();
        }

        var report = await _plane.ValidateAsync(_plane.Plan);

        Assert.Equal(report.Requests.Connections, report.Requests.Failed);
        Assert.Contains(report.Findings, f => f is { Step: "requests", Severity: ValidationFinding.Error });
    }

    [Fact]
    public async Task NoBalancer_IsFoundWithTheReason()
    {
        var report = await _plane.ValidateAsync(_plane.Plan with { Balancer = new IPEndPoint(IPAddress.Loopback, 1) });

        Assert.Contains(report.Findings, f => f.Text.EndsWith("most often: connection refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CertificateForAnotherName_IsFoundWithTheReason()
    {
        var report = await _plane.ValidateAsync(_plane.Plan with { ServerName = "api.example.com" });

        Assert.Contains(report.Findings, f => f.Step == "requests" && f.Text.EndsWith("does not cover api.example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ApiserversThatAnswerOnlyThroughTheBalancer_AreAWarning()
    {
        var elsewhere = _plane.Plan.Apiservers.Select(a => a with { EndPoint = new IPEndPoint(IPAddress.Loopback, 1) });

        var report = await _plane.ValidateAsync(_plane.Plan with { Apiservers = [.. elsewhere] });

        Assert.True(report.Passed);
        Assert.Contains(report.Findings, f => f is { Step: "apiservers", Severity: ValidationFinding.Warning });
        Assert.All(report.Requests.Backends.Keys, name => Assert.StartsWith("certificate ", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ApiserverKilledMeanwhile_IsSeenAndFailsNobody()
    {
        Task killed = Task.CompletedTask;

        var report = await _plane.ValidateAsync(_plane.Plan with { During = TimeSpan.FromSeconds(4) }, progress =>
        {
            if (progress.IsLive && killed.IsCompletedSuccessfully)
            {
                killed = _plane[0].DisposeAsync().AsTask();
            }
        });

        await killed;
        Assert.Equal(0, report.During?.Requests.Failed);
        Assert.Equal(("cp1", false), report.During?.Outages.Select(o => (o.Apiserver, o.Answers)).Single());
        Assert.True(report.Passed, string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task OperatorWhoHasSeenEnough_GetsTheReport()
    {
        using CancellationTokenSource enough = new();
        var during = TimeSpan.FromMinutes(30);

        var report = await _plane.ValidateAsync(_plane.Plan with { During = during }, progress => _ = progress.IsLive ? enough.CancelAsync() : null, enough.Token);

        Assert.InRange(report.During!.Seconds, 0, during.TotalSeconds / 2);
        Assert.True(report.During.Requests.Connections > 0);
    }

    [Fact]
    public async Task NothingBrokenMeanwhile_ShowsNothing()
    {
        var report = await _plane.ValidateAsync(_plane.Plan with { During = TimeSpan.FromSeconds(1) });

        Assert.True(report.During?.Requests.Connections >= 20, $"{report.During?.Requests}");
        Assert.Contains(report.Findings, f => f is { Step: "during", Severity: ValidationFinding.Warning } && f.Text.StartsWith("no apiserver was seen", StringComparison.Ordinal));
        Assert.True(report.Passed);
    }
}
