using System.ComponentModel;
using System.Diagnostics;
using ApiLb.Transport;

namespace ApiLb.Upgrade;

/// <summary>
/// The daemon that is to take over, from its start until it serves. Each step answers with what went wrong, or null. One caller
/// at a time; disposing kills a daemon that has not taken over.
/// </summary>
internal sealed class Successor : IDisposable
{
    private const string Ended = "the new daemon ended before it was ready; its log says why (journalctl -u apilb)";

    private readonly Process _launcher;
    private readonly HandoverChannel _channel;
    private string? _waitsFor;
    private bool _isOver;
    private bool _hasTakenOver;

    private Successor(Process launcher, HandoverChannel channel)
    {
        _launcher = launcher;
        _channel = channel;
    }

    /// <summary>0 before it is known.</summary>
    public int Pid { get; private set; }

    public string? Version { get; private set; }

    /// <exception cref="IOException">It cannot be started; the message says why.</exception>
    public static Successor Start(string binary, IReadOnlyDictionary<string, string> environment)
    {
        var (ours, theirs) = DescriptorChannel.CreatePair();
        try
        {
            return new Successor(SuccessorLaunch.Start(binary, environment, theirs), new HandoverChannel(ours));
        }
        catch
        {
            ours.Dispose();
            throw;
        }
    }

    /// <summary>Waits for it, gives it all that can be had in advance, and waits until it could serve.</summary>
    public async Task<string?> BecomesReadyAsync(IEnumerable<HandoverMessage> offer, CancellationToken patience)
    {
        if (await HearAsync(HandoverKind.Hello, patience) is { } missing)
        {
            return missing;
        }

        return offer.Append(new HandoverMessage(HandoverKind.Offered)).All(_channel.Send) ? await HearAsync(HandoverKind.Ready, patience) : Ended;
    }

    /// <summary>Gives it the rest, and waits until it serves.</summary>
    public async Task<string?> ServesAsync(IEnumerable<HandoverMessage> rest, CancellationToken patience) =>
        rest.Append(new HandoverMessage(HandoverKind.Go)).All(_channel.Send) ? await HearAsync(HandoverKind.Serving, patience) : Ended;

    /// <summary>It has taken over: who asked is done with it.</summary>
    /// <returns>The way to it, owned by the caller.</returns>
    public HandoverChannel TakesOver()
    {
        _hasTakenOver = true;
        return _channel;
    }

    public void Dispose()
    {
        if (!_hasTakenOver)
        {
            Kill(_launcher);
            KillSuccessor();
            _channel.Dispose();
        }

        _launcher.Dispose();
    }

    private async Task<string?> HearAsync(HandoverKind awaited, CancellationToken patience)
    {
        try
        {
            while (await _channel.ReceiveAsync(patience) is { } message)
            {
                Pid = message.Pid ?? Pid;
                Version = message.Version ?? Version;
                _waitsFor = message.Kind == HandoverKind.Waiting ? message.Text : _waitsFor;
                if (message.Kind == awaited || message.Kind == HandoverKind.Failed)
                {
                    return message.Kind == awaited ? null : $"the new daemon cannot start: {message.Text}";
                }
            }

            _isOver = true;
            return Ended;
        }
        catch (OperationCanceledException)
        {
            return $"the new daemon was not ready in time{(_waitsFor is null ? "" : $": it waited for {_waitsFor}")}";
        }
    }

    /// <summary>Its number is its own as long as its end of the pair is open.</summary>
    private void KillSuccessor()
    {
        if (_isOver || Pid == 0)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(Pid);
            Kill(process);
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }
}
