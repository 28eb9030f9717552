using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Operators;
using ApiLb.Telemetry;
using ApiLb.UnitTests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Operators;

public sealed class OperatorDeskTests : IDisposable
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb");
    private readonly FakeTime _time = new();
    private readonly List<OperatorDesk> _desks = [];

    public void Dispose()
    {
        _desks.ForEach(d => d.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Order_IsAppliedSignedAndKept()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);

        Assert.Equal(OrderOutcome.Taken(null), await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None));
        Assert.Equal(OrderOutcome.Taken(null), await desk.SetWeightAsync(pool.At(1), Weight(7), CancellationToken.None));

        var restarted = NewPool();
        await NewDeskAsync(restarted);
        Assert.Equal(OperatorMode.Maint, restarted.At(0).Mode);
        Assert.Equal(new OrderTerms("uid 0", _time.GetUtcNow()), restarted.At(0).ModeOrder.Terms);
        Assert.Equal((7, 1), (restarted.At(1).Weight, restarted.At(1).Options.Weight));
    }

    [Fact]
    public async Task OrderThatIsTakenBack_IsForgotten()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None);
        await desk.SetWeightAsync(pool.At(0), Weight(7), CancellationToken.None);

        await desk.SetModeAsync(pool.At(0), new ModeOrder(OperatorMode.Ready, Terms()), CancellationToken.None);
        await desk.SetWeightAsync(pool.At(0), Weight(null), CancellationToken.None);

        var restarted = NewPool();
        await NewDeskAsync(restarted);
        Assert.Equal((OperatorMode.Ready, 1), (restarted.At(0).Mode, restarted.At(0).Weight));
    }

    [Fact]
    public async Task TimedOrder_EndsByItselfAndSaysWhose()
    {
        var pool = NewPool();
        using EventLog events = new([pool], _time);
        var desk = await NewDeskAsync(pool);
        using CancellationTokenSource stop = new();
        var running = desk.RunAsync(stop.Token);
        await desk.SetModeAsync(pool.At(0), Maint(TenMinutes), CancellationToken.None);
        await desk.SetWeightAsync(pool.At(0), Weight(7, TenMinutes), CancellationToken.None);

        await AdvanceAsync(TenMinutes - TimeSpan.FromSeconds(1));
        Assert.Equal((OperatorMode.Maint, 7), (pool.At(0).Mode, pool.At(0).Weight));
        await AdvanceAsync(TimeSpan.FromSeconds(1));

        await stop.CancelAsync();
        await running;
        Assert.Equal((OperatorMode.Ready, 1), (pool.At(0).Mode, pool.At(0).Weight));
        Assert.Equal(
            ["maint by uid 0, until 1970-01-01 01:10:00Z", "weight 7 by uid 0, until 1970-01-01 01:10:00Z", "ready by the end of maint by uid 0", "weight 1 by the end of weight 7 by uid 0"],
            events.Events.Select(e => e.Text));
    }

    [Fact]
    public async Task TimedOrder_EndsAlsoWhileTheDaemonIsDown()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.SetModeAsync(pool.At(0), Maint(TenMinutes), CancellationToken.None);
        _time.Advance(TenMinutes);

        var restarted = NewPool();
        await NewDeskAsync(restarted);

        Assert.Equal(OperatorMode.Ready, restarted.At(0).Mode);
    }

    [Fact]
    public async Task BackendThatLeavesAndComesBack_IsStillInMaint()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None);
        var (first, second) = (pool.At(0).Options, pool.At(1).Options);

        pool.SetMembers([second]);
        pool.SetMembers([first with { Address = new BackendAddress("10.0.0.99", 6443) }, second]);

        Assert.Equal(OperatorMode.Maint, pool.At(0).Mode);
    }

    [Fact]
    public async Task PoolThatGoesAndComesAgainWithAReload_HasItsOrders()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None);
        desk.Forget(pool);

        var again = NewPool();
        desk.Watch(again);

        Assert.Equal((OperatorMode.Maint, OperatorMode.Ready), (again.At(0).Mode, again.At(1).Mode));
    }

    [Fact]
    public async Task WithoutStateDirectory_OrdersCountButTheirGiverIsTold()
    {
        var pool = NewPool();
        using OperatorDesk desk = new([pool], new OrderBook(null, NullLogger.Instance), _time, NullLogger<OperatorDesk>.Instance);

        Assert.Equal(OrderOutcome.Taken("stateDirectory is none"), await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None));
        Assert.Equal(OperatorMode.Maint, pool.At(0).Mode);
    }

    [Fact]
    public async Task WithoutStateDirectory_TheEndOfAnOrderIsNothingToForget()
    {
        var pool = NewPool();
        using OperatorDesk desk = new([pool], new OrderBook(null, NullLogger.Instance), _time, NullLogger<OperatorDesk>.Instance);
        await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None);
        await desk.SetModeAsync(pool.At(1), Maint(), CancellationToken.None);

        Assert.Equal(OrderOutcome.Taken(null), await desk.SetModeAsync(pool.At(0), ModeOrder.None, CancellationToken.None));
        Assert.Equal(OrderOutcome.Taken(null), await desk.SetWeightAsync(pool.At(0), new WeightOrder(null, new OrderTerms("uid 0", _time.GetUtcNow())), CancellationToken.None));
    }

    [Fact]
    public async Task DamagedFile_IsAsGoodAsNone()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None);
        var file = Path.Combine(_folder.FullName, OrderBook.FileName);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("uid 0", "uid 1", StringComparison.Ordinal));

        var restarted = NewPool();
        await NewDeskAsync(restarted);

        Assert.Equal(OperatorMode.Ready, restarted.At(0).Mode);
    }

    [Fact]
    public async Task ManyAtOnce_LeaveTheFileAsThePoolIs()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => desk.SetWeightAsync(pool.At(i % 2), Weight(i), CancellationToken.None))));

        var restarted = NewPool();
        await NewDeskAsync(restarted);
        Assert.Equal((pool.At(0).Weight, pool.At(1).Weight), (restarted.At(0).Weight, restarted.At(1).Weight));
    }

    [Fact]
    public async Task OrdersThatAreHandedOver_StandElsewhereAndNoneIsTakenHere()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.SetModeAsync(pool.At(0), Maint(TenMinutes), CancellationToken.None);
        var elsewhere = NewPool();
        var next = await NewDeskAsync(elsewhere);
        await next.SetModeAsync(elsewhere.At(1), Maint(), CancellationToken.None);

        next.Adopt(await desk.HandOverAsync());
        var refusal = await desk.SetModeAsync(pool.At(1), Maint(), CancellationToken.None);

        Assert.Equal((OperatorMode.Maint, OperatorMode.Ready), (elsewhere.At(0).Mode, elsewhere.At(1).Mode));
        Assert.Equal(pool.At(0).ModeOrder, elsewhere.At(0).ModeOrder);
        Assert.Contains("say it again", refusal.Refusal, StringComparison.Ordinal);
        Assert.Equal(OperatorMode.Ready, pool.At(1).Mode);
    }

    [Fact]
    public async Task HandoverThatFailed_TakesOrdersAgain()
    {
        var pool = NewPool();
        var desk = await NewDeskAsync(pool);
        await desk.HandOverAsync();

        desk.TakeBack();

        Assert.Equal(OrderOutcome.Taken(null), await desk.SetModeAsync(pool.At(0), Maint(), CancellationToken.None));
        Assert.Equal(OperatorMode.Maint, pool.At(0).Mode);
    }

    private BackendPool NewPool() => Observed.Pool(_time, "cp1", "cp2");

    private async Task<OperatorDesk> NewDeskAsync(BackendPool pool)
    {
        OperatorDesk desk = new([pool], new OrderBook(_folder.FullName, NullLogger.Instance), _time, NullLogger<OperatorDesk>.Instance);
        _desks.Add(desk);
        await desk.RestoreAsync(CancellationToken.None);
        return desk;
    }

    /// <summary>Second by second, as the desk looks.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromSeconds(1))
        {
            await _time.TimersArmedAsync(1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await _time.TimersArmedAsync(1);
    }

    private OrderTerms Terms(TimeSpan? length = null) => new("uid 0", _time.GetUtcNow(), _time.GetUtcNow() + length);

    private ModeOrder Maint(TimeSpan? length = null) => new(OperatorMode.Maint, Terms(length));

    private WeightOrder Weight(int? weight, TimeSpan? length = null) => new(weight, Terms(length));
}
