using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class PoolMembersTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("apilb-pool-members-");
    private readonly FakeTime _time = new();
    private readonly RecordedLog _log = new();
    private readonly List<string> _applied = [];
    private readonly BackendPool _pool;

    public PoolMembersTests() => _pool = new BackendPool(
        new PoolOptions
        {
            Name = "cp",
            Backends = [new BackendOptions { Name = "seed", Address = new BackendAddress("10.0.0.9", 6443) }],
            Health = new HealthOptions { Type = HealthCheckType.Tcp },
            Discovery = new DiscoveryOptions
            {
                Kubernetes = new KubernetesDiscoveryOptions { Kubeconfig = "/k" },
                Dns = new DnsDiscoveryOptions { Name = "n" },
            },
        },
        _time,
        NullLogger<BackendPool>.Instance);

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task BothSources_AreJoinedWithTheFile()
    {
        using var members = New();

        await SeesAsync(members, "kubernetes", "ab");
        await SeesAsync(members, "dns", "bc");

        Assert.Equal(["seed 10.0.0.1:6443 10.0.0.2:6443", "seed 10.0.0.1:6443 10.0.0.2:6443 10.0.0.3:6443"], _applied);
        Assert.Equal(4, _pool.Discovery?.Members);
    }

    [Fact]
    public async Task NothingNew_IsNotApplied()
    {
        using var members = New();

        await SeesAsync(members, "kubernetes", "ab");
        await SeesAsync(members, "kubernetes", "ba");

        Assert.Single(_applied);
        Assert.Equal(1, _pool.Discovery?.Observations(0, DiscoveryResult.Unchanged));
    }

    [Fact]
    public async Task Failures_ChangeNothingAndAreToldOnce()
    {
        using var members = New();
        await SeesAsync(members, "kubernetes", "ab");
        _log.Lines.Clear();

        await FailsAsync(members);
        await FailsAsync(members);
        await SeesAsync(members, "kubernetes", "ab");

        Assert.Single(_applied);
        Assert.Equal(2, _pool.Discovery?.Observations(0, DiscoveryResult.FailedUnreachable));
        Assert.Equal(
            ["Warning: Pool cp: discovery from kubernetes failed: refused; the last good list stays.", "Information: Pool cp: discovery from kubernetes recovered."],
            _log.Lines);
    }

    [Fact]
    public async Task EmptyAnswer_IsDoubtedOnceInTheLogAndCountedEachTime()
    {
        using var members = New();
        await SeesAsync(members, "kubernetes", "ab");
        _log.Lines.Clear();

        await SeesAsync(members, "kubernetes", "");
        await SeesAsync(members, "kubernetes", "");

        Assert.StartsWith("Warning: Pool cp: kubernetes misses 2 of 2 members at once", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(2, _pool.Discovery?.Observations(0, DiscoveryResult.RefusedEmpty));
        Assert.Single(_applied);
    }

    [Fact]
    public async Task RefusedAddress_IsToldOnce()
    {
        using var members = New();

        await members.TakeAsync("dns", DiscoveredMembers.Of([Members.At("127.0.0.1:6443")]), CancellationToken.None);
        await members.TakeAsync("dns", DiscoveredMembers.Of([Members.At("127.0.0.1:6443")]), CancellationToken.None);

        Assert.Equal(["Warning: Pool cp: discovery from dns names 127.0.0.1:6443, which is refused: a loopback address is this host, not a server."], _log.Lines);
        Assert.Empty(_applied);
    }

    [Fact]
    public async Task NewRunWithoutAnyAnswer_BeginsWithTheLastGoodList()
    {
        using (var before = New())
        {
            await SeesAsync(before, "kubernetes", "ab");
        }

        _applied.Clear();
        using var after = New();
        await after.RestoreAsync(CancellationToken.None);
        await FailsAsync(after);

        Assert.Equal(["seed 10.0.0.1:6443 10.0.0.2:6443"], _applied);
    }

    [Fact]
    public async Task NewRunWithAnEmptyAnswer_DoubtsIt()
    {
        using (var before = New())
        {
            await SeesAsync(before, "kubernetes", "ab");
        }

        using var after = New();
        await after.RestoreAsync(CancellationToken.None);
        await SeesAsync(after, "kubernetes", "");

        Assert.Equal(1, _pool.Discovery?.Observations(0, DiscoveryResult.RefusedEmpty));
        Assert.Equal("seed 10.0.0.1:6443 10.0.0.2:6443", _applied[^1]);
    }

    [Fact]
    public async Task LastSuccess_IsWhenTheSourceToldMembers()
    {
        using var members = New();
        Assert.Equal(0, _pool.Discovery?.LastSuccess(0));

        await SeesAsync(members, "kubernetes", "a");

        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), _pool.Discovery?.LastSuccess(0));
    }

    [Fact]
    public async Task ChangedFile_IsJoinedWithWhatIsBelieved()
    {
        using var members = New();
        await SeesAsync(members, "kubernetes", "a");

        _pool.Change(_pool.Options with { Backends = [new BackendOptions { Name = "other", Address = new BackendAddress("10.0.0.8", 6443) }] });
        await members.RefreshAsync(CancellationToken.None);

        Assert.Equal(["seed 10.0.0.1:6443", "other 10.0.0.1:6443"], _applied);
    }

    [Fact]
    public async Task DiscoveryThatBeginsAnew_DropsWhatItNoLongerSees()
    {
        _pool.SetMembers([.. _pool.Options.Backends, new BackendOptions { Name = "discovered before", Address = new BackendAddress("10.0.0.7", 6443) }]);
        using var members = New();
        Assert.Empty(_applied);

        await SeesAsync(members, "kubernetes", "");

        Assert.Equal(["seed"], _applied);
    }

    private PoolMembers New() => new(
        _pool,
        all => _applied.Add(string.Join(' ', all.Select(b => b.Name))),
        new LastGoodMembers(_state.FullName, "cp", NullLogger.Instance),
        _time,
        _log);

    private static Task<DiscoveryResult> SeesAsync(PoolMembers members, string source, string letters) =>
        members.TakeAsync(source, DiscoveredMembers.Of(Members.Of(letters)), CancellationToken.None);

    private static Task<DiscoveryResult> FailsAsync(PoolMembers members) => members.TakeAsync(
        "kubernetes", DiscoveredMembers.Failed(new DiscoveryFailure(DiscoveryResult.FailedUnreachable, "refused")), CancellationToken.None);
}
