using System.Net;
using System.Net.Sockets;

namespace ApiLb.BehaviourTests.Network;

/// <summary>
/// A path to another namespace on which packets are late, lost and out of order: what `tc netem` does, where the kernel has it. Each of
/// the two has an interface whose wire is this process.
/// </summary>
internal sealed class RoughPath : IAsyncDisposable
{
    /// <summary>The balancer's address on the path.</summary>
    public const string Near = "10.77.0.1";

    /// <summary>That of whoever is at the other end.</summary>
    public const string Distant = "10.77.0.2";

    private readonly Tunnel _near;
    private readonly Tunnel _far;
    private readonly Wire[] _wires;
    private readonly Thread[] _readers;

    private RoughPath(TestHost farHost, Tunnel near, Tunnel far, Roughness roughness)
    {
        (Far, _near, _far) = (farHost, near, far);
        _wires = [new Wire(far, roughness, seed: 1), new Wire(near, roughness, seed: 2)];
        _readers = [NewReader(near, _wires[0]), NewReader(far, _wires[1])];
    }

    /// <summary>The namespace at the other end.</summary>
    public TestHost Far { get; }

    public int Lost => _wires.Sum(wire => wire.Lost);

    public int Overtaken => _wires.Sum(wire => wire.Overtaken);

    public static async Task<RoughPath> LayAsync(TestHost host, Roughness roughness)
    {
        var far = await TestHost.LayAsync();
        return new RoughPath(far, await Tunnel.DigAsync(host, "rough", Near + "/24"), await Tunnel.DigAsync(far, "rough", Distant + "/24"), roughness);
    }

    /// <summary>Loses everything from now on, or no longer.</summary>
    public void Interrupt(bool isInterrupted) => Array.ForEach(_wires, wire => wire.IsInterrupted = isInterrupted);

    /// <summary>Somebody at the other end who connects to the balancer.</summary>
    public async Task<Socket> ConnectAsync(int port)
    {
        var socket = Far.CreateSocket(AddressFamily.InterNetwork);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(Near), port)).WaitAsync(Actors.Connection.Patience, TimeProvider.System);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        Array.ForEach(_readers, reader => reader.Join());
        Array.ForEach(_wires, wire => wire.Dispose());
        await Far.DisposeAsync();
    }

    private static Thread NewReader(Tunnel from, Wire to)
    {
        Thread reader = new(() => Carry(from, to)) { IsBackground = true };
        reader.Start();
        return reader;
    }

    private static void Carry(Tunnel from, Wire to)
    {
        var packet = new byte[Tunnel.LongestPacket];
        while (from.Read(packet) is > 0 and var length)
        {
            to.Send(packet.AsSpan(0, length));
        }
    }
}
