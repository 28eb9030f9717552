using ApiLb.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ApiLb.UnitTests.Http;

/// <summary>What is passed on of all that Kestrel reads.</summary>
public sealed class RequestSyntaxTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/a%2Fb;c=d/%7Euser//x?q=100%&y=#", false)]
    [InlineData("/a%2Fb;c=d/%7Euser//x?q=100%&y", true)]
    [InlineData("/a|b\"c{d}", true)]
    [InlineData("*", true)]
    [InlineData("http://a.example/x@y", true)]
    [InlineData("http://user@a.example/", false)]
    [InlineData("http://user@a.example", false)]
    [InlineData("/a%2", false)]
    [InlineData("/a%", false)]
    [InlineData("/a%zz", false)]
    [InlineData("/a\\b", false)]
    [InlineData("/a b", false)]
    [InlineData("/a\u007Fb", false)]
    [InlineData("/a?b\rc", false)]
    public void Target_IsLookedAt(string target, bool isSound) => Assert.Equal(isSound, RequestSyntax.IsSound(Request(target)));

    [Theory]
    [InlineData("X-Name", "plain \t text; \u00e4", true)]
    [InlineData("X(Name)", "text", false)]
    [InlineData("X Name", "text", false)]
    [InlineData("X-Name", "a\u0001b", false)]
    [InlineData("X-Name", "a\u007Fb", false)]
    public void Header_IsLookedAt(string name, string value, bool isSound) => Assert.Equal(isSound, RequestSyntax.IsSound(Request("/", (name, value))));

    [Theory]
    [InlineData("HTTP/1.1", true)]
    [InlineData("HTTP/1.0", false)]
    public void Chunked_NeedsAVersionThatKnowsIt(string protocol, bool isSound)
    {
        var request = Request("/", ("Transfer-Encoding", "Chunked"));
        request.Request.Protocol = protocol;

        Assert.Equal(isSound, RequestSyntax.IsSound(request));
    }

    [Theory]
    [InlineData("HTTP/2", "Upgrade", false)]
    [InlineData("HTTP/2", "Keep-Alive", false)]
    [InlineData("HTTP/2", "Proxy-Connection", false)]
    [InlineData("HTTP/2", "X-Upgrade", true)]
    [InlineData("HTTP/1.1", "Upgrade", true)]
    [InlineData("HTTP/1.1", "Keep-Alive", true)]
    public void HeadersAboutTheConnection_AreForHttp1Only(string protocol, string name, bool isSound)
    {
        var request = Request("/", (name, "x"));
        request.Request.Protocol = protocol;

        Assert.Equal(isSound, RequestSyntax.IsSound(request));
    }

    [Fact]
    public void LengthBesideACoding_IsRefused() =>
        Assert.False(RequestSyntax.IsSound(Request("/", ("Transfer-Encoding", "chunked"), ("X-Content-Length", "5"))));

    [Fact]
    public void TwoCodings_AreRefused() => Assert.False(RequestSyntax.IsSound(Request("/", ("Transfer-Encoding", "gzip, chunked"))));

    private static DefaultHttpContext Request(string target, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Protocol = "HTTP/1.1";
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        foreach (var (name, value) in headers)
        {
            context.Request.Headers.Append(name, value);
        }

        return context;
    }
}
