using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>After a load of which every byte and every end is known from outside, the counters say the same.</summary>
public sealed class GroundTruthTests : IAsyncDisposable
{
    private const int Finishing = 40;
    private const int Resetting = 15;
    private const int Refused = 5;
    private const int LargestQuestion = 200_000;

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task KnownLoad_IsWhatIsCounted()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options).With(BalancePolicy.RoundRobin));
        var ends = await Task.WhenAll(Enumerable.Range(0, Finishing + Resetting).Select(i => ServeAsync(daemon, isResetting: i < Resetting)));
        await daemon.ClosesReachAsync(CloseReason.ClientEof, Finishing);
        await daemon.ClosesReachAsync(CloseReason.ClientReset, Resetting);
        await _cp1.StopAsync();
        await _cp2.StopAsync();
        for (var i = 0; i < Refused; i++)
        {
            Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        }

        await daemon.ClosesReachAsync(CloseReason.Refused, Refused);

        foreach (var backend in (string[])["cp1", "cp2"])
        {
            var here = ends.Where(e => e.Backend == backend).ToList();
            Assert.NotEmpty(here);
            await EqualsAsync(daemon, here.Sum(e => e.Sent), $"apilb_backend_bytes_total{{{Of(backend)},direction=\"to_backend\"}}");
            await EqualsAsync(daemon, here.Sum(e => e.Received), $"apilb_backend_bytes_total{{{Of(backend)},direction=\"to_client\"}}");
            await EqualsAsync(daemon, here.Count(e => e.IsReset), $"apilb_backend_closes_total{{{Of(backend)},reason=\"client_reset\"}}");
            await EqualsAsync(daemon, here.Count(e => !e.IsReset), $"apilb_backend_closes_total{{{Of(backend)},reason=\"client_eof\"}}");
            await EqualsAsync(daemon, here.Count, $"apilb_backend_connections_total{{{Of(backend)}}}");
            await EqualsAsync(daemon, here.Count, $"apilb_backend_connect_duration_seconds_count{{{Of(backend)}}}");
            await EqualsAsync(daemon, here.Count, $"apilb_backend_connection_duration_seconds_count{{{Of(backend)}}}");
            await EqualsAsync(daemon, Refused, $"apilb_backend_connect_failures_total{{{Of(backend)}}}");
            await EqualsAsync(daemon, 0, $"apilb_backend_connections{{{Of(backend)}}}");
            await EqualsAsync(daemon, 0, $"apilb_backend_connections_by_class{{{Of(backend)},class=\"other\"}}");
        }

        var listener = $"listener=\"{Setup.Listener}\"";
        await EqualsAsync(daemon, Finishing + Resetting + Refused, $"apilb_listener_accepts_total{{{listener}}}");
        await EqualsAsync(daemon, Refused, $"apilb_no_backend_total{{{listener}}}");
        foreach (var reason in Enum.GetValues<CloseReason>())
        {
            var count = reason switch { CloseReason.ClientEof => Finishing, CloseReason.ClientReset => Resetting, CloseReason.Refused => Refused, _ => 0 };
            await EqualsAsync(daemon, count, $"apilb_listener_connections_total{{{listener},result=\"{ApiLb.Telemetry.EnumLabel.Snake(reason)}\"}}");
        }
    }

    private static string Of(string backend) => $"pool=\"{Setup.Pool}\",backend=\"{backend}\"";

    private static async Task EqualsAsync(RunningDaemon daemon, double expected, string metric) =>
        Assert.Equal((metric, expected), (metric, await daemon.MetricAsync(metric)));

    /// <summary>One client that asks one question, whose answer is all of it and the backend's name.</summary>
    private static async Task<(string Backend, long Sent, long Received, bool IsReset)> ServeAsync(RunningDaemon daemon, bool isResetting)
    {
        using var client = await daemon.ConnectAsync();
        var question = new string('x', Random.Shared.Next(1, LargestQuestion));
        var answer = await client.AskAsync(question);
        if (isResetting)
        {
            client.Reset();
        }
        else
        {
            client.FinishSending();
            Assert.Equal(ConnectionEnd.Eof, await client.EndAsync());
        }

        return (answer.Split(' ')[0], question.Length + 1, answer.Length + 1, isResetting);
    }
}
