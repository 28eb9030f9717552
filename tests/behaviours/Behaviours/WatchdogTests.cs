using System.Globalization;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>One thread of the balancer is stuck.</summary>
public sealed class WatchdogTests
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(2);

    [Theory]
    [Row(51, "the thread that moves bytes is stuck, all others run", "the watchdog is not fed any more, so that systemd restarts it within WatchdogSec; and is fed again when the thread goes on", Needs = Feature.Watchdog, Note = "no peer feeds systemd's watchdog; HAProxy aborts by a watchdog of its own. The restart itself, by a real systemd: tests/packaging")]
    public async Task ReactorIsStuck_WatchdogIsNotFed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var notify = bench.Keep(new NotifySocket(Path.Combine(bench.Folder, "notify")));
        var microseconds = ((long)Watchdog.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
        await bench.StartAsync(
            new Setup { Backends = [bench.Answering("A").Member] }, environment: [("NOTIFY_SOCKET", notify.Path), ("WATCHDOG_USEC", microseconds)]);
        await FedAsync(notify);

        using (HeldThread held = new(bench.Process.Family.ThreadNamed(bench.Balancer.ByteThread)))
        {
            await held.Held;
            await Eventually.PauseAsync((int)Watchdog.TotalMilliseconds); // One that was on its way may still come.
            var feedings = notify.Feedings;
            await Eventually.StaysAsync(() => notify.Feedings == feedings, () => "the watchdog is fed", Watchdog);
        }

        await FedAsync(notify);
        Assert.Equal("A", await bench.WhoAsync());
    }

    private static Task FedAsync(NotifySocket notify)
    {
        var goal = notify.Feedings + 2;
        return Eventually.HoldsAsync(() => notify.Feedings >= goal, () => $"fed {notify.Feedings} times");
    }
}
