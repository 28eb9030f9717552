using System.Globalization;
using System.Text;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Admin.HaProxy;

/// <summary>Answers <c>show servers state</c>, version 1 of its format (HAProxy's management guide, 9.3).</summary>
internal sealed class ServerStateTable(StatReader ids)
{
    private const string Header =
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result "
        + "srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

    // types/server-t.h: SRV_ST_*, SRV_ADMF_*; types/check-t.h: CHK_RES_*, CHK_ST_*.
    private const int Stopped = 0;
    private const int Starting = 1;
    private const int Running = 2;
    private const int Stopping = 3;
    private const int ForcedMaintenance = 0x01;
    private const int ForcedDrain = 0x08;
    private const int ResultUnknown = 0;
    private const int ResultFailed = 2;
    private const int ResultPassed = 3;
    private const int ChecksEnabled = 6;
    private const int Initial = 1;

    public string Write(IEnumerable<BackendPool> pools)
    {
        var text = new StringBuilder(Header);
        foreach (var pool in pools)
        {
            foreach (var (index, backend) in pool.Snapshot.Backends.Index())
            {
                Append(text, pool, backend, index + 1);
            }
        }

        return text.ToString();
    }

    private void Append(StringBuilder text, BackendPool pool, Backend backend, int id)
    {
        var health = backend.Health.Current;
        var address = backend.Options.Address;
        var isName = address.TryGetEndPoint() is null;
        var resolved = (backend.EndPoint as System.Net.IPEndPoint)?.Address.ToString();
        var check = backend.LastProbe is { } probe ? CheckWord.Of(probe).Number : Initial;
        var result = backend.LastProbe is null ? ResultUnknown : backend.LastProbe.HasPassed ? ResultPassed : ResultFailed;
        var admin = backend.Mode switch { OperatorMode.Maint => ForcedMaintenance, OperatorMode.Drain => ForcedDrain, _ => 0 };
        var sinceChange = (long)(pool.Now - health.Since).TotalSeconds;

        // Health counts up to rise + fall - 1 and down to 0; ApiLb tells settled states only.
        var checkHealth = StateOf(health.Status) == Stopped ? 0 : pool.Options.Health.Rise + pool.Options.Health.Fall - 1;
        text.Append(CultureInfo.InvariantCulture, $"{ids.IdOf(pool)} {pool.Name} {id} {backend.Name} {(isName ? resolved ?? "-" : address.Host)} ")
            .Append(CultureInfo.InvariantCulture, $"{(backend.Mode == OperatorMode.Maint ? Stopped : StateOf(health.Status))} {admin} {backend.Weight} {backend.Options.Weight} {sinceChange} ")
            .Append(CultureInfo.InvariantCulture, $"{check} {result} {checkHealth} {ChecksEnabled} 0 0 0 {(isName ? address.Host : "-")} {address.Port} - 0 0 - - 0\n");
    }

    private static int StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Dead or HealthStatus.NotReady => Stopped,
        HealthStatus.Warming => Starting,
        HealthStatus.Draining => Stopping,
        _ => Running,
    };
}
