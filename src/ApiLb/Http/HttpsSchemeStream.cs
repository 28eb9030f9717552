using System.Buffers;
using ApiLb.Transport;

namespace ApiLb.Http;

/// <summary>
/// Tells an HTTP/2 backend over TLS that it is spoken to by https. TLS is the dialler's, so SocketsHttpHandler believes the
/// connection to be plain and writes <c>:scheme http</c>, which strict servers refuse (RFC 9113 8.3.1). In each HEADERS frame it
/// is the second field, after the method, as one byte of the static table (RFC 7541, 61.1.1): 0x86 for http, 0x87 for https.
/// </summary>
internal sealed class HttpsSchemeStream(Stream inner) : TwoWayStream
{
    private const int PrefaceLength = 24;
    private const int FrameHeaderLength = 9;
    private const int TypeAt = 3;
    private const byte HeadersFrame = 1;
    private const byte SchemeHttp = 0x86;
    private const byte SchemeHttps = 0x87;
    private const byte Indexed = 0x80;

    private readonly byte[] _header = new byte[FrameHeaderLength];
    private int _toSkip = PrefaceLength;
    private int _headerRead;
    private int _payloadLeft;
    private int _fieldLeft = -1;
    private Looking _looking;

    /// <summary>What the next byte of a HEADERS frame is.</summary>
    private enum Looking
    {
        Nothing,
        Method,
        MethodLength,
        MethodText,
        Scheme,
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var copy = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            buffer.CopyTo(copy);
            Correct(copy.AsSpan(0, buffer.Length));
            await inner.WriteAsync(copy.AsMemory(0, buffer.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>However the frames are cut into writes.</summary>
    private void Correct(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length;)
        {
            if (_looking != Looking.Nothing && _payloadLeft > 0)
            {
                Look(ref bytes[i++]);
            }
            else if (_toSkip > 0 || _payloadLeft > 0)
            {
                var skipped = Math.Min(bytes.Length - i, Math.Max(_toSkip, _payloadLeft));
                i += skipped;
                _toSkip -= Math.Min(_toSkip, skipped);
                _payloadLeft -= Math.Min(_payloadLeft, skipped);
            }
            else
            {
                _header[_headerRead++] = bytes[i++];
                BeginFrameIfRead();
            }
        }
    }

    private void BeginFrameIfRead()
    {
        if (_headerRead == FrameHeaderLength)
        {
            _headerRead = 0;
            _payloadLeft = (_header[0] << 16) | (_header[1] << 8) | _header[2];
            _looking = _header[TypeAt] == HeadersFrame ? Looking.Method : Looking.Nothing;
        }
    }

    private void Look(ref byte next)
    {
        _payloadLeft--;
        switch (_looking)
        {
            case Looking.Method:
                _looking = (next & Indexed) != 0 ? Looking.Scheme : Looking.MethodLength;
                break;
            case Looking.MethodLength:
                _fieldLeft = next;
                _looking = Looking.MethodText;
                break;
            case Looking.MethodText:
                _looking = --_fieldLeft == 0 ? Looking.Scheme : Looking.MethodText;
                break;
            default:
                next = next == SchemeHttp ? SchemeHttps : next;
                _looking = Looking.Nothing;
                break;
        }
    }
}
