using System.Globalization;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>The balancer, its clients and the machine at one moment.</summary>
/// <param name="Seconds">Since the sampling began.</param>
/// <param name="Usage">What the kernel tells.</param>
/// <param name="Connections">Client connections, as the daemon counts them.</param>
/// <param name="GcHandles">After the latest collection.</param>
/// <param name="HeapKiB">Managed memory after the latest collection.</param>
/// <param name="Timers">That will fire.</param>
/// <param name="Served">New connections that were served so far.</param>
/// <param name="Failed">New connections that were not, so far.</param>
/// <param name="BalancerCpu">Percent of a core since the sample before.</param>
/// <param name="MachineCpu">Likewise, of everything on the machine.</param>
/// <param name="LateMilliseconds">By how much this sample itself was late: the machine's doing.</param>
internal sealed record Sample(
    double Seconds, Usage Usage, int Connections, int GcHandles, long HeapKiB, long Timers, int Served, int Failed,
    double BalancerCpu, double MachineCpu, double LateMilliseconds)
{
    public const string Head =
        "seconds\tconnections\tdescriptors\tsockets\tpipes\tother\testablished\tclosing\tclose_wait\tthreads\tanonymous_kib\theap_kib\tgc_handles\ttimers\tserved\tfailed\tbalancer_cpu\tmachine_cpu\tlate_ms";

    /// <summary>Sockets that belong to no client: two for each client's connection are subtracted.</summary>
    public int OwnSockets => Usage.Sockets - (2 * Connections);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seconds:F1}\t{Connections}\t{Usage.Descriptors}\t{Usage.Sockets}\t{Usage.Pipes}\t{Usage.OtherFiles}\t{Usage.Established}\t{Usage.Closing}\t{Usage.CloseWait}\t{Usage.Threads}\t{Usage.AnonymousKiB}\t{HeapKiB}\t{GcHandles}\t{Timers}\t{Served}\t{Failed}\t{BalancerCpu:F1}\t{MachineCpu:F1}\t{LateMilliseconds:F0}");
}
