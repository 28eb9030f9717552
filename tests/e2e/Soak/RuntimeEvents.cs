using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>What the runtime of a daemon tells of itself over its diagnostic socket, as dotnet-counters and dotnet-trace read it.</summary>
internal sealed class RuntimeEvents : IAsyncDisposable
{
    // The reasons of gc.h that GC.Collect gives: plain, not forced, compacting, aggressive.
    private static readonly HashSet<int> Ordered = [1, 7, 10, 17];

    private readonly EventPipeSession _session;
    private readonly EventPipeEventSource _source;
    private readonly Task _reading;
    private int _trims;
    private bool _isTrim;
    private long _timers;

    private RuntimeEvents(EventPipeSession session)
    {
        _session = session;
        _source = new EventPipeEventSource(session.EventStream);
        _source.Clr.GCStart += started => _isTrim = Ordered.Contains((int)started.Reason);
        _source.Clr.GCHeapStats += heap =>
        {
            GcHandles = heap.GCHandleCount;
            HeapKiB = heap.TotalHeapSize / 1024;
            if (_isTrim)
            {
                TrimmedHeapKiB = HeapKiB;
                TrimmedHandles = GcHandles;
                Interlocked.Increment(ref _trims);
            }
        };
        _source.Dynamic.All += Count;
        _reading = Task.Factory.StartNew(() => _source.Process(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Collections that the daemon has ordered: one at start, and one when a rush is over (IdleTrimService).</summary>
    public int Trims => Volatile.Read(ref _trims);

    /// <summary>GC handles after the latest collection.</summary>
    public int GcHandles { get; private set; }

    /// <summary>Managed memory after the latest collection.</summary>
    public long HeapKiB { get; private set; }

    /// <summary>GC handles after the latest ordered collection, which leaves none to what nobody uses any more.</summary>
    public int TrimmedHandles { get; private set; }

    /// <summary>Managed memory after the latest ordered collection: what is in use.</summary>
    public long TrimmedHeapKiB { get; private set; }

    /// <summary>Timers of the runtime that will fire: each delay and each deadline is one.</summary>
    public long Timers => Volatile.Read(ref _timers);

    public static async Task<RuntimeEvents> ListenAsync(int process)
    {
        EventPipeProvider[] providers =
        [
            new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, (long)ClrTraceEventParser.Keywords.GC),
            new("System.Runtime", EventLevel.Informational, (long)EventKeywords.None, new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" }),
        ];
        return new RuntimeEvents(await new DiagnosticsClient(process).StartEventPipeSessionAsync(providers, requestRundown: false, circularBufferMB: 8, CancellationToken.None));
    }

    /// <summary>Throws when the daemon tells nothing any more: then nothing is known, rather than unchanged.</summary>
    public void EnsureListening()
    {
        if (_reading.IsCompleted)
        {
            throw new InvalidOperationException("the daemon's runtime has stopped to tell of itself", _reading.Exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _session.StopAsync(CancellationToken.None);
            await _reading;
        }
        catch (Exception gone) when (gone is IOException or ServerNotAvailableException or FormatException)
        {
            // The daemon has ended before.
        }

        _source.Dispose();
        _session.Dispose();
    }

    private void Count(TraceEvent counter)
    {
        if (counter.EventName == "EventCounters" && counter.PayloadValue(0) is IDictionary<string, object> payload
            && payload["Payload"] is IDictionary<string, object> fields && fields["Name"] is "active-timer-count")
        {
            Volatile.Write(ref _timers, Convert.ToInt64(fields["Mean"], CultureInfo.InvariantCulture));
        }
    }
}
