using System.Globalization;
using System.Text;
using ApiLb.Backends;

namespace ApiLb.Admin.HaProxy;

/// <summary>Answers <c>show servers conn</c>: connections by backend. ApiLb keeps none idle for reuse.</summary>
internal sealed class ServerConnectionTable(StatReader ids, int reactors)
{
    private const string Header = "# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr";

    public string Write(IEnumerable<BackendPool> pools)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Header}[{reactors}]\n");
        var idle = string.Concat(Enumerable.Repeat(" 0", reactors));
        foreach (var pool in pools)
        {
            foreach (var (index, backend) in pool.Snapshot.Backends.Index())
            {
                var address = (backend.EndPoint as System.Net.IPEndPoint)?.Address.ToString() ?? "-";
                text.Append(CultureInfo.InvariantCulture, $"{pool.Name}/{backend.Name} {ids.IdOf(pool)}/{index + 1} {address} {backend.Options.Address.Port} - 0 ")
                    .Append(CultureInfo.InvariantCulture, $"{backend.Counters.Active} 0 0 0 0 -1 0{idle}\n");
            }
        }

        return text.ToString();
    }
}
