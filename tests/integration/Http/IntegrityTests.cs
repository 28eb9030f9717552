using System.Net.Sockets;
using System.Text;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>
/// Whoever breaks off at the worst moments harms nobody but himself: a buffer that goes back to its pool too early would show up in the bodies
/// of others.
/// </summary>
public sealed class IntegrityTests
{
    private const int Careful = 6;
    private const int Rude = 6;
    private const int Answers = 60;
    private const int LongestBody = 200_000;

    [Theory]
    [InlineData("http", "1.1", HttpProtocols.Http1)]
    [InlineData("https", "1.1", HttpProtocols.Http1)]
    [InlineData("https", "2.0", HttpProtocols.Http1)]
    [InlineData("http", "1.1", HttpProtocols.Http2)]
    public async Task ClientsThatBreakOff_DoNotDamageTheBodiesOfOthers(string scheme, string version, HttpProtocols backend)
    {
        await using var echo = await WebBackend.StartAsync("echo", EchoAsync, backend);
        using ClusterCa ca = new();
        var options = scheme == "http" ? HttpSetup.Http(echo.Options) : HttpSetup.Https(HttpSetup.Tls(ca, "localhost"), echo.Options);
        options = backend == HttpProtocols.Http2 ? options.With((PoolOptions p) => p with { Upstream = new UpstreamOptions { Http2 = true } }) : options;
        await using var daemon = await RunningDaemon.StartAsync(options);
        using CancellationTokenSource over = new();
        var uri = daemon.Uri("/", scheme);
        var rude = Enumerable.Range(0, Rude).Select(i => Task.Run(() => BreakOffAsync(uri, new Version(version), new Random(i), over.Token))).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Careful).Select(i => Task.Run(() => CompareAsync(uri, new Version(version), new Random(100 + i)))));

        await over.CancelAsync();
        await Task.WhenAll(rude);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        context.Response.ContentLength = context.Request.ContentLength;
        await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task CompareAsync(Uri uri, Version version, Random random)
    {
        using var client = HttpSetup.NewClient();
        for (var i = 0; i < Answers; i++)
        {
            var body = BodyOf(random);
            using var request = RequestOf(uri, version, body);
            using var response = await client.SendAsync(request);
            var answer = await response.Content.ReadAsByteArrayAsync();

            Assert.True(response.IsSuccessStatusCode, $"answer {i}: {(int)response.StatusCode} {(response.IsSuccessStatusCode ? "" : Encoding.UTF8.GetString(answer))}");
            Assert.True(answer.AsSpan().SequenceEqual(body), $"answer {i}: {answer.Length} bytes came back, other than the {body.Length} that were sent");
        }
    }

    /// <summary>One request after the other, each on a connection of its own, and each left at another moment.</summary>
    private static async Task BreakOffAsync(Uri uri, Version version, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var client = HttpSetup.NewClient();
            using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(random.Next(1, 30)), TimeProvider.System);
            try
            {
                using var request = RequestOf(uri, version, BodyOf(random));
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
                await body.ReadExactlyAsync(new byte[random.Next(1000)], patience.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException or SocketException)
            {
                // That is its way.
            }
        }
    }

    private static byte[] BodyOf(Random random)
    {
        var body = new byte[1 + random.Next(LongestBody)];
        random.NextBytes(body);
        return body;
    }

    private static HttpRequestMessage RequestOf(Uri uri, Version version, byte[] body) =>
        new(HttpMethod.Post, uri) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
}
