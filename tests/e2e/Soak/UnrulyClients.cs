using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>Clients that do not go by the book, one kind after the other at a steady rate.</summary>
internal sealed class UnrulyClients : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<UnrulyKind, int> _behaved = new();
    private readonly ConcurrentQueue<string> _turnedAway = new();
    private readonly ConcurrentQueue<string> _broken = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TlsClient _client;
    private readonly Task _running;

    private UnrulyClients(TlsClient client)
    {
        _client = client;
        _running = RunAsync();
    }

    /// <summary>Those that no apiserver has spoken to: the balancer's to prevent.</summary>
    public IReadOnlyCollection<string> TurnedAway => _turnedAway;

    /// <summary>Those whose apiserver had spoken, and that then did not get what they wanted.</summary>
    public IReadOnlyCollection<string> Broken => _broken;

    public static UnrulyClients Start(TlsClient client) => new(client);

    /// <summary>How many of each kind came to their end, and what went wrong with others.</summary>
    public override string ToString() =>
        string.Join(", ", _behaved.OrderBy(kind => kind.Key).Select(kind => $"{kind.Key} {kind.Value}"))
        + $"; {_turnedAway.Count} turned away, {_broken.Count} broke after the first byte"
        + string.Concat(_turnedAway.Concat(_broken).CountBy(words => words).Select(failure => $"\n    {failure.Value} x {failure.Key}"));

    /// <summary>No more come, and those that are there leave at once.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var underWay = new List<Task>();
        var kinds = Enum.GetValues<UnrulyKind>();
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        try
        {
            for (var turn = 0; await timer.WaitForNextTickAsync(_stop.Token); turn++)
            {
                underWay.Add(BehaveAsync(kinds[turn % kinds.Length]));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(underWay);
        }
    }

    private async Task BehaveAsync(UnrulyKind kind)
    {
        using var client = new UnrulyClient(_client, Stall);
        try
        {
            await client.BehaveAsync(kind, _stop.Token);
            _behaved.AddOrUpdate(kind, 1, (_, count) => count + 1);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // It was told to leave.
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or InvalidOperationException)
        {
            (client.HasMet ? _broken : _turnedAway).Enqueue($"{kind}: {failure.GetType().Name}: {failure.Message}");
        }
    }
}
