using System.Diagnostics.Metrics;
using ApiLb.Admin;

namespace ApiLb.Upgrade;

/// <summary>The daemons that upgrades have replaced, as long as they serve connections: what they tell of themselves. Thread-safe.</summary>
internal sealed class Predecessors : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(HandoverChannel Channel, PredecessorStatus Status)> _all = [];
    private readonly List<Task> _following = [];
    private readonly CancellationTokenSource _end = new();

    /// <summary>The last one first.</summary>
    public IReadOnlyList<PredecessorStatus> Statuses
    {
        get
        {
            lock (_lock)
            {
                return [.. _all.Select(p => p.Status)];
            }
        }
    }

    /// <summary>As another process may follow them, the first one first: the descriptors stay this one's.</summary>
    public IReadOnlyList<HandoverMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. Enumerable.Reverse(_all).Select(p => new HandoverMessage(HandoverKind.Predecessor) { Predecessor = p.Status, Descriptor = p.Channel.Descriptor })];
            }
        }
    }

    /// <summary>Hears it until it ends.</summary>
    /// <param name="channel">Owned from now on.</param>
    /// <param name="status">What it has told already.</param>
    public void Follow(HandoverChannel channel, PredecessorStatus status)
    {
        lock (_lock)
        {
            _all.Insert(0, (channel, status));
            _following.Add(FollowAsync(channel));
        }
    }

    /// <summary>This daemon stops: so shall they, with the grace of their own, and with them it waits.</summary>
    /// <param name="now">Ends the waiting.</param>
    public async Task StopAsync(CancellationToken now)
    {
        Task[] following;
        lock (_lock)
        {
            _all.ForEach(p => p.Channel.Send(new HandoverMessage(HandoverKind.Stop)));
            following = [.. _following];
        }

        await Task.WhenAll(following).WaitAsync(now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void AddTo(Meter meter) => meter.CreateObservableGauge(
        "apilb_predecessor_connections",
        () => Statuses.Sum(s => s.Connections),
        description: "Client connections that daemons replaced by an upgrade still serve. They are in no other metric.");

    /// <summary>Hears them no longer: another process does, or this one ends.</summary>
    public void Dispose()
    {
        _end.Cancel();
        lock (_lock)
        {
            _all.ForEach(p => p.Channel.Dispose());
            _all.Clear();
        }
    }

    private async Task FollowAsync(HandoverChannel channel)
    {
        await Task.Yield();
        try
        {
            while (await channel.ReceiveAsync(_end.Token) is { } message)
            {
                if (message is { Kind: HandoverKind.Left, Predecessor: { } status })
                {
                    Tell(channel, status);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_lock)
        {
            _all.RemoveAll(p => p.Channel == channel);
        }

        channel.Dispose();
    }

    private void Tell(HandoverChannel channel, PredecessorStatus status)
    {
        lock (_lock)
        {
            var index = _all.FindIndex(p => p.Channel == channel);
            if (index >= 0)
            {
                _all[index] = (channel, status);
            }
        }
    }
}
