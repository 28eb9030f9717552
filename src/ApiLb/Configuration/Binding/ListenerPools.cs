using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>The pools that one listener names, and whether they fit it. What is wrong with a pool is told once.</summary>
internal sealed class ListenerPools(IReadOnlyList<PoolOptions> pools, SectionReader listener, IReadOnlyList<EndPoint> bind, ListenerProtocol? protocol)
{
    private const int MostPoolsListed = 20;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="section">The listener or its route; its <c>pool</c> names the pool.</param>
    /// <param name="name">The pool.</param>
    public void Use(SectionReader section, string name)
    {
        if (pools.FirstOrDefault(candidate => candidate.Name == name) is not { } pool)
        {
            section.Error("pool", MissingPool(name));
        }
        else if (_known.Add(name))
        {
            RefuseLoop(pool);
            WarnOfMismatch(section, pool);
            RefuseWhatRequestsCannotHave(section, pool);
        }
    }

    private string MissingPool(string name)
    {
        var names = pools.Select(pool => pool.Name).ToList();
        var hint = NearestWord.Hint(name, names);
        var isListed = hint.Length == 0 && names.Count is > 0 and <= MostPoolsListed;
        var help = isListed ? $"; pools in this file: {string.Join(", ", names.Select(Quoted.Shorten))}" : hint;
        return $"there is no pool named {Quoted.Of(name)}{help}";
    }

    private void RefuseLoop(PoolOptions pool)
    {
        var looping = pool.Backends.FirstOrDefault(backend =>
            backend.Address.TryGetEndPoint() is { } target && bind.Any(own => BoundAddresses.Reaches(target, own)));
        if (looping is not null)
        {
            listener.Error("bind", $"backend {Quoted.Of(looping.Name)} of pool {pool.Name} is this listener itself: every connection would go in a circle");
        }
    }

    /// <summary>Requests of many clients share a connection to a backend, so nothing about one client can come before it.</summary>
    private void RefuseWhatRequestsCannotHave(SectionReader section, PoolOptions pool)
    {
        if (protocol is not (ListenerProtocol.Http or ListenerProtocol.Https))
        {
            return;
        }

        if (pool.ProxyProtocol != ProxyProtocolVersion.None)
        {
            section.Error("pool", $"pool {pool.Name} has proxyProtocol, which goes before a client's connection; requests share connections, and name their client in X-Forwarded-For");
        }

        if (pool.Connect.Source == ConnectSource.Client)
        {
            section.Error("pool", $"pool {pool.Name} has connect.source client; requests share connections, and name their client in X-Forwarded-For");
        }
    }

    private void WarnOfMismatch(SectionReader section, PoolOptions pool)
    {
        switch (pool.Health.Type)
        {
            case HealthCheckType.Tcp when protocol == ListenerProtocol.Tls:
                section.Warn("pool", $"pool {pool.Name} has health.type tcp, which a frozen server passes, because the kernel answers for it; use kube-apiserver, https or tls");
                break;
            case HealthCheckType.Http when protocol == ListenerProtocol.Tls:
                section.Warn("pool", $"pool {pool.Name} has health.type http, but this listener sends TLS to the same port; use https");
                break;
        }
    }
}
