using System.Buffers.Binary;
using ApiLb.Telemetry;

namespace ApiLb.Http;

/// <summary>
/// How much of what an HTTP/2 client sends is to no purpose: frames that ask for an answer or change nothing (PING, SETTINGS, PRIORITY,
/// WINDOW_UPDATE, unknown ones, DATA and CONTINUATION without a byte), and streams that are reset. Kestrel answers any number of
/// the former (CVE-2019-9512, 9515 and 9518 are made of them), and counts the latter only while it does not keep up. A connection may have many of
/// both when it is old or moves much: gRPC sends a PING with each message that it receives, and others two WINDOW_UPDATEs for each block. No
/// I/O; each direction is one caller at a time.
/// </summary>
internal sealed class FrameBudget(TimeProvider time)
{
    private const int PrefaceLength = 24;
    private const int HeaderLength = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte PushPromise = 5;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte Continuation = 9;
    private const byte EndStream = 1;
    private const byte Acknowledgement = 1;

    private const int IdleFramesAtOnce = 10_000;
    private const int BytesPerIdleFrame = 16;
    private const int ResetsAtOnce = 1_000;
    private const int BytesPerReset = 256;
    private const int EitherPerSecond = 10;
    private const int SettingsAnswer = HeaderLength;
    private const int PingAnswer = HeaderLength + 8;

    private readonly long _startedAt = time.GetTimestamp();
    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerBytes;
    private int _toSkip = PrefaceLength;
    private long _idleFrames;
    private long _resets;
    private long _received;
    private long _answers;
    private long _sent;

    /// <summary>Has a look at what the client sent.</summary>
    /// <returns>For what to end the connection, in words of <see cref="ClientFault"/>; null: it may go on.</returns>
    public string? Received(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var skipped = Math.Min(_toSkip, bytes.Length);
            _toSkip -= skipped;
            bytes = bytes[skipped..];
            if (bytes.IsEmpty)
            {
                return Fault();
            }

            var taken = Math.Min(HeaderLength - _headerBytes, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_headerBytes));
            bytes = bytes[taken..];
            _headerBytes += taken;
            if (_headerBytes == HeaderLength)
            {
                _headerBytes = 0;
                Begin(_header);
            }
        }
    }

    /// <summary>So much was sent to the client, answers to such frames included.</summary>
    public void Sent(int bytes) => Volatile.Write(ref _sent, _sent + bytes);

    private void Begin(ReadOnlySpan<byte> header)
    {
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
        var (type, flags) = (header[3], header[4]);
        _toSkip = length;
        if (type == ResetStream)
        {
            _resets++;
        }
        else if (IsIdle(type, flags, length))
        {
            _idleFrames++;
            _answers += type == Ping ? PingAnswer : type == Settings ? SettingsAnswer : 0;
        }
        else
        {
            _received += HeaderLength + length;
        }
    }

    private static bool IsIdle(byte type, byte flags, int length) => type switch
    {
        Data => length == 0 && (flags & EndStream) == 0,
        Continuation => length == 0,
        Ping or Settings => (flags & Acknowledgement) == 0,
        Headers or PushPromise or GoAway => false,
        _ => true,
    };

    private string? Fault() =>
        IsBeyond(_idleFrames, IdleFramesAtOnce, BytesPerIdleFrame) ? ClientFault.ControlFrameFlood
        : IsBeyond(_resets, ResetsAtOnce, BytesPerReset) ? ClientFault.RapidReset
        : null;

    private bool IsBeyond(long frames, int atOnce, int bytesEach)
    {
        if (frames <= atOnce)
        {
            return false;
        }

        var useful = _received + Math.Max(0, Volatile.Read(ref _sent) - _answers);
        return frames > atOnce + (useful / bytesEach) + (long)(time.GetElapsedTime(_startedAt).TotalSeconds * EitherPerSecond);
    }
}
