using System.Globalization;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>What the daemon has when nothing is going on, and how much of it may be more at another time.</summary>
/// <param name="Samples">Of a while of rest.</param>
/// <param name="TrimmedHeapKiB">Managed memory after the collection that ends a rush.</param>
/// <param name="TrimmedHandles">GC handles after that collection.</param>
internal sealed record RestingState(IReadOnlyList<Sample> Samples, long TrimmedHeapKiB, int TrimmedHandles)
{
    // Each reactor keeps up to 16 empty pipes for the next bulk transfer (PipePool), two descriptors each; two reactors on two cores, four at most.
    private static readonly int KeptPipes = 2 * 16 * Math.Clamp(Environment.ProcessorCount, 1, 4);

    // A connection is some 1.3 KiB of managed memory (docs/decisions/0003): a leak of each of the thousands that come in two minutes, or of
    // a pool with its backends and probes for each reload, is several times this. What may differ: pools of buffers, and how far tables have grown.
    private const long HeapGrowthKiB = 1024;

    // What is not managed: code compiled meanwhile (a tier-1 version of what the troubles have made hot), the collector's own lists, stacks.
    // malloc gives back what it can at the same moment (NativeHeap.Trim). A leak of one socket's worth for each connection is above it.
    private const long AnonymousGrowthKiB = 12 * 1024;

    // Assemblies and threads have some each, and the first trouble of a kind loads a few more assemblies: 37 to 58 were seen, after two
    // minutes as after thirty. One lost for each connection, or in the extended run for each of its hundreds of reloads, is a multiple.
    private const int HandleGrowth = 128;

    // Threads of the pool never leave (ThreadTimeoutMs in ApiLb.csproj), and it gets another one when nothing of its work moved for half a
    // second, which a busy machine can bring about. One lost for each reload or unruly client is many more.
    private const int ThreadGrowth = 4;

    // One for each loop that waits. Probes have one or two more while a check is under way.
    private const int TimerGrowth = 8;

    private Sample Most => new(
        0,
        new Usage(
            Samples.Max(sample => sample.OwnSockets), Samples.Max(sample => sample.Usage.Pipes), Samples.Max(sample => sample.Usage.OtherFiles),
            Samples.Max(sample => sample.Usage.Threads), Samples.Max(sample => sample.Usage.AnonymousKiB), 0, 0, 0),
        0, 0, 0, Samples.Max(sample => sample.Timers), 0, 0, 0, 0, 0);

    /// <summary>Null when a later sample at rest has no more than this state, else what there is more of.</summary>
    public string? ComplaintAbout(Sample later)
    {
        var most = Most;
        var complaints = new[]
        {
            Complaint("sockets beside clients' connections", later.OwnSockets, most.Usage.Sockets),
            Complaint("ends of pipes", later.Usage.Pipes, Math.Max(most.Usage.Pipes, KeptPipes)),
            Complaint("other descriptors", later.Usage.OtherFiles, most.Usage.OtherFiles),
            Complaint("threads", later.Usage.Threads, most.Usage.Threads + ThreadGrowth),
            Complaint("sockets in CLOSE-WAIT", later.Usage.CloseWait, 0),
            Complaint("timers", later.Timers, most.Timers + TimerGrowth),
            Complaint("KiB of anonymous memory", later.Usage.AnonymousKiB, most.Usage.AnonymousKiB + AnonymousGrowthKiB),
        }.OfType<string>().ToList();
        return complaints.Count == 0 ? null : string.Join("; ", complaints);
    }

    /// <summary>Likewise, about what a later collection at the end of a rush has left.</summary>
    public string? ComplaintAbout(RuntimeEvents later) =>
        Complaint("KiB of managed memory in use", later.TrimmedHeapKiB, TrimmedHeapKiB + HeapGrowthKiB)
        ?? Complaint("GC handles", later.TrimmedHandles, TrimmedHandles + HandleGrowth);

    public override string ToString()
    {
        var most = Most;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{most.Usage.Sockets} sockets beside clients' connections, {most.Usage.Pipes} ends of pipes, {most.Usage.OtherFiles} other descriptors, {most.Usage.Threads} threads, {most.Timers} timers, {most.Usage.AnonymousKiB} KiB anonymous; after the trim {TrimmedHeapKiB} KiB managed, {TrimmedHandles} GC handles");
    }

    private static string? Complaint(string what, long seen, long allowed) => seen <= allowed ? null : $"{seen} {what}, allowed are {allowed}";
}
