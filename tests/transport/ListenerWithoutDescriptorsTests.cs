using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>The process has no descriptors left when clients come.</summary>
public sealed class ListenerWithoutDescriptorsTests
{
    /// <summary>A pause of 100 ms ends with a round or two of each reactor; one that spins has so many in a millisecond.</summary>
    private const int RoundsOfSomePauses = 20;

    [Fact]
    public async Task NoDescriptorsLeft_PausesWithoutSpinningAndServesLater()
    {
        using var log = new LogRecorder();
        using var transport = TransportServer.NewTransport(new TcpTransportOptions { Reactors = 2 }, log);
        await using var server = await TransportServer.StartAsync(_ => Task.CompletedTask, transport: transport);
        using (var warmUp = await server.ConnectAsync())
        {
            await warmUp.EndAsync();
        }

        using var client = new Peer(Peer.NewSocket(server.Address));
        var elapsed = TimeSpan.Zero;
        using (new DescriptorShortage())
        {
            client.Socket.Connect(server.Address);
            await Eventually.SeesAsync(() => log.Count, count => count > 0, "a pause");
            var (started, rounds) = (TimeProvider.System.GetTimestamp(), Rounds(transport));
            await Eventually.SeesAsync(() => Rounds(transport) - rounds, count => count > RoundsOfSomePauses, "a few more pauses");
            elapsed = TimeProvider.System.GetElapsedTime(started);
        }

        Assert.True(elapsed > TimeSpan.FromMilliseconds(200), $"{RoundsOfSomePauses} rounds in {elapsed}");
        Assert.All(log.Messages, message => Assert.Contains("cannot accept (errno 24)", message, StringComparison.Ordinal));
        Assert.Equal(StreamEnd.Fin, await client.EndAsync());
        Assert.Equal(1, log.Count);
        Assert.InRange(transport.AcceptPauses, 2, 10 * RoundsOfSomePauses);
    }

    [Fact]
    public async Task NoDescriptorsLeftToDial_IsALocalFault()
    {
        await using var held = await HeldClient.OpenAsync();
        using var backend = new Backend();
        var race = held.Client.Dial(default);
        using (new DescriptorShortage())
        {
            race.Start(backend.Target, tag: null);
        }

        var next = await race.NextAsync(Eventually.Deadline).InTime();

        Assert.Equal((DialEventKind.Failed, DialFailure.LocalFault), (next.Kind, next.Failure));
        race.End();
    }

    private static long Rounds(TcpTransport transport) => transport.Reactors.Sum(reactor => reactor.Rounds);
}
