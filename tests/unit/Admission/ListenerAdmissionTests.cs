using System.Net;
using ApiLb.Admission;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.UnitTests.Admission;

public sealed class ListenerAdmissionTests
{
    private static readonly ClientAddress One = Source.Client("10.0.0.1");
    private static readonly ClientAddress Other = Source.Client("10.0.0.2");

    private readonly ConnectionLimit _daemon = new(3);
    private readonly FakeTime _time = new();

    [Fact]
    public void NoLimits_OnlyTheDaemonsRefuses()
    {
        var admission = Of(new ListenerLimitOptions());

        Assert.Equal([null, null, null, CloseReason.LimitGlobal], Enumerable.Range(0, 4).Select(_ => admission.TryAdmit(One)));
        admission.Leave(One);
        Assert.Null(admission.TryAdmit(Other));
    }

    [Fact]
    public void EachRefusal_HasItsReasonAndTakesNothing()
    {
        var full = Of(new ListenerLimitOptions { MaxConnections = 1 });
        var narrow = Of(new ListenerLimitOptions { MaxConnectionsPerSource = 1 });
        var slow = Of(new ListenerLimitOptions { AcceptRate = 1 });
        foreach (var admission in (ListenerAdmission[])[full, narrow, slow])
        {
            Assert.Null(admission.TryAdmit(One));
        }

        _daemon.Leave();
        Assert.Equal(CloseReason.LimitListener, full.TryAdmit(Other));
        Assert.Equal(CloseReason.LimitSource, narrow.TryAdmit(One));
        Assert.Equal(CloseReason.LimitRate, slow.TryAdmit(Other));
        Assert.Equal((2, 1, 1), (_daemon.InUse, full.Connections.InUse, slow.Connections.InUse));
        Assert.Equal(1, narrow.Sources);
    }

    [Fact]
    public void DeniedClient_TakesNoToken()
    {
        var admission = Of(new ListenerLimitOptions { AcceptRate = 1 }, deny: "10.0.0.1");

        Assert.Equal(CloseReason.Denied, admission.TryAdmit(One));
        Assert.Null(admission.TryAdmit(Other));
    }

    [Fact]
    public void RefusedAtTheDoor_IsForgottenAsASource()
    {
        var admission = Of(new ListenerLimitOptions { MaxConnectionsPerSource = 1, MaxConnections = 1 });
        Assert.Null(admission.TryAdmit(One));

        Assert.Equal(CloseReason.LimitListener, admission.TryAdmit(Other));

        Assert.Equal(1, admission.Sources);
    }

    [Fact]
    public void BehindAProxy_TheHalvesAreUndoneByThemselves()
    {
        var admission = Of(new ListenerLimitOptions { MaxConnectionsPerSource = 1 });
        Assert.Null(admission.TryEnter());
        Assert.Null(admission.TryIdentify(One));
        Assert.Null(admission.TryEnter());
        Assert.Equal(CloseReason.LimitSource, admission.TryIdentify(One));

        admission.Leave();
        Assert.Equal((1, 1), (_daemon.InUse, admission.Sources));
        admission.Leave(One);
        Assert.Equal((0, 0), (_daemon.InUse, admission.Sources));
    }

    [Fact]
    public void AdmittedClient_CostsNoMemory()
    {
        var admission = Of(new ListenerLimitOptions { MaxConnections = 2, MaxConnectionsPerSource = 2, AcceptRate = 100_000 }, deny: "10.9.0.0/16");

        Allocation.IsZero(() => ComeAndGo(admission));
    }

    private static void ComeAndGo(ListenerAdmission admission)
    {
        for (var i = 0; i < 100; i++)
        {
            if (admission.TryAdmit(One) is null)
            {
                admission.Leave(One);
            }
        }
    }

    [Fact]
    public void ChangedLimits_CountThoseWhoEnteredBefore()
    {
        var before = Of(new ListenerLimitOptions { MaxConnectionsPerSource = 5 });
        Assert.Null(before.TryAdmit(One));

        var after = After(before, new ListenerLimitOptions { MaxConnections = 2, MaxConnectionsPerSource = 1 });

        Assert.Equal(CloseReason.LimitSource, after.TryAdmit(One));
        Assert.Null(after.TryAdmit(Other));
        Assert.Equal(CloseReason.LimitListener, after.TryAdmit(Source.Client("10.0.0.3")));
        before.Leave(One);
        Assert.Null(after.TryAdmit(One));
    }

    [Fact]
    public void OtherExemptSources_BeginATableOfTheirOwn()
    {
        var before = Of(new ListenerLimitOptions { MaxConnectionsPerSource = 1 });
        Assert.Null(before.TryAdmit(One));

        var after = After(before, new ListenerLimitOptions { MaxConnectionsPerSource = 1, ExemptSources = Source.Networks("10.0.0.2") });

        Assert.Null(after.TryAdmit(One));
        before.Leave(One);
        Assert.Equal((0, 1), (before.Sources, after.Sources));
    }

    private ListenerAdmission After(ListenerAdmission before, ListenerLimitOptions limits) => new(
        new ListenerOptions { Name = "api", Bind = [], Protocol = ListenerProtocol.Tls, Limits = limits }, _daemon, _time, before);

    private ListenerAdmission Of(ListenerLimitOptions limits, params string[] deny) => new(
        new ListenerOptions
        {
            Name = "api",
            Bind = [new IPEndPoint(IPAddress.Any, 6443)],
            Protocol = ListenerProtocol.Tls,
            Pool = "cp",
            Limits = limits,
            Deny = Source.Networks(deny),
        },
        _daemon,
        _time);
}
