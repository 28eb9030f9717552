using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>A node that streams, and ApiLb's `https` listener before the apiservers that proxy to it.</summary>
public sealed class StreamsFixture(LabFixture fixture) : IAsyncLifetime
{
    private StreamingNode? _node;
    private ApiServerFront? _front;

    /// <summary>Asks for the lab first, so that the test is skipped on a machine that has none.</summary>
    internal Lab Lab => fixture.Lab;

    internal StreamingNode Node => Lab is not null && _node is { } node ? node : throw new InvalidOperationException("the node has not joined");

    internal ApiServerFront Front => Lab is not null && _front is { } front ? front : throw new InvalidOperationException("the front is not up");

    /// <summary>Of the account that comes through the front.</summary>
    internal string Token { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Prerequisites.FindMissing() is null)
        {
            await Lab.RecoverAsync();
            _node = await StreamingNode.JoinAsync(Lab);
            Token = await _node.IssueTokenAsync();
            _front = await ApiServerFront.StartAsync(Lab, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
