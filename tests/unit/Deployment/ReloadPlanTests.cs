using System.Net;
using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using ApiLb.Deployment;
using Xunit;

namespace ApiLb.UnitTests.Deployment;

public sealed class ReloadPlanTests
{
    private static readonly BackendOptions Cp1 = new() { Name = "cp1", Address = new BackendAddress("10.0.0.11", 6443) };

    private static readonly PoolOptions Pool = new() { Name = "cp", Backends = [Cp1], Health = new HealthOptions { Type = HealthCheckType.Tcp } };

    private static readonly ApiLbOptions Before = new()
    {
        Listeners = [new ListenerOptions { Name = "api", Bind = [new IPEndPoint(IPAddress.Any, 6443)], Protocol = ListenerProtocol.Tls, Pool = "cp" }],
        Pools = [Pool],
    };

    private static readonly Dictionary<string, PoolOptions> Changed = new(StringComparer.Ordinal)
    {
        ["balance"] = Pool with { Balance = BalancePolicy.Random },
        ["preferLocal"] = Pool with { PreferLocal = true },
        ["backends"] = Pool with { Backends = [Cp1 with { Weight = 2 }] },
        ["health"] = Pool with { Health = Pool.Health with { Rise = 3 } },
        ["proxyProtocol"] = Pool with { ProxyProtocol = ProxyProtocolVersion.V2 },
        ["controlPlaneEndpoint"] = Pool with { ControlPlaneEndpoint = new BackendAddress("lb", 6443) },
        ["discovery"] = Pool with { Discovery = new DiscoveryOptions { Dns = new DnsDiscoveryOptions { Name = "n" } } },
    };

    [Theory]
    [InlineData("balance", "")]
    [InlineData("preferLocal", "")]
    [InlineData("backends", "members")]
    [InlineData("health", "checks")]
    [InlineData("proxyProtocol", "checks")]
    [InlineData("controlPlaneEndpoint", "checks")]
    [InlineData("discovery", "discovery")]
    public void ChangedPool_RestartsOnlyWhatItMust(string setting, string restarted)
    {
        var change = Assert.Single(PlanFor(Before with { Pools = [Changed[setting]] }).ChangedPools);

        Assert.Equal(
            (restarted == "members", restarted == "checks", restarted == "discovery"),
            (change.ChangesMembers, change.RestartsChecks, change.RestartsDiscovery));
    }

    [Fact]
    public void SameOptions_AreAnEmptyPlan()
    {
        var plan = PlanFor(Before with { Pools = [Pool with { }] });

        Assert.True(plan.IsEmpty);
        Assert.Empty(plan.ChangedPools);
        Assert.False(plan.ChangesListener("api"));
    }

    [Fact]
    public void Pools_ComeAndGo()
    {
        var plan = PlanFor(Before with { Pools = [Pool with { Name = "new" }] });

        Assert.Equal(["new"], plan.NewPools.Select(p => p.Name));
        Assert.Equal(["cp"], plan.GonePools);
        Assert.Empty(plan.ChangedPools);
    }

    [Fact]
    public void Listener_IsChangedByItsOwnSettingsOnly()
    {
        var plan = PlanFor(Before with { Listeners = [Before.Listeners[0], Before.Listeners[0] with { Name = "new" }] });

        Assert.Equal((false, true), (plan.ChangesListener("api"), plan.ChangesListener("new")));
    }

    [Fact]
    public void OwnAddresses_AreNewsForDiscovery()
    {
        var discovering = Before with { Pools = [Pool with { Discovery = new DiscoveryOptions { Dns = new DnsDiscoveryOptions { Name = "n" } } }] };

        var plan = PlanFor(discovering with { Listeners = [Before.Listeners[0] with { Bind = [new IPEndPoint(IPAddress.Any, 7443)] }] }, discovering);

        Assert.True(Assert.Single(plan.ChangedPools).RestartsDiscovery);
    }

    [Fact]
    public void WhatIsReadOnce_StaysAndIsSaidEveryTime()
    {
        var after = Before with
        {
            Admin = new AdminOptions { Socket = null },
            Transport = new TransportOptions { Reactors = 3 },
            StateDirectory = "/elsewhere",
            Etcd = new EtcdOptions(),
        };

        var plan = PlanFor(after);

        Assert.True(plan.IsEmpty);
        Assert.Equal(["etcd", "admin.socket", "transport.reactors", "stateDirectory"], plan.Changes.Where(ReloadPlan.NeedsRestart).Select(c => c.KeyPath));
        Assert.Equal(4, new ReloadPlan(plan.Target, Loaded(after)).Changes.Count);
    }

    private static ReloadPlan PlanFor(ApiLbOptions after, ApiLbOptions? before = null) => new(Loaded(before ?? Before), Loaded(after));

    private static LoadedConfiguration Loaded(ApiLbOptions options) => new(options, new Dictionary<string, string>());
}
