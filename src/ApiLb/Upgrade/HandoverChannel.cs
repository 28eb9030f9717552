using System.Text.Json;
using System.Threading.Channels;
using ApiLb.Transport;

namespace ApiLb.Upgrade;

/// <summary>The conversation of two daemons. One caller sends and one receives at a time. Owns its end of the pair.</summary>
internal sealed class HandoverChannel : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(5);

    private readonly DescriptorChannel _socket;
    private readonly Channel<HandoverMessage> _received = Channel.CreateUnbounded<HandoverMessage>();
    private volatile bool _isDisposed;

    /// <param name="socket">Owned from now on.</param>
    public HandoverChannel(DescriptorChannel socket)
    {
        _socket = socket;
        new Thread(Read) { IsBackground = true, Name = "handover" }.Start();
    }

    public int Descriptor => _socket.Fd;

    /// <returns>False when nobody is there any longer, or it has not listened for seconds.</returns>
    public bool Send(HandoverMessage message) =>
        _socket.Send(JsonSerializer.SerializeToUtf8Bytes(message, HandoverJsonContext.Default.HandoverMessage), message.Descriptor, SendPatience);

    /// <returns>Null when the other end is closed. What comes with a message is the caller's.</returns>
    public async Task<HandoverMessage?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await _received.Reader.ReadAsync(cancellation);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <summary>Hears nothing any more; the descriptor is closed a moment later, by the thread that uses it.</summary>
    public void Dispose() => _isDisposed = true;

    private void Read()
    {
        var buffer = new byte[DescriptorChannel.LongestMessage];
        int? length = null;
        while (!_isDisposed && length != 0)
        {
            length = _socket.Receive(buffer, Glance, out var descriptor);
            if (length > 0 && Parse(buffer.AsSpan(0, length.Value)) is { } message)
            {
                _received.Writer.TryWrite(message with { Descriptor = descriptor });
            }
            else if (descriptor >= 0)
            {
                DescriptorChannel.Adopt(descriptor)?.Dispose();
            }
        }

        _received.Writer.Complete();
        _socket.Dispose();
    }

    /// <returns>Null when it is of a version that says more than this one knows.</returns>
    private static HandoverMessage? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, HandoverJsonContext.Default.HandoverMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
