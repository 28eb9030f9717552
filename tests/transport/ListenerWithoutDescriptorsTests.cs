using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>The process has no descriptors left when clients come.</summary>
public sealed class ListenerWithoutDescriptorsTests
{
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
        var (rounds, pauses) = (0L, 0);
        using (new DescriptorShortage())
        {
            client.Socket.Connect(server.Address);
            await Eventually.SeesAsync(() => log.Count, count => count > 0, "a pause");
            rounds = transport.Reactors.Sum(reactor => reactor.Rounds);
            await Eventually.SeesAsync(() => log.Count, count => count > 3, "a few more pauses");
            rounds = transport.Reactors.Sum(reactor => reactor.Rounds) - rounds;
            pauses = log.Count;
        }

        Assert.InRange(rounds, 1, 200);
        Assert.All(log.Messages, message => Assert.Contains("cannot accept (errno 24)", message, StringComparison.Ordinal));
        Assert.Equal(StreamEnd.Fin, await client.EndAsync());
        Assert.InRange(log.Count, pauses, pauses + 1);
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
}
