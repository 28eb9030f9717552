using ApiLb.Transport;

namespace ApiLb.UnitTests.Balancing;

/// <summary>Clients by number.</summary>
internal static class Clients
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>The n-th address of 10.0.0.0/8.</summary>
    public static ClientAddress Numbered(uint number) => new(0, MappedPrefix | 0x0A00_0000 | number, 0, 40000);
}
