using System.Collections.Concurrent;
using ApiLb.Configuration;
using ApiLb.Etcd;
using ApiLb.Health;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdMonitorTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly LinesLog _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<TimeSpan> _checks = [];
    private readonly ScriptedReader _reader;
    private readonly EtcdMonitor _monitor;
    private Func<EtcdObservation> _answer = () => Seen.Read('L', 0);
    private Task _running = Task.CompletedTask;

    public EtcdMonitorTests()
    {
        _reader = new ScriptedReader { Answer = _ => ValueTask.FromResult(Checked()) };
        _monitor = new EtcdMonitor(new EtcdOptions(), [new EtcdMember("e1", "10.0.0.11", _reader)], _time, _log);
    }

    public async ValueTask InitializeAsync()
    {
        _running = _monitor.RunAsync(_stop.Token);
        await UntilAsync(() => _monitor.Snapshot.Quorum == EtcdQuorum.Held);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _reader.DisposeAsync();
        _log.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Stop_EndsTheLoopAndClosesTheReader()
    {
        await _stop.CancelAsync();
        await _running;

        Assert.True(_reader.IsDisposed);
    }

    [Fact]
    public async Task Condition_IsLoggedWhenItBeginsAndWhenItEnds()
    {
        _answer = () => Seen.Silence;
        await ChecksAsync(5);
        _answer = () => Seen.Read('L', 0);
        await UntilAsync(() => _monitor.Snapshot.Conditions.Count == 0);

        Assert.Equal(
            [
                "Warning: etcd: quorum lost: 0 of 1 voters answer, 1 must agree.",
                "Warning: etcd: member e1 is down: connection refused.",
                "Information: etcd: over after N s: quorum lost: 0 of 1 voters answer, 1 must agree.",
                "Information: etcd: over after N s: member e1 is down: connection refused.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task Changed_IsRaisedForTransitionsOnly()
    {
        var raised = 0;
        _monitor.Changed += _ => Interlocked.Increment(ref raised);

        _answer = () => Seen.Silence;
        await ChecksAsync(6);

        Assert.Equal(1, raised);
    }

    [Fact]
    public async Task FirstFailure_IsConfirmedSoon()
    {
        _checks.Clear();
        _answer = () => Seen.Silence;
        await ChecksAsync(4);

        var times = _checks.ToArray();
        Assert.InRange(times[1] - times[0], TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.7));
        Assert.InRange(times[2] - times[1], TimeSpan.FromSeconds(1.7), TimeSpan.FromSeconds(2.4));
    }

    [Fact]
    public async Task CheckDuringAStallOfOurs_IsDiscarded()
    {
        _answer = () =>
        {
            _time.Stall(TimeSpan.FromMinutes(1));
            return Seen.Silence;
        };

        await ChecksAsync(4);

        Assert.Equal(EtcdMemberStatus.Up, _monitor.Snapshot.Members[0].Status);
    }

    [Fact]
    public async Task HangingMember_EndsAtTheDeadline()
    {
        _reader.Answer = async deadline =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return EtcdObservation.Failed(HealthCause.ResponseTimeout, "no answer in time");
        };

        await UntilAsync(() => _monitor.Snapshot.Members[0].Status == EtcdMemberStatus.Down);
    }

    [Fact]
    public async Task Bug_IsLoggedAndTheLoopGoesOn()
    {
        _answer = () => throw new InvalidOperationException("bug");
        await ChecksAsync(1);

        _answer = () => Seen.Read('n', 0);
        await UntilAsync(() => _monitor.Snapshot.QuorumLost);

        Assert.Contains(_log.Lines, l => l.StartsWith("Error: etcd: a check of member e1 failed", StringComparison.Ordinal));
    }

    private EtcdObservation Checked()
    {
        _checks.Enqueue(_time.GetElapsedTime(0));
        return _answer();
    }

    /// <summary>Lets so many checks begin, and the last one end.</summary>
    private Task ChecksAsync(int count)
    {
        var target = _checks.Count + count + 1;
        return UntilAsync(() => _checks.Count >= target);
    }

    /// <summary>Moves the clock in small steps, and lets the loop follow.</summary>
    private async Task UntilAsync(Func<bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), $"still {_monitor.Snapshot}");
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }
    }

    private sealed class LinesLog : ILogger, ILoggerFactory
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> Lines => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var words = formatter(state, exception).Split(' ');
                _lines.Enqueue($"{logLevel}: {string.Join(' ', words.Select((w, i) => i > 0 && words[i - 1] == "after" ? "N" : w))}");
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
