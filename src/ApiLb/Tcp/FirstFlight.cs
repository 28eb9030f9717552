using System.Buffers;
using ApiLb.Backends;
using ApiLb.Telemetry;

namespace ApiLb.Tcp;

/// <summary>
/// A client's first bytes, kept until a backend has answered them, or the reason why there is no ClientHello among them.
/// </summary>
internal readonly struct FirstFlight : IDisposable
{
    private readonly byte[]? _rented;
    private readonly CloseReason? _failure;

    /// <param name="rented">Holds the hello; given back to the pool on disposal.</param>
    /// <param name="hello">What is in it.</param>
    public FirstFlight(byte[] rented, ClientHello hello)
    {
        _rented = rented;
        Hello = hello;
    }

    private FirstFlight(CloseReason failure, BadHelloCause? badHello, bool mayBeForwarded)
    {
        _failure = failure;
        BadHello = badHello;
        MayBeForwarded = mayBeForwarded;
    }

    /// <summary>Nothing is sent before a backend is chosen.</summary>
    public static FirstFlight None => default;

    public ClientHello Hello { get; }

    public bool HasFailed => _failure is not null;

    public CloseReason Failure => _failure.GetValueOrDefault();

    /// <summary>What is wrong with it, when the client is there but sent no ClientHello.</summary>
    public BadHelloCause? BadHello { get; }

    /// <summary>It is no ClientHello, but something that a backend may understand.</summary>
    public bool MayBeForwarded { get; }

    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, Hello.Length);

    /// <summary>What each backend tried may be sent. Else the relay carries the bytes, to the one that was chosen.</summary>
    public ReadOnlyMemory<byte> Replayable => Hello.MayBeReplayed ? Bytes : default;

    public static FirstFlight Failed(CloseReason reason) => new(reason, badHello: null, mayBeForwarded: false);

    /// <param name="cause">Why it is no ClientHello.</param>
    /// <param name="seen">How many bytes the client has sent.</param>
    public static FirstFlight Bad(BadHelloCause cause, int seen) =>
        new(CloseReason.BadHello, cause, mayBeForwarded: seen > 0 && cause != BadHelloCause.Timeout);

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
