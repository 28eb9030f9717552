using System.Net;
using ApiLb.Admin;
using ApiLb.Configuration.Values;
using ApiLb.Operators;
using ApiLb.Telemetry;
using ApiLb.Transport;

namespace ApiLb.Upgrade;

/// <summary>
/// The daemon before this one, as long as it has not let go: what it hands over, and the steps of taking it. Meet it, be ready,
/// serve, in this order. One caller at a time.
/// </summary>
internal sealed class Predecessor : IDisposable
{
    private const string UnixPrefix = "unix:";
    private const string Gone = "the daemon to take over from has ended";

    private readonly HandoverChannel _channel;
    private readonly List<(EndPoint Address, HandedSocket Socket, int Descriptor)> _sockets = [];
    private readonly List<HandedHealth> _health = [];
    private readonly List<StandingOrder> _orders = [];
    private bool _isFollowed;

    private Predecessor(HandoverChannel channel) => _channel = channel;

    /// <summary>What it knows of its backends.</summary>
    public IReadOnlyList<HandedHealth> Health => _health;

    /// <summary>Its listeners' sockets.</summary>
    public IReadOnlyList<InheritedSocket> Listeners =>
        [.. _sockets.Where(s => !s.Socket.IsAdmin).Select(s => new InheritedSocket(s.Descriptor) { Address = s.Address, OwnsFile = s.Socket.OwnsFile })];

    /// <summary>The sockets of its admin surface.</summary>
    public IReadOnlyDictionary<EndPoint, int> Admin => _sockets.Where(s => s.Socket.IsAdmin).ToDictionary(s => s.Address, s => s.Descriptor);

    /// <summary>Daemons before it that still have connections; taken over by the caller of <see cref="ReadyAsync"/>.</summary>
    public List<(PredecessorStatus Status, HandoverChannel Channel)> Earlier { get; } = [];

    /// <returns>Null when this process was started on its own.</returns>
    public static Predecessor? FromEnvironment() => SuccessorLaunch.ChannelFromEnvironment() is { } socket ? new Predecessor(new HandoverChannel(socket)) : null;

    /// <summary>Takes what it offers.</summary>
    /// <exception cref="IOException">It has gone meanwhile.</exception>
    public async Task MeetAsync(CancellationToken cancellation)
    {
        _channel.Send(new HandoverMessage(HandoverKind.Hello) { Pid = Environment.ProcessId, Version = ProcessLifetime.Version });
        while (await _channel.ReceiveAsync(cancellation) is { } message)
        {
            switch (message)
            {
                case { Kind: HandoverKind.Socket, Socket: { } socket, Descriptor: >= 0 } when Parse(socket.Address) is { } address:
                    _sockets.Add((address, socket, message.Descriptor));
                    break;
                case { Kind: HandoverKind.Health, Health: { } health }:
                    _health.Add(health);
                    break;
                case { Kind: HandoverKind.Offered }:
                    return;
            }
        }

        throw new IOException(Gone);
    }

    /// <summary>Tells what is still missing; it may lose patience.</summary>
    public void Wait(string reason) => _channel.Send(new HandoverMessage(HandoverKind.Waiting) { Text = reason });

    /// <summary>This daemon will never be ready.</summary>
    public void Fail(string reason) => _channel.Send(new HandoverMessage(HandoverKind.Failed) { Text = reason });

    /// <summary>This daemon could serve: waits until it may.</summary>
    /// <returns>What operators have said.</returns>
    /// <exception cref="IOException">The other one has ended, or was stopped, before it let this one serve.</exception>
    public async Task<IReadOnlyList<StandingOrder>> ReadyAsync(CancellationToken cancellation)
    {
        _channel.Send(new HandoverMessage(HandoverKind.Ready));
        while (await _channel.ReceiveAsync(cancellation) is { } message)
        {
            switch (message)
            {
                case { Kind: HandoverKind.Order, Order: { } order }:
                    _orders.Add(order);
                    break;
                case { Kind: HandoverKind.Predecessor, Predecessor: { } earlier } when DescriptorChannel.Adopt(message.Descriptor) is { } socket:
                    Earlier.Add((earlier, new HandoverChannel(socket)));
                    break;
                case { Kind: HandoverKind.Go }:
                    return _orders;
            }
        }

        throw new IOException(Gone);
    }

    /// <summary>This daemon takes clients: waits until the other one has let go.</summary>
    /// <returns>What it has left, and where it will tell more; null when it has ended.</returns>
    public async Task<(PredecessorStatus Status, HandoverChannel Channel)?> ServingAsync(CancellationToken cancellation)
    {
        _channel.Send(new HandoverMessage(HandoverKind.Serving));
        while (await _channel.ReceiveAsync(cancellation) is { } message)
        {
            if (message is { Kind: HandoverKind.Released, Predecessor: { } status })
            {
                _isFollowed = true;
                return (status, _channel);
            }
        }

        return null;
    }

    public void Dispose()
    {
        if (!_isFollowed)
        {
            _channel.Dispose();
        }
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public static string Write(EndPoint address) => address is IPEndPoint ? address.ToString()! : UnixPrefix + address;

    private static EndPoint? Parse(string address) =>
        address.StartsWith(UnixPrefix, StringComparison.Ordinal) && UnixPath.ParseAddress(address).TryGet(out var path, out _)
            ? new System.Net.Sockets.UnixDomainSocketEndPoint(path)
            : IPEndPoint.TryParse(address, out var ip) ? ip : null;
}
