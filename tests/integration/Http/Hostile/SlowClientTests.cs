using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;
using static ApiLb.IntegrationTests.Http.Hostile.Http2Frame;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Clients that begin and do not go on (Slowloris and its kin), all at the same time: each is worth some seconds.</summary>
public sealed class SlowClientTests(Proxies proxies) : IClassFixture<Proxies>
{
    private const string Head = "GET /one HTTP/1.1\r\nHost: a.example\r\nX: ";
    private const string Upload = "POST /one HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100000\r\n\r\nhello";

    [Fact]
    public async Task SlowHeadersAndBodies_AreCutAndCountedAndHoldNobodyUp()
    {
        proxies.BehindApiLb.Requests.Clear();
        var (plain, tls) = (proxies.ApiLb, proxies.ApiLbWithTls);

        var verdicts = await Task.WhenAll(
            Exchange.VerdictAsync(plain.EndPoint, Head),
            DripAsync(plain, Head),
            Exchange.VerdictAsync(plain.EndPoint, Upload),
            DripAsync(plain, Upload),
            VerdictAsync(tls, Of(Headers, EndStream, 1, Fields("GET"))),
            VerdictAsync(tls, [.. Post(1), .. Of(Data, 0, 1, "hello"u8)]),
            ServeMeanwhileAsync());

        Assert.Equal(["408", "408", "408", "408", "closed", "closed", "served"], verdicts);
        Assert.DoesNotContain(proxies.BehindApiLb.Requests, head => head.Contains("/one", StringComparison.Ordinal));
        await CountsAsync(plain, "apilb_http_client_faults_total{listener=\"web\",reason=\"request_headers_timeout\"}", 2);
        await CountsAsync(plain, "apilb_http_client_faults_total{listener=\"web\",reason=\"min_request_body_data_rate\"}", 2);
        await CountsAsync(plain, "apilb_http_bad_requests_total{listener=\"web\",code=\"408\"}", 4);
        await CountsAsync(tls, "apilb_http_client_faults_total{listener=\"web\",reason=\"request_headers_timeout\"}", 1);
        await CountsAsync(tls, "apilb_http_client_faults_total{listener=\"web\",reason=\"min_request_body_data_rate\"}", 1);
    }

    /// <summary>Sends the rest a character at a time, which must not help.</summary>
    private static async Task<string> DripAsync(RunningDaemon daemon, string text)
    {
        using var client = await RawClient.ConnectAsync(daemon.EndPoint, patience: TimeSpan.FromMinutes(1));
        await client.SendAsync(text);
        using var stop = new CancellationTokenSource();
        var dripping = Task.Run(async () =>
        {
            try
            {
                for (; !stop.IsCancellationRequested; await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, stop.Token))
                {
                    await client.SendAsync("a");
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // It was cut, or is over.
            }
        });
        var head = await client.ReadHeadAsync();
        await stop.CancelAsync();
        await dripping;
        return head.Split(' ').ElementAtOrDefault(1) ?? "closed";
    }

    private static async Task<string> VerdictAsync(RunningDaemon daemon, byte[] frames)
    {
        await using var attacker = await Http2Attacker.ConnectAsync(daemon.EndPoint, Of(Settings, 0, 0));
        await attacker.SendAsync(frames);

        // Kestrel says GOAWAY, but does not wait until it is out.
        return (await attacker.EndAsync()).Replace("GOAWAY INTERNAL_ERROR", "closed", StringComparison.Ordinal);
    }

    private async Task<string> ServeMeanwhileAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await Proxies.ServesAsync(proxies.ApiLbWithTls);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        }

        return "served";
    }

    private static Task CountsAsync(RunningDaemon daemon, string sample, double expected) =>
        Eventually.BecomesAsync(expected, () => daemon.MetricAsync(sample), sample);
}
