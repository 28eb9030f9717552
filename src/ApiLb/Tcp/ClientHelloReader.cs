using System.Buffers;
using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>
/// Reads a client's ClientHello without taking it out of the kernel's queue, so that any backend can still be sent it and
/// clients that say nothing never reach one.
/// </summary>
internal static class ClientHelloReader
{
    private const int UsualLength = 2048;

    /// <param name="client">The client.</param>
    /// <param name="timeout">How long all of it may take, however many segments it comes in.</param>
    /// <param name="time">The clock of the time-out.</param>
    public static async ValueTask<FirstFlight> ReadAsync(ClientConnection client, TimeSpan timeout, TimeProvider time)
    {
        var startedAt = time.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(UsualLength);
        var known = 0;
        while (true)
        {
            var peek = await client.PeekAsync(buffer, known, Rest(timeout, time.GetElapsedTime(startedAt)));
            if (peek.Status != PeekStatus.Data)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return FirstFlight.Failed(ReasonOf(peek.Status));
            }

            known = peek.Length;
            switch (ClientHelloScanner.Scan(buffer.AsSpan(0, known), out var length))
            {
                case ClientHelloStatus.Complete:
                    return new FirstFlight(buffer, length, default);
                case ClientHelloStatus.Incomplete when known == buffer.Length && known < ClientHelloScanner.MaxLength:
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(ClientHelloScanner.MaxLength);
                    known = 0;
                    break;
                case ClientHelloStatus.Incomplete when known < buffer.Length:
                    break;
                default:
                    ArrayPool<byte>.Shared.Return(buffer);
                    return FirstFlight.Failed(CloseReason.BadHello);
            }
        }
    }

    private static TimeSpan Rest(TimeSpan timeout, TimeSpan elapsed) => elapsed < timeout ? timeout - elapsed : TimeSpan.Zero;

    private static CloseReason ReasonOf(PeekStatus status) => status switch
    {
        PeekStatus.Reset => CloseReason.ClientReset,
        PeekStatus.Aborted => CloseReason.Shutdown,
        _ => CloseReason.BadHello,
    };
}
