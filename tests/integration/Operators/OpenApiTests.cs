using System.Text.Json;
using ApiLb.IntegrationTests.Admin;
using Xunit;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>docs/openapi.yaml tells what the daemon does.</summary>
public sealed class OpenApiTests
{
    private static readonly OpenApiDocument Document = OpenApiDocument.Load();

    public static TheoryData<string, string> Requests => new()
    {
        { "GET", "/v1/status" },
        { "GET", "/v1/pools" },
        { "GET", "/v1/backends" },
        { "GET", "/v1/connections?sort=idle&limit=5&backend=cp1&source=127.0.0.1" },
        { "GET", "/v1/events?after=0&limit=10" },
        { "GET", "/v1/explain?backend=cp2" },
        { "POST", "/v1/drain?backend=cp1&for=10m&grace=30s&pace=100" },
        { "POST", "/v1/maint?backend=cp1" },
        { "POST", "/v1/ready?backend=cp1" },
        { "POST", "/v1/weight?backend=cp1&weight=5&for=1h" },
        { "POST", "/v1/kill?backend=cp1&pace=10" },
        { "POST", "/v1/probe?backend=cp1" },
        { "POST", "/v1/rebalance?pool=control-plane&dryRun=true" },
        { "POST", "/v1/reload?dryRun=true" },
        { "POST", "/v1/upgrade?deadline=1h&timeout=30s" },
    };

    [Fact]
    public async Task Operations_AreTheRoutes()
    {
        await using var host = await AdminHost.StartAsync();

        Assert.Equal(
            host.Server.Routes.All.Select(r => $"{(r.IsChange ? "POST" : "GET")} {r.Path}").Order(StringComparer.Ordinal),
            Document.Operations.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryPathOfTheSocket_IsAskedHere()
    {
        await using var host = await AdminHost.StartAsync();

        Assert.Equal(
            host.Server.Routes.All.Where(r => !r.IsPublic).Select(r => r.Path).Order(StringComparer.Ordinal),
            Requests.Select(r => r.Data.Item2.Split('?')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Answer_IsAsPromised(string method, string target)
    {
        await using var host = await AdminHost.StartAsync();
        host.Live();

        var (code, json) = await AskAsync(host, method, target);

        Assert.True(code == 200, $"{code} {json}");
        Assert.Empty(Document.Faults(method, target.Split('?')[0], code, JsonDocument.Parse(json).RootElement));
    }

    /// <summary>The daemon names what it takes when it meets a parameter that it does not.</summary>
    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Parameters_AreThoseThatAreTaken(string method, string target)
    {
        await using var host = await AdminHost.StartAsync();
        var path = target.Split('?')[0];

        var (code, body) = await AskAsync(host, method, $"{path}?zzzzzz=1");

        Assert.Equal(400, code);
        var taken = body.Contains("allowed: ", StringComparison.Ordinal) ? body.Split("allowed: ")[1].Trim().Split(", ") : [];
        Assert.Equal(taken.Distinct().Order(StringComparer.Ordinal), Document.ParametersOf(method, path).Order(StringComparer.Ordinal));
    }

    private static async Task<(int Code, string Body)> AskAsync(AdminHost host, string method, string target)
    {
        using var client = host.NewClient();
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(target, UriKind.Relative));
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
