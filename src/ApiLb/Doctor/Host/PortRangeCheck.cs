using System.Globalization;
using System.Net;
using ApiLb.Configuration;
using ApiLb.Telemetry;

namespace ApiLb.Doctor.Host;

/// <summary>Whether there are local ports enough for the connections to the backends, and whether they can take a listener's port.</summary>
internal sealed class PortRangeCheck(ProcFiles proc)
{
    private const string Check = "port-range";

    /// <summary>Fewer than the kernel's default of 28,232 by a third: somebody narrowed the range.</summary>
    private const int Few = 20_000;

    public IEnumerable<Finding> Find(IReadOnlyList<ListenerOptions> listeners)
    {
        if (proc.Read("sys/net/ipv4/ip_local_port_range") is not { } range || proc.Read("sys/net/ipv4/ip_local_reserved_ports") is not { } reserved
            || LocalPorts.Count(range, reserved) is not { } count)
        {
            yield return Finding.Note(Check, "the range of local ports cannot be read");
            yield break;
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{count:N0} local ports: as many connections to each backend address");
        yield return count >= Few
            ? Finding.Ok(Check, text)
            : Finding.Warning(Check, text, "sysctl net.ipv4.ip_local_port_range=\"32768 60999\" is the kernel's default");
        var ends = string.Join('-', range.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var port in listeners.SelectMany(l => l.Bind).OfType<IPEndPoint>().Select(e => e.Port).Distinct())
        {
            if (Covers(ends, port) && !reserved.Split(',').Any(part => Covers(part, port)))
            {
                yield return Finding.Warning(
                    Check,
                    $"port {port} of a listener lies in the range of local ports ({ends}): any outgoing connection may have it when ApiLb starts",
                    $"sysctl net.ipv4.ip_local_reserved_ports={(reserved.Length == 0 ? "" : reserved + ",")}{port}");
            }
        }
    }

    /// <param name="part">One number, or two with a dash between them; anything else covers nothing.</param>
    /// <param name="port">The port.</param>
    private static bool Covers(string part, int port)
    {
        var ends = part.Split('-');
        return int.TryParse(ends[0], CultureInfo.InvariantCulture, out var first) && int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last)
            && first <= port && port <= last;
    }
}
