using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>What /readyz says, and what becomes of clients.</summary>
public sealed class ReadinessTests
{
    [Theory]
    [Row(28, "an apiserver says that it shuts down, and still takes connections", "it gets no new clients after the next check, and those it has stay", Needs = Feature.Checks, Note = "HAProxy closes sessions of a server that is down (`on-marked-down shutdown-sessions`), whatever the reason; without it row 24 fails: one signal for two states")]
    public async Task ShuttingDown_NoNewClientsAndTheOldOnesStay(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, _) = await StartAsync(bench);
        using var onA = await bench.ServedTlsByAsync("A");

        a.Say(Readiness.ShuttingDown);
        await a.CheckedAsync(2); // The second is asked after the first was judged.

        Assert.All(await bench.AskAsync(6, tls: true), name => Assert.Equal("B", name));
        await a.CheckedAsync(5);
        Assert.Equal("A", await onA.WhoAsync());
    }

    [Theory]
    [Row(29, "an apiserver is not ready for another reason", "after `fall` checks the other gets all new clients, and those that it has stay", Needs = Feature.Checks, Note = "as row 28")]
    public async Task NotReady_TheOtherServesAndTheOldOnesStay(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, _) = await StartAsync(bench);
        using var onA = await bench.ServedTlsByAsync("A");

        a.Say(Readiness.Starting);
        await a.CheckedAsync(3);

        Assert.All(await bench.AskAsync(6, tls: true), name => Assert.Equal("B", name));
        Assert.Equal("A", await onA.WhoAsync());
    }

    [Theory]
    [Row(30, "all apiservers answer checks with 401", "clients are served all the same", Needs = Feature.Checks, Note = "kubeadm's --anonymous-auth=false must not take the cluster down; HAProxy can be told by `expect rstatus`, which then also takes 401 for ready where it is a mistake")]
    public async Task Unauthorized_ServiceGoesOn(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = await StartAsync(bench);

        a.Say(Readiness.Unauthorized);
        b.Say(Readiness.Unauthorized);
        await Task.WhenAll(a.CheckedAsync(4), b.CheckedAsync(4));

        Assert.Equal(["A", "B"], (await bench.AskAsync(6, tls: true)).Distinct().Order());
    }

    [Theory]
    [Row(31, "no apiserver is ready, and all of them live", "clients are served by any of them: a red check is better than no cluster", Needs = Feature.Checks, Note = "k3s had to add this after an outage (k3s-io/k3s#10241), Envoy calls it panic mode; HAProxy refuses")]
    public async Task NobodyReady_ClientsAreServed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = await StartAsync(bench);

        a.Say(Readiness.EtcdDown);
        b.Say(Readiness.EtcdDown);
        await Task.WhenAll(a.CheckedAsync(4), b.CheckedAsync(4));

        Assert.Equal(["A", "B"], (await bench.AskAsync(6, tls: true)).Distinct().Order());
    }

    [Theory]
    [Row(71, "etcd loses its quorum: every /readyz is red because of etcd, and then green again", "clients are served all the time, and no connection is closed: no apiserver is taken out because of etcd alone", Needs = Feature.Checks, Note = "as row 31. With apiservers that say so; real members, NOSPACE, CORRUPT, learners and partitions: tests/e2e/EtcdOutageTests, tests/integration/Etcd")]
    public async Task EtcdDown_ApiServersStayIn(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = await StartAsync(bench);
        using var onA = await bench.ServedTlsByAsync("A");

        a.Say(Readiness.EtcdDown);
        b.Say(Readiness.EtcdDown);
        await Task.WhenAll(a.CheckedAsync(4), b.CheckedAsync(4));
        Assert.Equal(["A", "B"], (await bench.AskAsync(6, tls: true)).Distinct().Order());
        a.Say(Readiness.Ok);
        b.Say(Readiness.Ok);
        await Task.WhenAll(a.CheckedAsync(4), b.CheckedAsync(4));

        Assert.Equal(["A", "B"], (await bench.AskAsync(6, tls: true)).Distinct().Order());
        Assert.Equal("A", await onA.WhoAsync());
    }

    private static async Task<(ApiServer A, ApiServer B)> StartAsync(Bench bench)
    {
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = new Check() });
        await bench.AskAsync(2, tls: true);
        return (a, b);
    }
}
