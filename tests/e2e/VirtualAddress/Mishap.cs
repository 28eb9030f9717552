namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Something that befalls the pair. It is over when the pair has settled again.</summary>
/// <param name="Name">In words, for tables.</param>
/// <param name="HappenAsync">Makes it happen to the host that has the virtual address, and waits for the end.</param>
internal sealed record Mishap(string Name, Func<BalancerPair, BalancerHost, Task> HappenAsync)
{
    public static Mishap BalancerKilled { get; } = new("balancer killed (kill -9)", async (pair, holder) =>
    {
        await holder.KillBalancerAsync();
        await pair.OtherThan(holder).TakesAddressAsync();
    });

    public static Mishap BalancerStopped { get; } = new("balancer stopped (SIGTERM)", async (pair, holder) =>
    {
        await holder.StopBalancerAsync();
        await pair.OtherThan(holder).TakesAddressAsync();
    });

    public static Mishap KeepalivedKilled { get; } = new("keepalived killed (kill -9)", async (pair, holder) =>
    {
        await holder.KillKeepalivedAsync();
        await pair.OtherThan(holder).TakesAddressAsync();
    });

    public static Mishap HostCut { get; } = new("host cut off, and back", async (pair, holder) =>
    {
        await VipNetwork.UnplugAsync(holder.Host);
        await pair.OtherThan(holder).TakesAddressAsync();
        await VipNetwork.PlugAsync(holder.Host);
        await pair.HolderAsync();
    });

    /// <summary>Twice: the second time the host that clients found last is the one that gives way.</summary>
    public static Mishap Split { get; } = new("hosts do not hear each other, and again", async (pair, _) =>
    {
        for (var round = 0; round < 2; round++)
        {
            await VipNetwork.SplitAsync();
            await pair.IsOnBothAsync();
            await VipNetwork.HealAsync();
            await pair.HolderAsync();
        }
    });

    public static IReadOnlyList<Mishap> All { get; } = [BalancerKilled, BalancerStopped, KeepalivedKilled, HostCut, Split];

    /// <summary>Lets it happen while new connections come, and the pair recover.</summary>
    public async Task<GapReport> UnderTrafficAsync(BalancerPair pair)
    {
        const int enough = 20;
        await pair.RecoverAsync();
        var holder = await pair.HolderAsync();
        await using var connections = NewConnections.Start(pair.Client);
        await connections.ServesMoreAsync(enough);
        await HappenAsync(pair, holder);
        await connections.ServesMoreAsync(enough);
        var report = await connections.StopAsync();
        pair.Record($"{Name}: {report}");
        return report;
    }
}
