using System.Net;
using ApiLb.Configuration;
using ApiLb.Listening;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Deployment;

/// <summary>
/// Which listener gets which address, with the new ones bound: a listener keeps the sockets that it has, takes over those of
/// others, and only what nobody has is bound. Disposing undoes the binding.
/// </summary>
internal sealed class AddressPlan : IAsyncDisposable
{
    private readonly Dictionary<string, List<AddressServer>> _byListener = new(StringComparer.Ordinal);
    private readonly List<AddressServer> _new = [];
    private List<AddressServer> _unused = [];

    private AddressPlan()
    {
    }

    /// <summary>Addresses that no listener has any longer.</summary>
    public IReadOnlyList<AddressServer> Unused => _unused;

    /// <param name="wanted">All listeners to come.</param>
    /// <param name="present">All listeners now.</param>
    /// <param name="bind">Takes one address.</param>
    /// <exception cref="IOException">An address cannot be had; the message names it and says why. Nothing was bound.</exception>
    public static async Task<AddressPlan> BindAsync(
        IReadOnlyList<ListenerOptions> wanted, IReadOnlyList<ListenerServer> present, Func<EndPoint, AddressServer> bind)
    {
        var plan = new AddressPlan();
        try
        {
            plan.Distribute(wanted, present, bind);
            return plan;
        }
        catch
        {
            await plan.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<AddressServer> Of(string listener) => _byListener[listener];

    /// <summary>Begins to accept on the new addresses; from now on disposing does nothing.</summary>
    public async Task StartAsync()
    {
        foreach (var address in _new)
        {
            await address.StartAsync(CancellationToken.None);
        }

        _new.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var address in _new)
        {
            await address.DisposeAsync();
        }

        _new.Clear();
    }

    private void Distribute(IReadOnlyList<ListenerOptions> wanted, IReadOnlyList<ListenerServer> present, Func<EndPoint, AddressServer> bind)
    {
        // A listener's own first: port 0 is the same address in the file and a different one in the kernel.
        var own = wanted.ToDictionary(l => l.Name, l => Own(l, present), StringComparer.Ordinal);
        _unused = [.. present.SelectMany(l => l.Addresses).Except(own.Values.SelectMany(a => a.Values))];
        foreach (var listener in wanted)
        {
            _byListener[listener.Name] = [.. listener.Bind.Select(a => own[listener.Name].GetValueOrDefault(a) ?? TakeOver(a) ?? Bind(listener, a, bind))];
        }
    }

    private static Dictionary<EndPoint, AddressServer> Own(ListenerOptions wanted, IReadOnlyList<ListenerServer> present) =>
        present.Where(l => l.Options.Name == wanted.Name).SelectMany(l => l.Addresses).Where(a => wanted.Bind.Contains(a.Address)).DistinctBy(a => a.Address).ToDictionary(a => a.Address);

    private AddressServer? TakeOver(EndPoint address)
    {
        var found = address is IPEndPoint { Port: 0 } ? null : _unused.Find(a => a.Address.Equals(address));
        _unused.Remove(found!);
        return found;
    }

    private AddressServer Bind(ListenerOptions listener, EndPoint address, Func<EndPoint, AddressServer> bind)
    {
        try
        {
            var bound = bind(address);
            _new.Add(bound);
            return bound;
        }
        catch (Exception error) when (error is IOException or AddressInUseException)
        {
            throw new IOException($"listeners.{listener.Name}.bind: {Explain(address, error)}", error);
        }
    }

    /// <summary>The kernel lets no socket listen beside one that covers its address, not even of the same process.</summary>
    private string Explain(EndPoint address, Exception error) =>
        error is AddressInUseException && address is IPEndPoint wanted
        && _unused.Find(a => a.Address is IPEndPoint had && had.Port == wanted.Port) is { } obstacle
            ? $"{address} cannot be taken while this daemon listens on {obstacle.Address}, which shares its port: restart apilb, or change it in two steps."
            : error.Message;
}
