using System.Net;
using ApiLb.Configuration.Binding;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.Drafts;

/// <summary>The addresses that a <see cref="ConfigurationDraft"/> listens on: each once, none of them a backend of its own.</summary>
internal sealed class DraftAddresses(ImportNotes notes)
{
    private const int UsualAdminPort = 8404;
    private const int MostAdminPorts = 100;

    private readonly BoundAddresses _bound = new();

    /// <summary>Takes an address, or notes who has it.</summary>
    public bool TryTake(Statement head, string address)
    {
        if (!BindAddress.Parse(address).TryGet(out var endPoint, out var problem))
        {
            notes.LeftOut(head, problem);
            return false;
        }

        if (_bound.TryAdd(endPoint, $"line {head.Line}", out var owner))
        {
            return true;
        }

        notes.LeftOut(head, $"{address} is already taken by {owner}");
        return false;
    }

    /// <summary>Whether a backend of the pool is the listener itself, so that connections would go in a circle; then it is noted.</summary>
    public bool IsLoop(Statement head, ListenerDraft listener, PoolDraft pool)
    {
        var isLoop = pool.Backends.Exists(backend =>
            ServerAddress.Parse(backend.Address).TryGet(out var address, out _) && address.TryGetEndPoint() is { } target
            && listener.Bind.Exists(bind => BindAddress.Parse(bind).TryGet(out var own, out _) && BoundAddresses.Reaches(target, own)));
        if (isLoop)
        {
            notes.LeftOut(head, $"no listener: a server of {pool.Name} is its own address, and every connection would go in a circle");
        }

        return isLoop;
    }

    /// <summary>Chooses <c>admin.listen</c> when a listener has the usual address.</summary>
    public void ChooseAdmin(ConfigurationDraft draft)
    {
        for (var port = UsualAdminPort; draft.AdminListen is null && port < UsualAdminPort + MostAdminPorts; port++)
        {
            if (!_bound.TryAdd(new IPEndPoint(IPAddress.Loopback, port), "admin.listen", out _))
            {
                continue;
            }

            if (port == UsualAdminPort)
            {
                return;
            }

            draft.AdminListen = FormattableString.Invariant($"127.0.0.1:{port}");
            draft.AdminReason = "A listener has the usual address, 127.0.0.1:8404.";
        }

        draft.AdminListen ??= "none";
    }
}
