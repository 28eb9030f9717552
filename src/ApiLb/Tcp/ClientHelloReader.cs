using System.Buffers;
using ApiLb.Backends;
using ApiLb.Telemetry;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>
/// Reads a client's ClientHello without taking it out of the kernel's queue, so that any backend can still be sent it and
/// clients that say nothing never reach one.
/// </summary>
internal static class ClientHelloReader
{
    private const int UsualLength = 2048;

    /// <param name="client">The client; its clock counts.</param>
    /// <param name="timeout">How long all of it may take, however many segments it comes in.</param>
    public static async ValueTask<FirstFlight> ReadAsync(ClientConnection client, TimeSpan timeout)
    {
        var startedAt = client.Time.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(UsualLength);
        var known = 0;
        while (true)
        {
            var peek = await client.PeekAsync(buffer, known, Rest(timeout, client.Time.GetElapsedTime(startedAt)));
            if (peek.Status != PeekStatus.Data)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return Ended(peek);
            }

            known = peek.Length;
            switch (ClientHelloParser.Parse(buffer.AsSpan(0, known), out var hello))
            {
                case ClientHelloStatus.Complete:
                    return new FirstFlight(buffer, hello);
                case ClientHelloStatus.Incomplete when known == buffer.Length && known < ClientHelloScanner.MaxLength:
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(ClientHelloScanner.MaxLength);
                    known = 0;
                    break;
                case ClientHelloStatus.Incomplete:
                    break;
                case var status:
                    ArrayPool<byte>.Shared.Return(buffer);
                    return FirstFlight.Bad(status == ClientHelloStatus.NotTls ? BadHelloCause.NotTls : BadHelloCause.TooLarge, known);
            }
        }
    }

    private static TimeSpan Rest(TimeSpan timeout, TimeSpan elapsed) => elapsed < timeout ? timeout - elapsed : TimeSpan.Zero;

    private static FirstFlight Ended(PeekResult peek) => peek.Status switch
    {
        PeekStatus.Reset => FirstFlight.Failed(CloseReason.ClientReset),
        PeekStatus.Aborted => FirstFlight.Failed(CloseReason.Shutdown),
        PeekStatus.TimedOut => FirstFlight.Bad(BadHelloCause.Timeout, peek.Length),
        _ => FirstFlight.Bad(BadHelloCause.Truncated, peek.Length),
    };
}
