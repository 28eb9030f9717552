using System.Net;
using ApiLb.Admission;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Listening;

/// <summary>
/// One listener of the configuration while the daemon runs: its settings and addresses now, and its counters for as long as
/// it is configured. A connection stays with the settings that it was accepted under. One writer, who reloads.
/// </summary>
internal sealed class ListenerServer(ListenerOptions options, ListenerCounters counters)
{
    private volatile IReadOnlyList<AddressServer> _addresses = [];
    private volatile ListenerOptions _options = options;
    private Func<ConnectionContext, ConnectionDelegate, Task>? _serve;

    public ListenerOptions Options => _options;

    public ListenerCounters Counters { get; } = counters;

    /// <summary>Whom it takes; null before the first <see cref="Serve"/>.</summary>
    public ListenerAdmission? Admission { get; private set; }

    public IReadOnlyList<AddressServer> Addresses => _addresses;

    /// <summary>Where it really listens: port 0 is resolved.</summary>
    public IReadOnlyList<EndPoint> Bound => [.. _addresses.Select(a => a.Bound)];

    /// <summary>Gives new clients these settings.</summary>
    /// <param name="options">Under the same name.</param>
    /// <param name="admission">Whom it takes.</param>
    /// <param name="serve">Serves them, see <see cref="AddressServer.Serve"/>.</param>
    public void Serve(ListenerOptions options, ListenerAdmission admission, Func<ConnectionContext, ConnectionDelegate, Task> serve)
    {
        _options = options;
        Admission = admission;
        _serve = serve;
    }

    /// <summary>Takes clients on these addresses, which are bound. Those that it had and has no longer are the caller's to stop.</summary>
    public void ServeOn(IReadOnlyList<AddressServer> addresses)
    {
        var waitsForData = Options.Protocol != ListenerProtocol.Tcp || Options.ProxyProtocol is not null;
        foreach (var address in addresses)
        {
            address.Serve(_serve!, Counters, waitsForData);
        }

        _addresses = addresses;
    }
}
