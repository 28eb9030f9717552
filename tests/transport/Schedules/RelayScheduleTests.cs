using System.Globalization;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests.Schedules;

/// <summary>
/// The states of a relay are what each direction carries, whether its reader reads, and who has finished or reset. Random schedules walk
/// through them; a model says what must arrive: each byte, in order, then the end that the sender meant, and never a FIN in its place.
/// <c>APILB_SCHEDULES=50000</c> walks for longer, <c>APILB_SCHEDULE_SEED=n</c> begins there.
/// </summary>
public sealed class RelayScheduleTests(ITestOutputHelper output)
{
    private const int SmallBuffer = 32 * 1024;

    private static readonly byte[] FromClient = RandomBytes.Of(RelaySchedule.MostBytes, seed: 1);
    private static readonly byte[] FromBackend = RandomBytes.Of(RelaySchedule.MostBytes, seed: 2);
    private static readonly int Schedules = Setting("APILB_SCHEDULES", 300);
    private static readonly int FirstSeed = Setting("APILB_SCHEDULE_SEED", 1);

    [Fact]
    public async Task AnySchedule_EveryByteArrivesAndEveryEndIsTheSendersOwn()
    {
        using var backend = new Backend { ReceiveBuffer = SmallBuffer };
        await using var relay = await RelayServer.StartAsync(backend.Target);
        var ends = new Dictionary<RelayEnd, int>();
        for (var seed = FirstSeed; seed < FirstSeed + Schedules; seed++)
        {
            var schedule = RelaySchedule.Of(seed);
            try
            {
                var end = await WalkAsync(relay, backend, schedule);
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {string.Join(", ", schedule)}: {failure.Message}", failure);
            }
        }

        output.WriteLine(string.Join(", ", ends.Select(end => $"{end.Key} {end.Value}")));
        Assert.Equal([RelayEnd.ClientFinished, RelayEnd.BackendFinished, RelayEnd.ClientFailed, RelayEnd.BackendFailed], ends.Keys.Order());
        await Eventually.SeesAsync(() => relay.Open, open => open == 0, "no client left");
    }

    private static async Task<RelayEnd> WalkAsync(RelayServer relay, Backend backend, IReadOnlyList<RelayStep> schedule)
    {
        var before = relay.Relaying;
        using var clientEnd = await relay.ConnectAsync(SmallBuffer);
        using var backendEnd = await backend.AcceptAsync();
        await Eventually.SeesAsync(() => relay.Relaying, relaying => relaying > before, "a relay that has begun");
        await relay.Transport.RoundOverAsync().InTime();
        ScheduledPeer client = new(clientEnd, FromClient, FromBackend), served = new(backendEnd, FromBackend, FromClient);
        ScheduledPeer? resetter = null;
        foreach (var step in schedule)
        {
            var side = step.IsClient ? client : served;
            switch (step.Act)
            {
                case RelayAct.Send:
                    side.Send(step.Count);
                    break;
                case RelayAct.Read:
                    await side.ReadAsync(step.Count);
                    break;
                case RelayAct.Finish:
                    side.Finish();
                    break;
                default:
                    side.Reset();
                    resetter = side;
                    break;
            }
        }

        return resetter is null
            ? await FinishesAsync(relay, client, served)
            : await ResetsAsync(relay, resetter, resetter == client ? served : client, resetter == client);
    }

    private static async Task<RelayEnd> FinishesAsync(RelayServer relay, ScheduledPeer client, ScheduledPeer served)
    {
        foreach (var side in (ScheduledPeer[])[client, served])
        {
            if (!side.HasFinished)
            {
                side.Finish();
            }
        }

        var (toClient, toBackend) = (client.ReadToEndAsync(), served.ReadToEndAsync());
        Assert.Equal((served.Wanted, StreamEnd.Fin), await toClient);
        Assert.Equal((client.Wanted, StreamEnd.Fin), await toBackend);
        Assert.True(await client.HasSentAsync() && await served.HasSentAsync(), "a send was reset");
        var result = await relay.NextResultAsync();
        Assert.Equal((client.Wanted, served.Wanted), (result.BytesToBackend, result.BytesToClient));
        Assert.True(result.End is RelayEnd.ClientFinished or RelayEnd.BackendFinished, $"{result}");
        return result.End;
    }

    private static async Task<RelayEnd> ResetsAsync(RelayServer relay, ScheduledPeer resetter, ScheduledPeer other, bool isClient)
    {
        var (total, end) = await other.ReadToEndAsync();
        await resetter.HasSentAsync();
        var isTold = end == StreamEnd.Reset || !await other.HasSentAsync();
        var result = await relay.NextResultAsync();

        // A FIN may have come through before the reset, and then it was the sender's own, after all its bytes.
        Assert.True(isTold || (resetter.HasFinished && total == resetter.Wanted), $"{end} after {total} of {resetter.Wanted} bytes");
        var hasFinished = result.End is RelayEnd.ClientFinished or RelayEnd.BackendFinished;
        Assert.True(hasFinished ? resetter.HasFinished && other.HasFinished : result.End == (isClient ? RelayEnd.ClientFailed : RelayEnd.BackendFailed), $"{result}");
        return result.End;
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? int.Parse(set, CultureInfo.InvariantCulture) : usual;
}
