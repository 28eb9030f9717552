using System.Globalization;

namespace ApiLb.Doctor.Host;

/// <summary>Whether the table of the kernel's connection tracking is full: then it drops new connections, and nobody is told.</summary>
internal sealed class ConntrackCheck(ProcFiles proc)
{
    private const string Check = "conntrack";
    private const double Full = 0.9;
    private const double Filling = 0.7;

    public Finding Find()
    {
        if (proc.ReadNumber("sys/net/netfilter/nf_conntrack_max") is not (> 0 and var maximum) || proc.ReadNumber("sys/net/netfilter/nf_conntrack_count") is not { } count)
        {
            return Finding.Ok(Check, "the kernel tracks no connections");
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{count:N0} of {maximum:N0} tracked connections; each client of ApiLb is two");
        var remedy = string.Create(CultureInfo.InvariantCulture, $"sysctl net.netfilter.nf_conntrack_max={2 * maximum}, or exempt ApiLb's ports: iptables -t raw ... -j CT --notrack");
        return (count / (double)maximum) switch
        {
            >= Full => Finding.Error(Check, $"{text}: when the table is full, new connections are dropped", remedy),
            >= Filling => Finding.Warning(Check, text, remedy),
            _ => Finding.Ok(Check, text),
        };
    }
}
