using System.Net;
using System.Text;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Discovery;

/// <summary>What the source makes of everything that an API can answer.</summary>
public sealed class KubernetesMemberSourceTests : IAsyncLifetime
{
    private const string Bookmark = """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"42"}}}""";
    private const string Gone = """{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}}""";

    private readonly ClusterCa _ca = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-kubernetes-");
    private ScriptedCluster _cluster = null!;
    private List<EndPoint> _members = [];

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    public async ValueTask InitializeAsync()
    {
        _cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        _members = [_cluster.EndPoint];
        await File.WriteAllTextAsync(TokenFile, "first\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ca.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task EndpointSlice_NamesTheMembers()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1", "2001:db8::1")));

        Assert.Equal("10.0.0.1:6443 [2001:db8::1]:6443", await LookAsync());
        Assert.Contains("fieldSelector=metadata.name%3Dkubernetes", Assert.Single(_cluster.Requests), StringComparison.Ordinal);
        Assert.Equal("Bearer first", Assert.Single(_cluster.Authorizations));
    }

    [Fact]
    public async Task TokenFile_IsReadAgain()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1")));
        using var source = NewSource();
        await source.LookAsync(CancellationToken.None);

        await File.WriteAllTextAsync(TokenFile, "second");
        await source.LookAsync(CancellationToken.None);

        Assert.Equal(["Bearer first", "Bearer second"], _cluster.Authorizations);
    }

    [Fact]
    public async Task KubeconfigAndItsFiles_AreReadAgain()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1")));
        using var other = new ClusterCa();
        other.WriteTo(Path.Combine(_folder.FullName, "ca.crt"));
        using var source = NewSource(new KubernetesDiscoveryOptions { Kubeconfig = WriteKubeconfig("first") });
        Assert.StartsWith("FailedUntrusted", Told(await source.LookAsync(CancellationToken.None)), StringComparison.Ordinal);

        _ca.WriteTo(Path.Combine(_folder.FullName, "ca.crt"));
        Assert.Equal("10.0.0.1:6443", Told(await source.LookAsync(CancellationToken.None)));
        WriteKubeconfig("second");
        await source.LookAsync(CancellationToken.None);

        Assert.Equal(["Bearer first", "Bearer second"], _cluster.Authorizations);
    }

    [Fact]
    public async Task ClusterWithoutV1_IsAskedForTheBeta()
    {
        _cluster.Lists[ScriptedCluster.SlicesBeta] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1")));

        Assert.Equal("10.0.0.1:6443", await LookAsync());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(200)]
    public async Task ClusterWithoutSlices_IsAskedForEndpoints(int status)
    {
        if (status == 200)
        {
            _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf());
        }
        else
        {
            _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Status(status);
        }

        _cluster.Lists[ScriptedCluster.Endpoints] = ScriptedCluster.Json(ScriptedCluster.ListOf(
            """{"metadata":{"name":"kubernetes"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"name":"https","port":6443}]}]}"""));

        Assert.Equal("10.0.0.1:6443", await LookAsync());
    }

    [Fact]
    public async Task NothingAnywhere_IsAnEmptyObservation()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf());

        Assert.Equal("", await LookAsync());
    }

    [Fact]
    public async Task SeveralPages_AreOneList()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = context => context.Request.Query["continue"] == "a/b"
            ? ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.2")))(context)
            : ScriptedCluster.Json($$$"""{"metadata":{"resourceVersion":"5","continue":"a/b"},"items":[{{{ScriptedCluster.Slice("10.0.0.1")}}}]}""")(context);

        Assert.Equal("10.0.0.1:6443 10.0.0.2:6443", await LookAsync());
    }

    [Fact]
    public async Task EndlessPages_AreRefused()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json("""{"metadata":{"resourceVersion":"5","continue":"more"},"items":[]}""");

        Assert.StartsWith("FailedMalformed", await LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_AreMembersByTheirNames()
    {
        _cluster.Lists[ScriptedCluster.Nodes] = context => ScriptedCluster.Json(context.Request.Query["labelSelector"] == "node-role.kubernetes.io/master"
            ? ScriptedCluster.ListOf("""{"metadata":{"name":"cp1"},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}}""")
            : ScriptedCluster.ListOf())(context);

        Assert.Equal("10.0.0.1:7443", await LookAsync(Options with { Source = ClusterSource.Nodes, Port = 7443 }));
    }

    [Theory]
    [InlineData(500, "FailedStatus: status 500: boom")]
    [InlineData(429, "FailedStatus: status 429: boom")]
    [InlineData(307, "FailedStatus: status 307: boom")]
    [InlineData(401, "FailedUnauthorized: status 401: boom")]
    public async Task OtherStatus_IsAFailureWithTheServersWords(int status, string expected)
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Status(status, "boom");

        Assert.Equal(expected, await LookAsync());
        Assert.Single(_cluster.Requests);
    }

    [Fact]
    public async Task NothingAllowed_IsForbidden()
    {
        foreach (var path in (string[])[ScriptedCluster.SlicesV1, ScriptedCluster.SlicesBeta, ScriptedCluster.Endpoints])
        {
            _cluster.Lists[path] = ScriptedCluster.Status(403, "no");
        }

        Assert.Equal("FailedForbidden: status 403: no", await LookAsync());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"metadata":{"resourceVersion":"5"},"items":7}""")]
    [InlineData("{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[{\"ports\":")]
    public async Task Garbage_IsMalformed(string body)
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(body);

        Assert.StartsWith("FailedMalformed", await LookAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerWithoutEnd_IsCutShort()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = async context =>
        {
            var block = Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };

        Assert.Equal("FailedMalformed: the answer is larger than 8 MiB", await LookAsync());
    }

    [Fact]
    public async Task Hang_EndsWithTheDeadline()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = _cluster.HangAsync;

        Assert.Equal("FailedTimeout: no answer in time", await LookAsync(time: new FastTime(20)));
    }

    [Fact]
    public async Task StrangersCertificate_IsNotTrustedAndGetsNoToken()
    {
        using ClusterCa stranger = new();
        await using var impostor = await ScriptedCluster.StartAsync(stranger, "kubernetes");
        _members = [impostor.EndPoint];

        Assert.Contains("is not one of the cluster's CA", await LookAsync(), StringComparison.Ordinal);
        Assert.Empty(impostor.Requests);
    }

    [Fact]
    public async Task CertificateForAnotherName_IsNotTrusted() =>
        Assert.Equal("FailedUntrusted: the certificate does not cover other", await LookAsync(Options with { ServerName = "other" }));

    [Fact]
    public async Task DeadMember_IsFollowedByTheNext()
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1")));
        _members.Insert(0, new IPEndPoint(IPAddress.Loopback, 1));

        Assert.Equal("10.0.0.1:6443", await LookAsync());
    }

    [Fact]
    public async Task NobodyToAsk_IsUnreachable()
    {
        _members.Clear();

        Assert.Equal("FailedUnreachable: there is no address of an apiserver to ask", await LookAsync());
    }

    [Fact]
    public async Task TokenFileGone_IsAFaultOfTheConfiguration()
    {
        var answer = await LookAsync(Options with { CaFile = Path.Combine(_folder.FullName, "nowhere") });

        Assert.StartsWith("FailedConfiguration: ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"kubernetes-2"}}}""")]
    [InlineData("""{"type":"DELETED","object":{"metadata":{"name":"kubernetes"}}}""")]
    [InlineData("MODIFIED")]
    [InlineData(Gone)]
    public async Task ChangeOrExpiry_EndsTheWaiting(string line)
    {
        using var source = await ListedAsync("10.0.0.1");
        var modified = $$"""{"type":"MODIFIED","object":{{ScriptedCluster.Slice("10.0.0.1", "10.0.0.2")}}}""";
        _cluster.NextWatch(line == "MODIFIED" ? modified : line);

        Assert.Null(await source.WaitForChangeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(15)));
        Assert.Contains("resourceVersion=5", _cluster.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatDoesNotChangeMembers_DoesNotEndTheWaiting()
    {
        using var source = await ListedAsync("10.0.0.1");
        var watch = _cluster.NextWatch(Bookmark, $$"""{"type":"MODIFIED","object":{{ScriptedCluster.Slice("10.0.0.1")}}}""", """{"type":"DELETED","object":{"metadata":{"name":"other"}}}""");
        var waiting = source.WaitForChangeAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => watch.Reader.Count == 0, () => $"{watch.Reader.Count} lines were not sent");
        Assert.False(waiting.IsCompleted);

        watch.Writer.TryWrite($$"""{"type":"MODIFIED","object":{{ScriptedCluster.Slice("10.0.0.2")}}}""");

        Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task WatchThatEndsInOrder_GoesOnFromTheBookmark()
    {
        using var source = await ListedAsync("10.0.0.1");
        _cluster.NextWatch(Bookmark).Writer.Complete();
        _cluster.NextWatch(Gone);

        Assert.Null(await source.WaitForChangeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(15)));
        Assert.Contains("resourceVersion=42", _cluster.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionCutInAWatch_IsAFailure() => Assert.Equal(DiscoveryResult.FailedUnreachable, await WatchFailsAsync(Bookmark, null));

    [Theory]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("""{"type":"BOOKMARK","object":7}""")]
    [InlineData("""{"type":"RENAMED","object":{}}""")]
    public async Task GarbageInAWatch_IsMalformed(string line) => Assert.Equal(DiscoveryResult.FailedMalformed, await WatchFailsAsync(line));

    [Fact]
    public async Task ErrorInAWatch_IsAFailure() =>
        Assert.Equal(DiscoveryResult.FailedStatus, await WatchFailsAsync("""{"type":"ERROR","object":{"code":500,"message":"etcd"}}"""));

    [Fact]
    public async Task SilentWatch_EndsWithItsDeadline()
    {
        FastTime time = new(1);
        using var source = await ListedAsync("10.0.0.1", time);
        time.Factor = 50;

        var failure = await source.WaitForChangeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(DiscoveryResult.FailedTimeout, failure?.Result);
    }

    private KubernetesDiscoveryOptions Options => new() { TokenFile = TokenFile, CaFile = _ca.File };

    /// <summary>With the CA in a file beside it.</summary>
    private string WriteKubeconfig(string token)
    {
        var path = Path.Combine(_folder.FullName, "kubeconfig");
        File.WriteAllText(
            path,
            $$"""
            current-context: c
            clusters: [{ name: c, cluster: { server: "https://10.0.0.1:6443", certificate-authority: ca.crt } }]
            users: [{ name: c, user: { token: {{token}} } }]
            contexts: [{ name: c, context: { cluster: c, user: c } }]
            """);
        return path;
    }

    private KubernetesMemberSource NewSource(KubernetesDiscoveryOptions? options = null, TimeProvider? time = null) =>
        new(options ?? Options, () => _members, time ?? TimeProvider.System);

    private async Task<KubernetesMemberSource> ListedAsync(string address, TimeProvider? time = null)
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice(address)));
        var source = NewSource(null, time);
        Assert.Equal($"{address}:6443", Told(await source.LookAsync(CancellationToken.None)));
        return source;
    }

    private async Task<DiscoveryResult?> WatchFailsAsync(params string?[] lines)
    {
        using var source = await ListedAsync("10.0.0.1");
        _cluster.NextWatch(lines);
        return (await source.WaitForChangeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(15)))?.Result;
    }

    private async Task<string> LookAsync(KubernetesDiscoveryOptions? options = null, TimeProvider? time = null)
    {
        using var source = NewSource(options, time);
        return Told(await source.LookAsync(CancellationToken.None));
    }

    private static string Told(DiscoveredMembers found) =>
        found.TryGet(out var members, out var failure) ? string.Join(' ', members.Select(m => m.Address)) : $"{failure.Result}: {failure.Reason}";
}
