using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// Decides for one listener whom it takes. Two halves, because behind a proxy the client's address is known only after the
/// PROXY header: <see cref="TryEnter"/> at accept (daemon's, listener's and rate limit), <see cref="TryIdentify"/> with the
/// client's own address (access list and source limit). A half that refuses has taken nothing. Thread-safe, no allocation
/// for an admitted client but the growth of the source table.
/// </summary>
internal sealed class ListenerAdmission
{
    private readonly ConnectionLimit _daemon;
    private readonly AcceptRate? _rate;
    private readonly AccessList _access;
    private readonly IReadOnlyList<IPNetwork> _exempt;
    private readonly SourceLimit? _sources;

    /// <param name="listener">Whose limits and access list these are.</param>
    /// <param name="daemon">The limit that all listeners share.</param>
    /// <param name="time">For the rate.</param>
    /// <param name="before">The listener's admission with its former settings, whose clients still count; null: it is new.</param>
    public ListenerAdmission(ListenerOptions listener, ConnectionLimit daemon, TimeProvider time, ListenerAdmission? before = null)
    {
        var limits = listener.Limits;
        Listener = listener.Name;
        Connections = before?.Connections ?? new ConnectionLimit(null);
        Connections.Maximum = limits.MaxConnections;
        _daemon = daemon;
        _rate = limits.AcceptRate is { } perSecond ? new AcceptRate(perSecond, time) : null;
        _access = new AccessList(listener.Allow, listener.Deny);
        _exempt = limits.ExemptSources;
        _sources = limits.MaxConnectionsPerSource is { } most ? SourcesWithin(most, before) : null;
    }

    /// <summary>The listener's name.</summary>
    public string Listener { get; }

    /// <summary>The listener's own limit.</summary>
    public ConnectionLimit Connections { get; }

    public bool LimitsSources => _sources is not null;

    /// <summary>Limited sources with connections now.</summary>
    public int Sources => _sources?.Sources ?? 0;

    /// <summary>Both halves, for listeners that see their clients' own addresses. Undone by <see cref="Leave(in ClientAddress)"/>.</summary>
    /// <returns>Null, or why the client is refused.</returns>
    public CloseReason? TryAdmit(in ClientAddress client)
    {
        // In this order a client that is kept out by its address takes no token of the rate from the others.
        if (TryIdentify(client) is { } refusal)
        {
            return refusal;
        }

        if (TryEnter() is { } full)
        {
            _sources?.Leave(client);
            return full;
        }

        return null;
    }

    /// <summary>The half that needs no address. Undone by <see cref="Leave()"/>.</summary>
    /// <returns>Null, or why the client is refused.</returns>
    public CloseReason? TryEnter()
    {
        if (!_daemon.TryEnter())
        {
            return CloseReason.LimitGlobal;
        }

        if (!Connections.TryEnter())
        {
            _daemon.Leave();
            return CloseReason.LimitListener;
        }

        if (_rate?.TryTake() == false)
        {
            Leave();
            return CloseReason.LimitRate;
        }

        return null;
    }

    /// <summary>The half that needs the client's own address.</summary>
    /// <returns>Null, or why the client is refused.</returns>
    public CloseReason? TryIdentify(in ClientAddress client) =>
        !_access.Admits(client) ? CloseReason.Denied
        : _sources?.TryEnter(client) == false ? CloseReason.LimitSource
        : null;

    /// <summary>The end of a client that entered and was not identified.</summary>
    public void Leave()
    {
        Connections.Leave();
        _daemon.Leave();
    }

    /// <summary>The end of a client that entered and was identified.</summary>
    public void Leave(in ClientAddress client)
    {
        _sources?.Leave(client);
        Leave();
    }

    /// <summary>Those of before, unless other sources are exempt now: a client must leave the table that it entered.</summary>
    private SourceLimit SourcesWithin(int maximum, ListenerAdmission? before)
    {
        if (before?._sources is not { } sources || !before._exempt.SequenceEqual(_exempt))
        {
            return new SourceLimit(maximum, new CidrSet(_exempt));
        }

        sources.Maximum = maximum;
        return sources;
    }
}
