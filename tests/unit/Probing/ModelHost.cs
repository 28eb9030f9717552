using System.Net;
using ApiLb.Backends;
using ApiLb.Probing;

namespace ApiLb.UnitTests.Probing;

/// <summary>
/// A host that vanishes at some moment, and the steps in which <see cref="HttpProber"/> finds out: what it sends and for how long it
/// waits. What the kernel would say is read by the real <see cref="AckWatch"/>. That the prober itself takes these steps is shown on real
/// sockets, by SilenceTests.
/// </summary>
internal sealed class ModelHost(FakeTime time, TimeSpan answersIn, int freshEvery) : IProber
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LearnPatience = TimeSpan.FromMilliseconds(500);

    private TimeSpan _lastAck;
    private int _checks;
    private bool _isConnected;
    private bool _isBroken;
    private bool _isKnownSilent;
    private bool _mayLearn;

    public TimeSpan DiesAt { get; set; } = TimeSpan.MaxValue;

    public Action? Unheard { get; set; }

    public int Checks => _checks;

    private TimeSpan Now => time.GetElapsedTime(0);

    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, bool needsFresh, CancellationToken deadline)
    {
        if (_isConnected && !_isBroken && _checks++ % freshEvery != 0)
        {
            return await StepAsync(deadline) ? ScriptedProber.PassedOverKept : await EndAsync(HttpProber.LastSynPatience);
        }

        if (!await AnswersAsync(RoundTrip))
        {
            return await WithoutFreshAsync(deadline);
        }

        (_lastAck, _isBroken) = (Now, false);
        if (!await StepAsync(deadline) || !await StepAsync(deadline))
        {
            return await EndAsync(TimeSpan.Zero);
        }

        _isConnected = _mayLearn = true;
        return ScriptedProber.Passed;
    }

    public async ValueTask<BackendFacts?> LearnAsync(CancellationToken stop)
    {
        if (_mayLearn)
        {
            _mayLearn = false;
            using var patience = new CancellationTokenSource(LearnPatience, time);
            _isBroken = !await StepAsync(patience.Token);
        }

        return null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<ProbeVerdict> WithoutFreshAsync(CancellationToken deadline)
    {
        if (_isKnownSilent)
        {
            return await EndAsync(HttpProber.LastSynPatience);
        }

        await Task.Delay(HttpProber.DialPatience, time, CancellationToken.None);
        if (!_isBroken)
        {
            await StepAsync(deadline);
            return await EndAsync(TimeSpan.Zero);
        }

        using var watch = AckWatch.OfBroken(() => Vitals(TimeSpan.MaxValue), time, Unheard, deadline);
        return await SilentAsync(watch, deadline) ? await EndAsync(TimeSpan.Zero) : ProbeVerdict.Silent(ProbeLayer.L4, "not known to be silent");
    }

    private async Task<ProbeVerdict> EndAsync(TimeSpan patience)
    {
        _isKnownSilent = true;
        await Task.Delay(patience, time);
        return ProbeVerdict.Unacknowledged(ProbeLayer.L4, "the host acknowledges nothing");
    }

    /// <summary>Something is sent, acknowledged after a round trip, and answered.</summary>
    private async Task<bool> StepAsync(CancellationToken deadline)
    {
        var sent = Now;
        using var watch = new AckWatch(() => Vitals(sent), time, Unheard, deadline);
        if (await AnswersAsync(RoundTrip))
        {
            _lastAck = Now;
            if (await AnswersAsync(answersIn))
            {
                _lastAck = Now;
                return true;
            }
        }

        await SilentAsync(watch, deadline);
        return false;
    }

    private async Task<bool> AnswersAsync(TimeSpan after)
    {
        await Task.Delay(after, time);
        return Now < DiesAt;
    }

    private async Task<bool> SilentAsync(AckWatch watch, CancellationToken deadline)
    {
        while (!watch.IsHostSilent && !deadline.IsCancellationRequested)
        {
            await Task.Delay(Grain, time, CancellationToken.None);
        }

        return watch.IsHostSilent;
    }

    private TcpVitals Vitals(TimeSpan sent)
    {
        var since = Now - _lastAck;
        var isUnderWay = sent != TimeSpan.MaxValue && _lastAck < sent;
        return new TcpVitals(isUnderWay ? 1u : 0, since, RoundTrip, 0, isUnderWay ? 0 : (int)(since / AckWatch.Keepalive)) { IsEstablished = true };
    }
}
