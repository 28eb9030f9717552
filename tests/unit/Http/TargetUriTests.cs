using ApiLb.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ApiLb.UnitTests.Http;

public sealed class TargetUriTests
{
    [Theory]
    [InlineData("/a/b?c=d", "/a/b", "", "/a/b?c=d")]
    [InlineData("/a%2Fb", "/a%2Fb", "", "/a%2Fb")]
    [InlineData("/a%7Eb", "/a~b", "", "/a%7Eb")]
    [InlineData("/a//b?x=/../", "/a//b", "", "/a//b?x=/../")]
    [InlineData("/a/b?c", "/a/b", "/a", "/b?c")]
    [InlineData("/a", "/a", "/a", "/")]
    [InlineData("/a?b", "/a", "/a", "/?b")]
    [InlineData("/%61/b", "/a/b", "/a", "/b")]
    [InlineData("/x/../a/b", "/a/b", "/a", "/b")]
    [InlineData("/a/%2E%2e/b", "/b", "", "/b")]
    [InlineData("http://h/a/b", "/a/b", "/a", "/b")]
    public void Target_IsTheClientsOwnWhereBothMeanTheSame(string raw, string path, string stripped, string expected)
    {
        DefaultHttpContext context = new();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = raw;
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        (context.Request.Path, context.Request.QueryString) = (path, new QueryString(query < 0 ? "" : raw[query..]));

        Assert.Equal(expected, TargetUri.Of(context, stripped).PathAndQuery);
    }
}
