using System.Net;
using System.Text;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Operators;
using ApiLb.Transport;
using ApiLb.Upgrade;
using Xunit;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>What two daemons say to each other.</summary>
public sealed class HandoverChannelTests
{
    [Fact]
    public async Task Order_ArrivesAsItWasGiven()
    {
        var (one, other) = DescriptorChannel.CreatePair();
        using HandoverChannel old = new(one);
        using HandoverChannel next = new(other);
        var at = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var order = new StandingOrder("control-plane", "cp1")
        {
            Mode = new ModeOrder(OperatorMode.Drain, new OrderTerms("uid 0", at, at.AddHours(1))) { Grace = TimeSpan.FromSeconds(30), Pace = 10 },
            Weight = new WeightOrder(7, new OrderTerms("uid 0", at)),
        };

        Assert.True(old.Send(new HandoverMessage(HandoverKind.Order) { Order = order }));

        Assert.Equal(order, (await next.ReceiveAsync(TestContext.Current.CancellationToken))?.Order);
    }

    /// <summary>The other daemon is of another version.</summary>
    [Theory]
    [InlineData("{\"kind\":\"ready\",\"unheardOf\":{\"x\":1}}")]
    [InlineData("{\"kind\":\"unheardOf\"}")]
    [InlineData("no JSON")]
    public async Task WhatIsNotKnown_IsSkipped(string text)
    {
        var (one, other) = DescriptorChannel.CreatePair();
        using (one)
        {
            using HandoverChannel next = new(other);
            one.Send(Encoding.UTF8.GetBytes(text), -1, TimeSpan.Zero);
            one.Send("{\"kind\":\"ready\"}"u8, -1, TimeSpan.Zero);

            Assert.Equal(HandoverKind.Ready, (await next.ReceiveAsync(TestContext.Current.CancellationToken))?.Kind);
        }
    }

    [Fact]
    public async Task OtherEndThatIsGone_IsTheEnd()
    {
        var (one, other) = DescriptorChannel.CreatePair();
        using HandoverChannel next = new(other);
        one.Dispose();

        Assert.Null(await next.ReceiveAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("10.0.0.5:6443")]
    [InlineData("[::]:6443")]
    [InlineData("127.0.0.1:0")]
    public void Address_IsWrittenAsItIsRead(string address) => Assert.Equal(address, Predecessor.Write(IPEndPoint.Parse(address)));
}
