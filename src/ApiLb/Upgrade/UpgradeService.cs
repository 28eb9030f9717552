using System.Globalization;
using ApiLb.Admin;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb.Upgrade;

/// <summary>
/// Puts another process in the place of this one: starts it, hands over the listening sockets and what is known, and lets go
/// when it serves. Whatever fails before changes nothing. Thread-safe.
/// </summary>
/// <param name="terms">Null: this daemon cannot be replaced.</param>
/// <param name="sources">What is handed over.</param>
/// <param name="time">For the patience.</param>
/// <param name="logger">Told of both ends of an upgrade.</param>
internal sealed partial class UpgradeService(UpgradeTerms? terms, HandoverSources sources, TimeProvider time, ILogger<UpgradeService> logger) : IDisposable
{
    /// <summary>The first process of a container: the container ends with it.</summary>
    private const int FirstProcess = 1;

    /// <summary>From when the new process may serve until it does: it has nothing to wait for.</summary>
    private static readonly TimeSpan LastStep = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Succession> _succeeded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when another daemon has taken over, and never else.</summary>
    public Task<Succession> Succeeded => _succeeded.Task;

    /// <summary>Never fails; what went wrong is in the answer.</summary>
    public async Task<UpgradeStatus> UpgradeAsync(UpgradeOrder order)
    {
        if (terms is null || Environment.ProcessId == FirstProcess)
        {
            return UpgradeStatus.Failure(terms is null ? "this daemon was not started by apilb run" : "it is the first process of its container: replace the image");
        }

        if (!await _turn.WaitAsync(TimeSpan.Zero))
        {
            return UpgradeStatus.Failure("an upgrade is under way already, or over: look at apilb status");
        }

        var status = await AttemptAsync(order.Binary ?? terms.Binary, order, terms);
        if (status.Result == UpgradeStatus.Upgraded)
        {
            Log.Upgraded(logger, status.Message);
        }
        else
        {
            Log.Failed(logger, status.Message);
            _turn.Release();
        }

        return status;
    }

    /// <summary>Begins none any more, and gives up the one that is under way, unless it has come to its last step.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_turn.WaitAsync(), Succeeded);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task<UpgradeStatus> AttemptAsync(string binary, UpgradeOrder order, UpgradeTerms with)
    {
        using var timeout = new CancellationTokenSource(order.Timeout, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        try
        {
            using var pause = await sources.PauseReloads(patience.Token);
            Log.Begun(logger, binary);
            using var successor = Successor.Start(binary, with.Environment);
            if (await successor.BecomesReadyAsync(Offer(), patience.Token) is { } unready)
            {
                return UpgradeStatus.Failure(unready);
            }

            var orders = await sources.Operators.HandOverAsync();
            IEnumerable<HandoverMessage> rest = [.. orders.Select(o => new HandoverMessage(HandoverKind.Order) { Order = o }), .. sources.Predecessors.Messages];
            using var last = new CancellationTokenSource(LastStep, time);
            if (await successor.ServesAsync(rest, last.Token) is { } idle)
            {
                sources.Operators.TakeBack();
                return UpgradeStatus.Failure(idle);
            }

            return await LetGoAsync(successor, order, with);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return UpgradeStatus.Failure(e is IOException ? e.Message : "a reload took too long");
        }
    }

    private IEnumerable<HandoverMessage> Offer()
    {
        var listeners = sources.Listeners().Select(s => Message(new HandedSocket(Predecessor.Write(s.Address!), IsAdmin: false, s.OwnsFile), s.Descriptor));
        var admin = sources.Admin().Select(s => Message(new HandedSocket(Predecessor.Write(s.Key), IsAdmin: true, OwnsFile: true), s.Value));
        var health = sources.Pools.SelectMany(PredecessorHealth.Of).Select(h => new HandoverMessage(HandoverKind.Health) { Health = h });
        return [.. listeners, .. admin, .. health];
    }

    private static HandoverMessage Message(HandedSocket socket, int descriptor) =>
        new(HandoverKind.Socket) { Socket = socket, Descriptor = descriptor };

    private async Task<UpgradeStatus> LetGoAsync(Successor successor, UpgradeOrder order, UpgradeTerms with)
    {
        // From now on the service manager hears the new process only, and in this order.
        await with.NameSuccessor(successor.Pid);
        var left = new PredecessorStatus(Environment.ProcessId, ProcessLifetime.Version, sources.Connections(), order.Deadline.TotalSeconds);
        var channel = successor.TakesOver();
        channel.Send(new HandoverMessage(HandoverKind.Released) { Predecessor = left });
        foreach (var descriptor in sources.Admin().Values)
        {
            DescriptorChannel.Share(descriptor);
        }

        await sources.LeaveAsync();
        sources.Predecessors.Dispose();
        _succeeded.TrySetResult(new Succession(channel, successor.Pid, order.Deadline));
        var message = string.Create(
            CultureInfo.InvariantCulture, $"process {successor.Pid}, version {successor.Version}, serves; process {left.Pid} goes on with {left.Connections} {(left.Connections == 1 ? "connection" : "connections")}");
        return new UpgradeStatus(UpgradeStatus.Upgraded, message) { Pid = successor.Pid, Version = successor.Version, Predecessor = left };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Upgrade: {Binary} is started.")]
        public static partial void Begun(ILogger logger, string binary);

        [LoggerMessage(2, LogLevel.Information, "Upgrade: {Message}.")]
        public static partial void Upgraded(ILogger logger, string message);

        [LoggerMessage(3, LogLevel.Error, "Upgrade failed: {Message}.")]
        public static partial void Failed(ILogger logger, string message);
    }
}
