namespace ApiLb.Admission;

/// <summary>
/// What the process' file descriptors are for. A reserve that no client gets (the process itself, probes, the admin end points
/// with their 64 connections each, clients that are being refused); of the rest each connection has two and a half: its two
/// sockets, and for every second one a hedged third or one end of a pipe. When those run short, hedges fail and bulk transfers
/// are copied, but no client is refused.
/// </summary>
internal static class DescriptorBudget
{
    private const int SmallestReserve = 512;
    private const int ReservePercent = 5;

    /// <summary>The most connections that so many descriptors carry; at least 1.</summary>
    public static int ConnectionsWithin(long descriptors) =>
        (int)Math.Clamp((descriptors - ReserveOf(descriptors)) / 5 * 2, 1, int.MaxValue);

    /// <summary>The descriptors that so many connections need: what LimitNOFILE should be, rounded up to a whole thousand.</summary>
    public static long DescriptorsFor(int connections)
    {
        var used = ((connections + 1L) / 2 * 5) + 5;
        var needed = used + Math.Max(SmallestReserve, (used * ReservePercent / (100 - ReservePercent)) + 1);
        return (needed + 999) / 1000 * 1000;
    }

    private static long ReserveOf(long descriptors) => Math.Max(SmallestReserve, descriptors / 100 * ReservePercent);
}
