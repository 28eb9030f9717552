using System.Buffers;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.ProxyProtocol;
using ApiLb.Telemetry;
using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// The first step of a connection behind a proxy: only a listed proxy may connect, and it must say whom it speaks for before
/// anything else happens. Whether there is a header is never guessed. One for each listener; thread-safe.
/// </summary>
internal sealed class ProxyHeaderReader(ProxyProtocolOptions options, ListenerCounters counters)
{
    /// <summary>Every header without TLVs, and the usual ones with.</summary>
    private const int UsualLength = 512;

    private readonly CidrSet _proxies = new(options.From);

    /// <summary>
    /// True for a listed proxy. The file's mode says who may connect to a unix socket; it has no address to be listed by.
    /// </summary>
    public bool IsTrusted(in ClientAddress peer) => peer.IsUnix || _proxies.Contains(peer);

    /// <summary>Reads the header, takes it out of the client's queue, and gives the client its address.</summary>
    /// <param name="client">A trusted connection of which nothing was read yet.</param>
    /// <param name="timeout">How long all of the header may take, however many segments it comes in.</param>
    /// <returns>Null, or why the connection must end.</returns>
    public async ValueTask<CloseReason?> ReadAsync(ClientConnection client, TimeSpan timeout)
    {
        var startedAt = client.Time.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(UsualLength);
        try
        {
            var known = 0;
            while (true)
            {
                var peek = await client.PeekAsync(buffer, known, Rest(timeout, client.Time.GetElapsedTime(startedAt)));
                if (peek.Status != PeekStatus.Data)
                {
                    return ReasonOf(peek.Status);
                }

                known = peek.Length;
                switch (ProxyHeaderParser.Parse(buffer.AsSpan(0, known), out var header, out var fault))
                {
                    case ProxyHeaderStatus.Complete:
                        Accept(client, header);
                        return null;
                    case ProxyHeaderStatus.Invalid:
                        return Refuse(fault);
                    case ProxyHeaderStatus.Incomplete when known == buffer.Length:
                        ArrayPool<byte>.Shared.Return(buffer);
                        buffer = ArrayPool<byte>.Shared.Rent(ProxyHeaderParser.MaxLength);
                        known = 0;
                        break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Accept(ClientConnection client, ProxyHeader header)
    {
        client.Consume(header.Length);
        if (header is { Source: { } source, Destination: { } destination })
        {
            client.SpeaksFor(new ForwardedAddresses(ClientAddress.Of(source), ClientAddress.Of(destination)));
        }
    }

    private CloseReason Refuse(ProxyHeaderFault fault)
    {
        counters.ProxyHeaderRefused(fault);
        return CloseReason.BadProxy;
    }

    private CloseReason ReasonOf(PeekStatus status) => status switch
    {
        PeekStatus.Reset => CloseReason.ClientReset,
        PeekStatus.Aborted => CloseReason.Shutdown,
        PeekStatus.EndOfStream => Refuse(ProxyHeaderFault.Cut),
        _ => Refuse(ProxyHeaderFault.Late),
    };

    private static TimeSpan Rest(TimeSpan timeout, TimeSpan elapsed) => elapsed < timeout ? timeout - elapsed : TimeSpan.Zero;
}
