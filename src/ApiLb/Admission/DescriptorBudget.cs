using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// What the process' file descriptors are for. A reserve that no client gets: the process itself, probes, the admin end points
/// with their 64 connections each, clients that are being refused, and the third socket of connections that are being hedged
/// just now. A share for the pipes of bulk transfers. The rest by two: a connection is two sockets. The reserve must not be
/// smaller, for the .NET runtime needs a descriptor to start a thread and dies without one.
/// </summary>
internal static class DescriptorBudget
{
    private const int SmallestReserve = 512;
    private const int ReservePercent = 5;
    private const int PerConnection = 2;
    private const int DescriptorsPerPipe = 2;

    /// <summary>The most connections that so many descriptors carry; at least 1.</summary>
    public static int ConnectionsWithin(long descriptors)
    {
        var reserve = Math.Max(SmallestReserve, descriptors / 100 * ReservePercent);
        var pipes = descriptors / DescriptorLimit.PerPipe * DescriptorsPerPipe;
        return (int)Math.Clamp((descriptors - reserve - pipes) / PerConnection, 1, int.MaxValue);
    }

    /// <summary>The descriptors that so many connections need: what LimitNOFILE should be, rounded up to a whole thousand.</summary>
    public static long DescriptorsFor(int connections)
    {
        const double pipes = (double)DescriptorsPerPipe / DescriptorLimit.PerPipe;
        var used = (double)PerConnection * (connections + 1);
        var needed = Math.Max((used + SmallestReserve) / (1 - pipes), used / (1 - pipes - (ReservePercent / 100.0)));
        return (long)Math.Ceiling(needed / 1000) * 1000;
    }
}
