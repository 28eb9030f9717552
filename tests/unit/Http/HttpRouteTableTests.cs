using ApiLb.Configuration;
using ApiLb.Http;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ApiLb.UnitTests.Http;

public sealed class HttpRouteTableTests
{
    private static readonly HttpRouteTable Table = new(
        [
            Route("any-api", null, "/api"),
            Route("exact", "a.example.com", null),
            Route("exact-api", "a.example.com", "/api"),
            Route("exact-api-v2", "a.example.com", "/api/v2"),
            Route("exact-api-beta", "a.example.com", "/api", ("X-Stage", "beta")),
            Route("wild", "*.example.com", null),
            Route("wild-deep", "*.b.example.com", "/only"),
            Route("ip", "10.0.0.1", null),
            Route("ip6", "::1", null),
        ],
        Route("fallback", null, null));

    [Theory]
    [InlineData("a.example.com", "/", "exact")]
    [InlineData("A.Example.COM:8443", "/x", "exact")]
    [InlineData("a.example.com.", "/x", "exact")]
    [InlineData("a.example.com", "/api", "exact-api")]
    [InlineData("a.example.com", "/api/", "exact-api")]
    [InlineData("a.example.com", "/apis", "exact")]
    [InlineData("a.example.com", "/API", "exact")]
    [InlineData("a.example.com", "/api/v2/x", "exact-api-v2")]
    [InlineData("a.example.com", "/api/v20", "exact-api")]
    [InlineData("b.example.com", "/api", "wild")]
    [InlineData("x.b.example.com", "/only/this", "wild-deep")]
    [InlineData("x.b.example.com", "/other", "wild")]
    [InlineData("example.com", "/", "fallback")]
    [InlineData("example.com", "/api/x", "any-api")]
    [InlineData("evil-example.com", "/", "fallback")]
    [InlineData("10.0.0.1:80", "/", "ip")]
    [InlineData("[::1]:80", "/", "ip6")]
    [InlineData("[::1", "/", "fallback")]
    [InlineData("", "/", "fallback")]
    public void Request_TakesTheMostSpecificRoute(string host, string path, string expected) => Assert.Equal(expected, Find(host, path));

    [Theory]
    [InlineData("beta", "exact-api-beta")]
    [InlineData("Beta", "exact-api")]
    [InlineData("", "exact-api")]
    public void Header_MustBeExactlyAsTheRouteHasIt(string value, string expected) => Assert.Equal(expected, Find("a.example.com", "/api", ("x-stage", value)));

    [Fact]
    public void HeaderThatIsGivenTwice_IsNotTheRoutes()
    {
        DefaultHttpContext context = new() { Request = { Host = new HostString("a.example.com"), Path = "/api" } };
        context.Request.Headers["X-Stage"] = new(["beta", "beta"]);

        Assert.Equal("exact-api", Table.Find(context.Request)!.Counters.Route);
    }

    [Fact]
    public void LongHost_IsNobodys() => Assert.Equal("fallback", Find(new string('a', 5000) + ".example.com", "/"));

    [Fact]
    public void NobodysRequest_FindsNothingWithoutAFallback() =>
        Assert.Null(new HttpRouteTable([Route("a", "a", null)], fallback: null).Find(new DefaultHttpContext { Request = { Host = new HostString("b") } }.Request));

    private static HttpRoute Route(string name, string? host, string? path, params (string Name, string Value)[] headers) => new(
        new RouteOptions { Pool = "", Host = host, Path = path, Headers = headers.ToDictionary(h => h.Name, h => h.Value) }, null!, new RouteCounters("l", name, ""), rate: null);

    private static string Find(string host, string path, params (string Name, string Value)[] headers)
    {
        DefaultHttpContext context = new() { Request = { Host = new HostString(host), Path = path } };
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return Table.Find(context.Request)!.Counters.Route;
    }
}
