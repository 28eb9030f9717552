using System.Collections.Concurrent;
using ApiLb.Backends;

namespace ApiLb.Http;

/// <summary>The <see cref="BackendClient"/>s of one pool under the same settings. Thread-safe.</summary>
/// <param name="make">One for a backend that has none.</param>
internal sealed class BackendClients(Func<Backend, BackendClient> make)
{
    private readonly ConcurrentDictionary<Backend, BackendClient> _byBackend = new();
    private volatile bool _isRetired;

    /// <summary>For one request; <see cref="BackendClient.Leave"/> it. Also afterwards there is one for those who are late, but none that stays.</summary>
    public BackendClient Enter(Backend backend)
    {
        while (true)
        {
            var client = _byBackend.TryGetValue(backend, out var known) ? known : _byBackend.GetOrAdd(backend, make);
            if (!client.TryEnter())
            {
                _byBackend.TryRemove(new KeyValuePair<Backend, BackendClient>(backend, client));
                continue;
            }

            if (_isRetired)
            {
                client.Retire();
            }

            return client;
        }
    }

    public void Remove(Backend backend)
    {
        if (_byBackend.TryRemove(backend, out var client))
        {
            client.Retire();
        }
    }

    /// <summary>These settings are not wanted any longer.</summary>
    public void Retire()
    {
        _isRetired = true;
        foreach (var client in _byBackend.Values)
        {
            client.Retire();
        }
    }
}
