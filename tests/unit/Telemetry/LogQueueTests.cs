using System.Text;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class LogQueueTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly StuckStream _log = new();
    private readonly LogQueue _queue;

    public LogQueueTests() => _queue = new LogQueue(new ShortLineFormatter(new FakeTime()), _log);

    public void Dispose()
    {
        _log.IsStuck = false;
        _queue.Dispose();
    }

    [Fact]
    public void Lines_ComeOutInOrderAndHarmless()
    {
        var logger = _queue.CreateLogger("ApiLb.Test");
        Say(logger, "first\u001b[31m\nsecond");
        Say(logger, "third");

        _queue.Dispose();

        Assert.Equal(["info  first\\u001b[31m second", "info  third"], _log.Lines.Select(l => l["00:00:00.000 ".Length..]));
    }

    [Fact]
    public void StuckReader_StopsNobodyAndIsToldOfWhatItMissed()
    {
        const int More = 1000;
        var logger = _queue.CreateLogger("ApiLb.Test");
        _log.IsStuck = true;
        Say(logger, "the line that gets stuck");
        Assert.True(_log.Entered.Wait(Deadline, TestContext.Current.CancellationToken), "nothing is written");
        var before = LogQueue.DroppedLines;

        for (var i = 0; i < LogQueue.Capacity + More; i++)
        {
            Say(logger, "line");
        }

        Assert.Equal(More, LogQueue.DroppedLines - before);
        _log.IsStuck = false;
        _queue.Dispose();
        Assert.Equal(LogQueue.Capacity + 2, _log.Lines.Length);
        Assert.EndsWith($"warn  {More} log lines were dropped: whoever reads the log was slower than the log.", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void ReaderThatNeverComesBack_DoesNotHoldUpTheEnd()
    {
        _log.IsStuck = true;
        Say(_queue.CreateLogger("ApiLb.Test"), "stuck");

        // Returns, or the test's time is over.
        _queue.Dispose();

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void ReaderThatIsGone_IsCountedOnly()
    {
        var before = LogQueue.DroppedLines;
        _log.IsBroken = true;
        Say(_queue.CreateLogger("ApiLb.Test"), "lost");

        _queue.Dispose();

        Assert.True(LogQueue.DroppedLines > before);
    }

    private static void Say(ILogger logger, string text) => logger.Log(LogLevel.Information, 1, text, null, static (s, _) => s);

    /// <summary>A log whose reader stands still, or has left.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _goOn = new(initialState: true);

        public ManualResetEventSlim Entered { get; } = new();

        public bool IsBroken { get; set; }

        public bool IsStuck
        {
            set
            {
                if (value)
                {
                    _goOn.Reset();
                }
                else
                {
                    _goOn.Set();
                }
            }
        }

        public string[] Lines => Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Entered.Set();
            _goOn.Wait();
            if (IsBroken)
            {
                throw new IOException("Broken pipe");
            }

            base.Write(buffer.ToArray(), 0, buffer.Length);
        }
    }
}
