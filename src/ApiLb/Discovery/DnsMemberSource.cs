using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;

namespace ApiLb.Discovery;

/// <summary>Every address of one DNS name is a member.</summary>
/// <param name="options">The name.</param>
/// <param name="resolve">Asks for addresses; throws <see cref="SocketException"/> when there are none.</param>
/// <param name="time">The clock of interval and deadline.</param>
internal sealed class DnsMemberSource(
    DnsDiscoveryOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time) : IMemberSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => DiscoveryOptions.DnsSource;

    public async Task<DiscoveredMembers> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await resolve(options.Name, cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return DiscoveredMembers.Of([.. found.Select(ip => new Member("", new IPEndPoint(ip, options.Port)))]);
        }
        catch (SocketException e)
        {
            return DiscoveredMembers.Failed(new DiscoveryFailure(DiscoveryResult.FailedUnresolved, $"{options.Name}: {e.Message}"));
        }
        catch (TimeoutException)
        {
            return DiscoveredMembers.Failed(new DiscoveryFailure(DiscoveryResult.FailedTimeout, $"{options.Name}: the resolver does not answer"));
        }
    }

    public async Task<DiscoveryFailure?> WaitForChangeAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Interval, time, cancellationToken);
        return null;
    }

    public void Dispose()
    {
    }
}
