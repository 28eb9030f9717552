using System.Globalization;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Clocks that jump.</summary>
public sealed class TimeTests
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    [Theory]
    [Row(63, "the wall clock jumps an hour ahead, and back", "checks go on, no connection is cut, and no backend is marked down", Needs = Feature.OwnClock, Note = "the balancer's wall clock alone, by libfaketime; its monotonic clock is the machine's")]
    public async Task WallClockJumps_NothingHappens(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        var clock = Path.Combine(bench.Folder, "clock");
        await File.WriteAllTextAsync(clock, "+0");
        Setup setup = new() { Backends = [a.Member, b.Member], Check = new Check { OfApiServer = false, Fall = 1 }, Idle = TimeSpan.FromMinutes(5) };
        await bench.StartAsync(
            setup, environment: [("LD_PRELOAD", Library), ("FAKETIME_TIMESTAMP_FILE", clock), ("FAKETIME_NO_CACHE", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1")]);
        using var client = await bench.ConnectAsync();
        await client.WhoAsync();

        foreach (var jump in (int[])[3600, -3600])
        {
            await File.WriteAllTextAsync(clock, jump.ToString("+0;-0", CultureInfo.InvariantCulture));
            await ShowsAsync(bench, jump);
            var checks = a.Accepts;
            await Eventually.HoldsAsync(() => bench.Balancer.WhyNot(Feature.Checks) is not null || a.Accepts > checks + 5, () => $"{a.Accepts - checks} checks since the jump");
            Assert.NotEmpty(await client.WhoAsync());
            Assert.Equal(["A", "B"], (await bench.AskAsync(6)).Distinct().Order());
        }

        Assert.Empty(bench.Balancer.Complaints(bench.Process.Log));
    }

    /// <summary>Waits until the balancer's own log shows the other time: the jump has reached it.</summary>
    private static Task ShowsAsync(Bench bench, int jump)
    {
        var there = TimeProvider.System.GetLocalNow().AddSeconds(jump);
        string[] hours = [.. new[] { there, there.AddMinutes(1) }.Select(t => t.ToString("HH:mm:", CultureInfo.InvariantCulture))];
        return Eventually.HoldsAsync(
            async () =>
            {
                await bench.WhoAsync();
                return hours.Any(hour => bench.Process.Log.Contains(hour, StringComparison.Ordinal));
            },
            () => $"no {hours[0]} in the log:\n{bench.Process.Log}");
    }
}
