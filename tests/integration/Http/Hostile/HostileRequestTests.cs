using System.Net;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>What ApiLb makes of malformed and hostile requests, and what nginx makes of the same bytes.</summary>
public sealed class HostileRequestTests(Proxies proxies) : IClassFixture<Proxies>
{
    private static readonly HostileRequest[] All = [.. FramingRequests.All, .. LineRequests.All, .. TargetRequests.All];

    public static TheoryData<string> Names() => [.. All.Select(request => request.Name)];

    [Fact]
    public void Requests_AreManyAndDifferencesAreExplained()
    {
        Assert.True(All.Length >= 60);
        Assert.All(All, request => Assert.True(
            request.Why.Length > 0 || (request.ApiLb == request.Nginx && !request.ApiLb.Contains('+', StringComparison.Ordinal)), request.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ApiLb_DoesWhatTheTableSays(string name)
    {
        var request = Named(name);
        var counted = await proxies.RefusalsAsync();

        Assert.Equal(request.ApiLb, await VerdictAsync(proxies.ApiLb.EndPoint, proxies.BehindApiLb, request));

        // Whatever is not forwarded is counted: by Kestrel's word, by the route's, or by both.
        if (!request.ApiLb.Contains('+', StringComparison.Ordinal))
        {
            await Eventually.BecomesAsync(true, async () => await proxies.RefusalsAsync() > counted, "a refusal being counted");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nginx_DoesWhatTheTableSays(string name)
    {
        var request = Named(name);

        Assert.Equal(request.Nginx, await VerdictAsync(proxies.Nginx.EndPoint, proxies.BehindNginx, request));
    }

    private static HostileRequest Named(string name) => All.Single(request => request.Name == name);

    private static async Task<string> VerdictAsync(EndPoint server, RecordingBackend backend, HostileRequest request)
    {
        backend.Requests.Clear();
        var verdict = await Exchange.VerdictAsync(server, request.Bytes);
        Assert.DoesNotContain(backend.Requests, head => head.Contains("smuggled", StringComparison.Ordinal));
        return backend.Requests.IsEmpty ? verdict : $"{verdict} +{backend.Requests.Count}";
    }
}
