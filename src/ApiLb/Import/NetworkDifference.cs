using System.Net;

namespace ApiLb.Import;

/// <summary>Cuts networks out of networks.</summary>
internal static class NetworkDifference
{
    /// <summary>All addresses of <paramref name="networks"/> that are not in <paramref name="exception"/>: at most 128 networks for each.</summary>
    public static IReadOnlyList<IPNetwork> Subtract(IReadOnlyList<IPNetwork> networks, IPNetwork exception)
    {
        List<IPNetwork> rest = [];
        foreach (var network in networks)
        {
            Add(rest, network, exception);
        }

        return rest;
    }

    private static void Add(List<IPNetwork> rest, IPNetwork network, IPNetwork exception)
    {
        if (Contains(exception, network))
        {
            return;
        }

        if (!Contains(network, exception))
        {
            rest.Add(network);
            return;
        }

        var (lower, upper) = Halves(network);
        Add(rest, lower, exception);
        Add(rest, upper, exception);
    }

    private static (IPNetwork Lower, IPNetwork Upper) Halves(IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[network.PrefixLength / 8] |= (byte)(0x80 >> (network.PrefixLength % 8));
        return (new IPNetwork(network.BaseAddress, network.PrefixLength + 1), new IPNetwork(new IPAddress(bytes), network.PrefixLength + 1));
    }

    private static bool Contains(IPNetwork outer, IPNetwork inner) =>
        outer.BaseAddress.AddressFamily == inner.BaseAddress.AddressFamily && outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);
}
